"""What can be done with rosters: publish them, and change single shifts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.people import errors
from dispatch.people.authority import LEADERS, check_role, locked_staff
from dispatch.people.models import RosterDay, Rotation, Shift
from dispatch.people.presence import absences_between
from dispatch.people.roster.keeping import (
    TURN,
    announce_people,
    check_free,
    insert_shifts,
    locked_shifts,
    remove_shifts,
    standing_shifts,
)
from dispatch.people.roster.patterns import shift_times_of, writable_place
from dispatch.people.roster.places import RosterPlace
from dispatch.people.roster.rotation import Member, PlannedShift, planned
from dispatch.people.roster.shift_times import day_span, days_of, shift_span
from dispatch.people.roster.timing import TimedShift, clashes, difference, timed
from dispatch.people.rules.queries import rules_of
from dispatch.people.spans import Span, overlaps
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from dispatch.turns import take_turn
from kernel.bulk import insert_rows
from kernel.errors import FieldProblem
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing a roster came to. `absent` are shifts, by their number, whose people are away at that time."""

    days: int
    added: int
    removed: int
    kept: int
    absent: tuple[int, ...]


def draft(
    reading: Reading, *, rotation_id: UUID, anchor: date, members: Sequence[Member], first_day: date, last_day: date
) -> list[PlannedShift]:
    """Return the shifts that a rotation gives its members in a range of days; nothing is stored.

    Raises NotFound (people.rotation_unknown), Invalid (people.span_wrong).
    """
    scope = reading.actor.scope.sees(region=Rotation.region_id, station=Rotation.station_id, group=Rotation.group_id)
    row = reading.session.execute(
        select(Rotation.region_id, Rotation.cycle).where(
            Rotation.id == rotation_id, Rotation.retired_at.is_(None), scope
        )
    ).one_or_none()
    if row is None:
        raise errors.ROTATION_UNKNOWN()
    _check_range(reading, row.region_id, first_day, last_day)
    return planned(row.cycle, anchor, members, first_day, last_day)


def publish(
    uow: UnitOfWork,
    *,
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    first_day: date,
    last_day: date,
    shifts: Sequence[PlannedShift],
    replace: bool = False,
    reason: str | None = None,
) -> Published:
    """Publish the roster of a place for a range of days, whole or not at all. From then on who has no shift is off.

    With `replace` it takes the place of what is published of today and later; shifts that are the same stay as they are, so
    published again it changes nothing. The statements are the same for any number of shifts.

    Raises:
        NotFound (territory.group_unknown, territory.station_unknown); Forbidden (forbidden);
        Invalid (people.place_wrong, people.span_wrong, people.shift_type_wrong, people.not_plannable), with the path;
        Conflict (people.roster_taken); Conflict (people.shift_overlaps), with the path of each.
    """
    place = writable_place(uow, group_id=group_id, station_id=station_id)
    _check_range(uow, place.region_id, first_day, last_day)
    take_turn(uow, TURN, str(place.place_id))
    days = days_of(first_day, last_day)
    types = shift_times_of(uow, place)
    _check_shifts(shifts, set(days), types)
    _take_days(uow, place, days, replace)
    present = _shifts_of_days(uow, place, first_day, last_day)
    staff = locked_staff(uow, {one.technician_id for one in shifts} | {one.technician_id for one in present.values()})
    strangers = [nth for nth, one in enumerate(shifts) if not _plannable(staff, one.technician_id, place)]
    if strangers:
        raise errors.NOT_PLANNABLE(
            fields=_problems(errors.NOT_PLANNABLE, (f"/shifts/{nth}/technician_id" for nth in strangers))
        )
    wanted = timed(shifts, types, place.timezone)
    change = difference(present, wanted)
    _check_overlaps(uow, shifts, types, place, set(present))
    remove_shifts(uow, change.removed, optional_line(reason, longest=500, path="/reason") or "replaced")
    insert_shifts(uow, place, change.added, reason)
    touched = {one.technician_id for one in change.added} | {present[key].technician_id for key in change.removed}
    announce_people(uow, place.region_id, touched)
    return Published(len(days), len(change.added), len(change.removed), change.kept, _away(uow, shifts, types, place))


