"""What can be asked about rounds and their visits, within the caller's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from dispatch.rounds import errors
from dispatch.rounds.models import RoundEvent, RoundOccurrence, RoundPlan, RoundTarget
from dispatch.rounds.standing import OccurrenceState, PlanState, possible
from dispatch.rounds.targets import named_by
from dispatch.territory.touching import answered_for, touching
from kernel.database import Page, one_of, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A round as lists show it."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID | None
    zone_id: UUID | None
    title: str
    description: str | None
    work_type: str
    template_code: str | None
    priority: str
    target_kind: str
    is_listed: bool
    asset_kinds: list[Any]
    rule: str
    starts_on: date
    begins_at: time
    window_minutes: int
    lead_days: int
    on_holiday: str
    calendar_id: UUID | None
    assign: bool
    state: str
    end_reason: str | None
    generated_to: date
    created_by: UUID
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PlanDetail:
    """A round with what it names, and what may be asked of it."""

    row: PlanRow
    target_ids: tuple[UUID, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OccurrenceRow:
    """A visit of a round. `is_missed`: its window is over and the work was not done."""

    id: UUID
    plan_id: UUID
    target_id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    day: date
    window_start_at: datetime
    window_end_at: datetime
    is_undecided: bool
    state: str
    work_order_id: UUID | None
    last_order_id: UUID | None
    done_at: datetime | None
    title: str
    is_missed: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that was asked of a round."""

    id: UUID
    kind: str
    user_id: UUID
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OccurrenceFilter:
    """Which visits a list shows; what is None does not filter."""

    plan_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    states: tuple[OccurrenceState, ...] = ()
    missed: bool | None = None
    begins_from: datetime | None = None
    begins_to: datetime | None = None


PLAN = tuple(getattr(RoundPlan, name) for name in PlanRow.__dataclass_fields__)
_STORED = tuple(name for name in OccurrenceRow.__dataclass_fields__ if name not in ("title", "is_missed", "is_late"))
OPEN_ENDS = (OccurrenceState.MISSED.value, OccurrenceState.DROPPED.value)


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which a round in scope meets one: it lies there, or holds a zone of the caller's."""
    columns: dict[str, Any] = {"station": RoundPlan.station_id, "group": RoundPlan.group_id, "zone": RoundPlan.zone_id}
    return [*reading.actor.scope.parts(region=RoundPlan.region_id, **columns), *touching(reading, **columns)]


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the rounds that the caller may see."""
    return or_(false(), *_scope_parts(reading))


def occurrence_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which a visit in scope meets one: it is at the caller's places, or where they answer."""
    parts = reading.actor.scope.parts(
        region=RoundOccurrence.region_id,
        station=RoundOccurrence.station_id,
        group=RoundOccurrence.group_id,
        zone=RoundOccurrence.zone_id,
    )
    return parts if reading.actor.scope.everywhere else [*parts, RoundOccurrence.zone_id.in_(answered_for(reading))]


