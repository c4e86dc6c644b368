"""Checks what somebody wants of a plan before anything of it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.assets.life import AssetKind
from dispatch.rounds import errors
from dispatch.rounds.recurrence import FIRST_YEAR, LAST_YEAR, check_fires, read_rule
from dispatch.rounds.standing import TargetKind
from dispatch.rounds.targets import MOST_TARGETS, Chosen, targets_of
from dispatch.rounds.visits import OnHoliday, Window
from dispatch.sla import queries as sla
from dispatch.sla.deadline import Priority
from dispatch.territory import errors as territory_errors
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders.work_types import codes_of
from kernel.errors import INVALID
from kernel.unit_of_work import Reading

SHORTEST_MINUTES, LONGEST_MINUTES = 15, 31 * 24 * 60
LONGEST_LEAD_DAYS = 90
MOST_A_YEAR = 100_000
"""Orders that one plan may make in a year."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A plan as somebody wants it. Without `target_ids` it visits all zones of its place, or all its assets of these kinds."""

    title: str
    work_type: str
    rule: str
    starts_on: date
    begins_at: time
    window_minutes: int
    target_kind: TargetKind
    target_ids: tuple[UUID, ...] = ()
    asset_kinds: tuple[AssetKind, ...] = ()
    description: str | None = None
    template_code: str | None = None
    priority: Priority = Priority.PRIORITY
    lead_days: int = 7
    on_holiday: OnHoliday = OnHoliday.KEEP
    calendar_id: UUID | None = None
    assign: bool = True


def home_of(reading: Reading, *, station_id: UUID | None, group_id: UUID | None, zone_id: UUID | None) -> Places:
    """Return the place of a plan: the smallest that is named.

    Raises:
        NotFound (territory.*_unknown): not in the caller's scope.
        Invalid (round.nowhere): nothing is named; Conflict (territory.retired): it works no more; with the path.
    """
    if zone_id is not None:
        places = territory.places_of_zone(reading, zone_id)
        if zone_id not in territory.zone_rows(reading, [zone_id]):
            raise territory_errors.RETIRED(path="/zone_id")
        return places
    if group_id is not None:
        group = territory.group(reading, group_id)
        if group.retired_at is not None:
            raise territory_errors.RETIRED(path="/group_id")
        return Places(group.region_id, group.station_id, group.id)
    if station_id is None:
        raise errors.NOWHERE(path="/station_id")
    station = territory.station(reading, station_id)
    if station.retired_at is not None:
        raise territory_errors.RETIRED(path="/station_id")
    return Places(station.region_id, station.id)


def check_wanted(reading: Reading, home: Places, wanted: Wanted) -> Wanted:
    """Return a plan as it is to be stored.

    Raises:
        Invalid (invalid, round.rule_wrong, round.never_fires, round.too_often, round.window_wrong, round.targets_wrong,
        round.too_many, round.calendar_wrong, work_order.work_type_unknown); NotFound (sla.calendar_unknown): with the path.
    """
    zone = ZoneInfo(territory.timezones_of(reading, [home.region_id])[home.region_id])
    title = line(wanted.title, longest=120, path="/title")
    template = optional_line(wanted.template_code, longest=48, path="/template_code")
    if wanted.work_type not in codes_of(reading, home.region_id):
        raise order_errors.WORK_TYPE_UNKNOWN(wanted.work_type, path="/work_type")
    if not 0 <= wanted.lead_days <= LONGEST_LEAD_DAYS:
        raise INVALID(f"from 0 to {LONGEST_LEAD_DAYS} days", path="/lead_days")
    _check_calendar(reading, home.region_id, wanted)
    rule, a_year = _check_times(wanted, zone, reading.now.astimezone(zone).date())
    targets = _count_targets(reading, home, wanted)
    if targets * a_year > MOST_A_YEAR:
        raise errors.TOO_MANY(f"{targets * a_year} visits a year, and {MOST_A_YEAR} are the most", path="/rule")
    values = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}
    return Wanted(**{**values, "title": title, "rule": rule, "template_code": template})


def _check_calendar(reading: Reading, region_id: UUID, wanted: Wanted) -> None:
    if wanted.calendar_id is not None:
        sla.calendar_of_region(reading, region_id, wanted.calendar_id)
        if not sla.workdays_of(reading, [wanted.calendar_id]):
            raise errors.CALENDAR_WRONG("this calendar runs round the clock", path="/calendar_id")
    elif wanted.on_holiday is not OnHoliday.KEEP:
        raise errors.CALENDAR_WRONG(f"{wanted.on_holiday} needs one", path="/calendar_id")


def _check_times(wanted: Wanted, zone: ZoneInfo, today: date) -> tuple[str, int]:
    """Return the rule as it is to be stored, and how often it fires in a year."""
    if not FIRST_YEAR <= wanted.starts_on.year <= LAST_YEAR:
        raise INVALID(f"from the year {FIRST_YEAR} to {LAST_YEAR}", path="/starts_on")
    rule = read_rule(wanted.rule, zone)
    found = check_fires(rule, wanted.starts_on, today)
    if not SHORTEST_MINUTES <= wanted.window_minutes <= LONGEST_MINUTES:
        raise errors.WINDOW_WRONG(f"from {SHORTEST_MINUTES} to {LONGEST_MINUTES} minutes", path="/window_minutes")
    window = Window(wanted.begins_at, wanted.window_minutes, zone)
    for day, following in pairwise(found):
        if window.of(day)[1] > window.of(following)[0]:
            raise errors.WINDOW_WRONG(
                f"the visit of {day} lasts into that of {following}", path="/window_minutes", day=day.isoformat()
            )
    return str(rule), len(found)


def _count_targets(reading: Reading, home: Places, wanted: Wanted) -> int:
    """Return how many there are to visit now."""
    ids: Sequence[UUID] = wanted.target_ids
    kinds = wanted.asset_kinds if wanted.target_kind is TargetKind.ASSET and not ids else ()
    if not ids and not kinds and wanted.target_kind is not TargetKind.ZONE:
        path = "/asset_kinds" if wanted.target_kind is TargetKind.ASSET else "/target_ids"
        raise errors.TARGETS_WRONG("say what is visited", path=path)
    if len(ids) > MOST_TARGETS:
        raise errors.TOO_MANY(f"{len(ids)}, and {MOST_TARGETS} are the most", path="/target_ids")
    chosen = Chosen(home, wanted.target_kind, bool(ids), tuple(kind.value for kind in kinds))
    key = UUID(int=0)
    found = targets_of(reading, {key: chosen}, {key: ids})[key]
    there = {one.id for one in found}
    for nth, target_id in enumerate(ids):
        if target_id not in there or ids.index(target_id) != nth:
            raise errors.TARGETS_WRONG(f"{target_id} is not there, or named twice", path=f"/target_ids/{nth}")
    if len(found) > MOST_TARGETS:
        raise errors.TOO_MANY(f"{len(found)}, and {MOST_TARGETS} are the most", path="/asset_kinds")
    return len(found)