def add_shift(
    uow: UnitOfWork,
    *,
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    technician_id: UUID,
    day: date,
    code: str,
    reason: str,
    replaces_id: UUID | None = None,
) -> UUID:
    """Give somebody one more shift on a published day, and return its id.

    Raises:
        NotFound (territory.group_unknown, territory.station_unknown); Forbidden (forbidden);
        Invalid (people.place_wrong, people.shift_type_wrong, people.not_plannable, people.in_the_past, invalid);
        Conflict (people.no_roster, people.shift_overlaps).
    """
    place = writable_place(uow, group_id=group_id, station_id=station_id)
    take_turn(uow, TURN, str(place.place_id))
    types = shift_times_of(uow, place)
    if code not in types:
        raise errors.SHIFT_TYPE_WRONG(path="/shift")
    new = TimedShift(technician_id, day, code, shift_span(day, *types[code], place.timezone))
    if new.span.end <= uow.now:
        raise errors.IN_THE_PAST(path="/day")
    published = select(RosterDay.day).where(RosterDay.place_id == place.place_id, RosterDay.day == day)
    if uow.session.execute(published).first() is None:
        raise errors.NO_ROSTER(path="/day")
    if not _plannable(locked_staff(uow, [technician_id]), technician_id, place):
        raise errors.NOT_PLANNABLE(path="/technician_id")
    check_free(uow, {technician_id: new.span}, ())
    (key,) = insert_shifts(uow, place, [new], line(reason, longest=500, path="/reason"), replaces_id)
    announce_people(uow, place.region_id, [technician_id])
    return key


def change_shift(
    uow: UnitOfWork, *, shift_id: UUID, reason: str, technician_id: UUID | None = None, code: str | None = None
) -> UUID:
    """Give a shift that has not begun to somebody else, or make it another one; returns the id of the new shift.

    The old one is kept with the reason, and the new one says which it replaces.

    Raises what `remove_shift` and `add_shift` raise.
    """
    before = remove_shift(uow, shift_id=shift_id, reason=reason)
    return add_shift(
        uow,
        group_id=before.group_id,
        station_id=None if before.group_id else before.station_id,
        technician_id=technician_id or before.technician_id,
        day=before.day,
        code=code or before.type_code,
        reason=reason,
        replaces_id=shift_id,
    )


def remove_shift(uow: UnitOfWork, *, shift_id: UUID, reason: str) -> Any:
    """Take a shift that has not begun off the roster, and return it as it was; it is kept with the reason.

    Raises NotFound (people.shift_unknown), Forbidden (forbidden), Conflict (people.shift_over), Invalid (invalid).
    """
    row = locked_shifts(uow, [shift_id]).get(shift_id)
    if row is None:
        raise errors.SHIFT_UNKNOWN()
    check_role(uow, Places(row.region_id, row.station_id, row.group_id), LEADERS)
    if row.removed_at is not None or row.start_at <= uow.now:
        raise errors.SHIFT_OVER()
    remove_shifts(uow, [shift_id], line(reason, longest=500, path="/reason"))
    announce_people(uow, row.region_id, [row.technician_id])
    return row


def _check_range(reading: Reading, region_id: UUID, first: date, last: date) -> None:
    longest = rules_of(reading, [region_id])[region_id].plan_days_at_most
    if not 0 <= (last - first).days < longest:
        raise errors.SPAN_WRONG(f"from 1 to {longest} days", path="/last_day")


def _check_shifts(shifts: Sequence[PlannedShift], days: set[date], types: Collection[str]) -> None:
    wrong = [
        FieldProblem(f"/shifts/{nth}/shift", errors.SHIFT_TYPE_WRONG.code, f"there is no shift {one.code!r} here")
        for nth, one in enumerate(shifts)
        if one.code not in types
    ]
    if wrong:
        raise errors.SHIFT_TYPE_WRONG(fields=tuple(wrong))
    outside = [nth for nth, one in enumerate(shifts) if one.day not in days]
    if outside:
        raise errors.SPAN_WRONG(
            "outside of the days that are published",
            fields=_problems(errors.SPAN_WRONG, (f"/shifts/{nth}/day" for nth in outside)),
        )