def page_of_rounds(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    states: Collection[PlanState] = (),
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    zone_id: UUID | None = None,
    work_type: str | None = None,
) -> Page[PlanRow]:
    """Return one page of rounds, the newest first; the key is (id)."""
    equal: dict[Any, Any] = {
        RoundPlan.station_id: station_id,
        RoundPlan.group_id: group_id,
        RoundPlan.zone_id: zone_id,
        RoundPlan.work_type: work_type,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if states:
        conditions.append(RoundPlan.state.in_([state.value for state in states]))
    # The documents of a row cannot be compared, as a union of the parts of the scope would: ids first.
    page = read_page(
        reading.session,
        select(RoundPlan.id).where(*conditions),
        key=(RoundPlan.id,),
        limit=limit,
        after=after,
        any_of=_scope_parts(reading),
    )
    ids = [row.id for row in page.items]
    rows = {row.id: row for row in reading.session.execute(select(*PLAN).where(RoundPlan.id.in_(ids)))}
    return Page(tuple(_plan(rows[key]) for key in ids), page.after)


def round_of(reading: Reading, plan_id: UUID) -> PlanDetail:
    """Return a round. Raises NotFound (round.unknown)."""
    row = _row(reading, plan_id)
    named = named_by(reading, [plan_id]).get(plan_id, ()) if row.is_listed else ()
    return PlanDetail(row, tuple(named), tuple(possible(PlanState(row.state))))


def _row(reading: Reading, plan_id: UUID) -> PlanRow:
    row = reading.session.execute(select(*PLAN).where(RoundPlan.id == plan_id, in_scope(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return _plan(row)


def missed_at(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through visits whose work was not done, and will not be in time."""
    over = and_(RoundOccurrence.state == OccurrenceState.DUE.value, RoundOccurrence.window_end_at <= reading.now)
    return or_(RoundOccurrence.state.in_(OPEN_ENDS), over)


def page_of_occurrences(
    reading: Reading, *, filters: OccurrenceFilter, limit: int, after: Sequence[Any] | None = None
) -> Page[OccurrenceRow]:
    """Return one page of visits, the latest window first; the key is (window_start_at, id)."""
    names = ("plan_id", "station_id", "group_id", "zone_id")
    equal = {getattr(RoundOccurrence, name): getattr(filters, name) for name in names}
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.states:
        conditions.append(RoundOccurrence.state.in_([state.value for state in filters.states]))
    if filters.missed is not None:
        conditions.append(missed_at(reading) if filters.missed else ~missed_at(reading))
    if filters.begins_from is not None:
        conditions.append(RoundOccurrence.window_start_at >= filters.begins_from)
    if filters.begins_to is not None:
        conditions.append(RoundOccurrence.window_start_at < filters.begins_to)
    page = read_page(
        reading.session,
        select(*(getattr(RoundOccurrence, name) for name in _STORED)).where(*conditions),
        key=(RoundOccurrence.window_start_at, RoundOccurrence.id),
        limit=limit,
        after=after,
        any_of=occurrence_parts(reading),
    )
    plans = select(RoundPlan.id, RoundPlan.title).where(RoundPlan.id.in_({row.plan_id for row in page.items}))
    titles = {row.id: row.title for row in reading.session.execute(plans)} if page.items else {}
    return Page(tuple(_occurrence(reading, row, titles[row.plan_id]) for row in page.items), page.after)


def _occurrence(reading: Reading, row: Any, title: str) -> OccurrenceRow:
    over = row.state == OccurrenceState.DUE.value and row.window_end_at <= reading.now
    late = row.done_at is not None and row.done_at > row.window_end_at
    stored: dict[str, Any] = dict(row._mapping)
    return OccurrenceRow(**stored, title=title, is_missed=row.state in OPEN_ENDS or over, is_late=late)


def events_of(reading: Reading, plan_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[EventRow]:
    """Return one page of what was asked of a round, the earliest first. Raises NotFound (round.unknown)."""
    _row(reading, plan_id)
    page = read_page(
        reading.session,
        select(*(getattr(RoundEvent, name) for name in EventRow.__dataclass_fields__)).where(
            RoundEvent.plan_id == plan_id
        ),
        key=(RoundEvent.at, RoundEvent.id),
        limit=limit,
        after=after,
        descending=False,
    )
    return Page(tuple(_event(row) for row in page.items), page.after)


def _plan(values: Sequence[Any]) -> PlanRow:
    return PlanRow(*values)


def _event(values: Sequence[Any]) -> EventRow:
    return EventRow(*values)


def targets_among(reading: Reading, ids: Collection[UUID]) -> set[UUID]:
    """Return those of these zones, sites or assets that plans name. One statement."""
    found = select(RoundTarget.target_id).where(one_of(reading.session, RoundTarget.target_id, ids)).distinct()
    return set(reading.session.scalars(found))