def _problems(entry: Any, paths: Iterable[str]) -> tuple[FieldProblem, ...]:
    return tuple(FieldProblem(path, entry.code, entry.title) for path in paths)


def _plannable(staff: Mapping[UUID, Any], technician_id: UUID, place: RosterPlace) -> bool:
    one = staff.get(technician_id)
    return one is not None and one.left_at is None and one.region_id == place.region_id


def _take_days(uow: UnitOfWork, place: RosterPlace, days: Sequence[date], replace: bool) -> None:
    """Mark the days as published; whoever publishes the same ones waits here, and then finds them taken."""
    rows = []
    for day in days:
        span = day_span(day, place.timezone)
        stamp = {"published_by": uow.actor.user_id, "published_at": uow.now}
        rows.append({**place.columns(), "day": day, "start_at": span.start, "end_at": span.end, **stamp})
    today = place.day_of(uow.now).isoformat()
    again = "DO NOTHING"
    if replace:
        again = "DO UPDATE SET published_by = excluded.published_by, published_at = excluded.published_at"
        again += f" WHERE roster_days.day >= '{today}'"
    taken = insert_rows(uow.session, RosterDay, rows, on_conflict=f"(place_id, day) {again}", returning=["day"])
    if len(taken) < len(days):
        raise errors.ROSTER_TAKEN(path="/first_day")


def _shifts_of_days(uow: UnitOfWork, place: RosterPlace, first: date, last: date) -> dict[UUID, TimedShift]:
    columns = (Shift.id, Shift.technician_id, Shift.day, Shift.type_code, Shift.start_at, Shift.end_at)
    rows = uow.session.execute(
        select(*columns).where(
            Shift.place_id == place.place_id, Shift.day >= first, Shift.day <= last, Shift.removed_at.is_(None)
        )
    )
    return {
        row.id: TimedShift(row.technician_id, row.day, row.type_code, Span(row.start_at, row.end_at)) for row in rows
    }


def _check_overlaps(
    uow: UnitOfWork,
    shifts: Sequence[PlannedShift],
    types: Mapping[str, tuple[str, str]],
    place: RosterPlace,
    replaced: Collection[UUID],
) -> None:
    spans = [(one.technician_id, shift_span(one.day, *types[one.code], place.timezone)) for one in shifts]
    if not spans:
        return
    whole = Span(min(span.start for _, span in spans), max(span.end for _, span in spans))
    others = [
        (row.technician_id, Span(row.start_at, row.end_at))
        for row in standing_shifts(uow, {who for who, _ in spans}, whole)
        if row.id not in replaced
    ]
    # The others come first, so that the number of the later one is always that of a shift of this plan.
    wrong = [clash.nth - len(others) for clash in clashes([*others, *spans]) if clash.nth >= len(others)]
    if wrong:
        raise errors.SHIFT_OVERLAPS(
            fields=_problems(errors.SHIFT_OVERLAPS, (f"/shifts/{nth}" for nth in sorted(set(wrong))))
        )


def _away(
    uow: UnitOfWork, shifts: Sequence[PlannedShift], types: Mapping[str, tuple[str, str]], place: RosterPlace
) -> tuple[int, ...]:
    if not shifts:
        return ()
    spans = [shift_span(one.day, *types[one.code], place.timezone) for one in shifts]
    whole = Span(min(span.start for span in spans), max(span.end for span in spans))
    away = absences_between(uow, {one.technician_id for one in shifts}, whole)
    return tuple(
        nth
        for nth, (one, span) in enumerate(zip(shifts, spans, strict=True))
        if any(overlaps(absence.span, span) for absence in away.get(one.technician_id, ()))
    )
