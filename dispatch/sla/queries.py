"""What can be asked about service-level policies, working calendars and clocks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from dispatch.sla import errors
from dispatch.sla.book import ClockBook, LoadedPolicies
from dispatch.sla.calendar_document import read_calendar
from dispatch.sla.calendars import Calendar, WeeklyShifts
from dispatch.sla.clock import ClockEvent, Colour, EventKind, Terms
from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.models import ClockEventRow, SlaClock, SlaPolicy, WorkingCalendar
from dispatch.sla.pauses import ClockName
from dispatch.sla.policies import Policy, PolicyHistory
from dispatch.sla.policy_rules import read_rules
from dispatch.territory.pilot_queries import pilot_history
from dispatch.territory.pilots import PilotKind
from kernel.by_ids import ByIds
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

_NAMES = (
    "id",
    "priority",
    "respond_minutes",
    "arrive_minutes",
    "resolve_minutes",
    "effective_from",
    "work_type",
    "customer_class",
    "calendar_id",
    "rules",
)
_ROW = tuple(getattr(SlaPolicy, name) for name in _NAMES)


def page_of_policies(
    reading: Reading,
    *,
    region_id: UUID,
    limit: int,
    after: Sequence[Any] | None = None,
    priority: Priority | None = None,
) -> Page[Policy]:
    """Return one page of a region's policies, the latest first; the key is (effective_from, id).

    Everybody of the region may know what it promises; for others there are none.
    """
    statement = select(*_ROW).where(SlaPolicy.region_id == region_id, in_sight(reading, SlaPolicy.region_id))
    if priority is not None:
        statement = statement.where(SlaPolicy.priority == priority.value)
    key = (SlaPolicy.effective_from, SlaPolicy.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(_policy(row) for row in page.items), page.after)


def policy_history(reading: Reading, region_id: UUID) -> PolicyHistory:
    """Load all policies of a region with their trials, to ask for many zones and moments. Three statements at most.

    What a region promises is no secret within an order.
    """
    rows = reading.session.execute(select(*_ROW).where(SlaPolicy.region_id == region_id)).all()
    pilots = pilot_history(reading, PilotKind.SLA_POLICY, region_ids=[region_id])
    return PolicyHistory.of((_policy(row) for row in rows), pilots)


def policies_in_force(
    reading: Reading, region_id: UUID, at: datetime, zone_id: UUID | None = None
) -> dict[Priority, tuple[UUID, Targets]]:
    """Return the policy of each tier of a region (in one of its zones) at a moment, with its id; see `policy_history`."""
    history = policy_history(reading, region_id)
    found = (history.in_force(priority, at, zone_id=zone_id) for priority in Priority)
    return {policy.priority: (policy.id, policy.targets) for policy in found if policy is not None}


def _policy(row: Any) -> Policy:
    targets = Targets(row.respond_minutes, row.arrive_minutes, row.resolve_minutes)
    return Policy(
        row.id,
        Priority(row.priority),
        targets,
        row.effective_from,
        row.work_type,
        row.customer_class,
        row.calendar_id,
        read_rules(row.rules),
    )


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A working calendar."""

    id: UUID
    region_id: UUID
    code: str
    name: str
    document: dict[str, Any]
    version: int
    updated_at: datetime


_CALENDAR = tuple(getattr(WorkingCalendar, name) for name in CalendarRow.__dataclass_fields__)


def in_sight(reading: Reading, region: Any) -> ColumnElement[bool]:
    """Return the condition that lets through what a region tells everybody who belongs to it or has it in scope."""
    own: ColumnElement[bool] = region == reading.actor.region_id
    return or_(own, reading.actor.scope.sees(region=region))


def page_of_calendars(
    reading: Reading, *, region_id: UUID, limit: int, after: Sequence[Any] | None = None
) -> Page[CalendarRow]:
    """Return one page of a region's working calendars by code; the key is (code, id)."""
    statement = select(*_CALENDAR).where(
        WorkingCalendar.region_id == region_id, in_sight(reading, WorkingCalendar.region_id)
    )
    key = (WorkingCalendar.code, WorkingCalendar.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    return Page(tuple(CalendarRow(*row) for row in page.items), page.after)


def calendar_of_region(reading: Reading, region_id: UUID, calendar_id: UUID) -> CalendarRow:
    """Return a calendar of a region. Raises NotFound (sla.calendar_unknown) with the path of a policy's field."""
    row = reading.session.execute(
        select(*_CALENDAR).where(WorkingCalendar.id == calendar_id, WorkingCalendar.region_id == region_id)
    ).one_or_none()
    if row is None:
        raise errors.CALENDAR_UNKNOWN(path="/calendar_id")
    return CalendarRow(*row)


def workdays_of(reading: Reading, calendar_ids: Collection[UUID]) -> dict[UUID, WeeklyShifts]:
    """Return those of these calendars that know working days, for plans in hand. One statement, none without calendars."""
    if not calendar_ids:
        return {}
    rows = reading.session.execute(select(*_CALENDAR).where(WorkingCalendar.id.in_(calendar_ids)))
    found = {row.id: read_calendar(row.name, row.document) for row in rows}
    return {key: calendar for key, calendar in found.items() if isinstance(calendar, WeeklyShifts)}


def load_policies(reading: Reading, region_ids: Collection[UUID]) -> LoadedPolicies:
    """Load all policies of these regions with their calendars, for clocks to run by. Four statements at most."""
    policies: dict[UUID, list[Policy]] = {region_id: [] for region_id in region_ids}
    for row in reading.session.execute(select(SlaPolicy.region_id, *_ROW).where(SlaPolicy.region_id.in_(region_ids))):
        policies[row.region_id].append(_policy(row))
    calendars: dict[UUID, Calendar] = {}
    if any(one.calendar_id for each in policies.values() for one in each):
        for found in reading.session.execute(select(*_CALENDAR).where(WorkingCalendar.region_id.in_(region_ids))):
            calendars[found.id] = read_calendar(found.name, found.document)
    return LoadedPolicies.of(policies, calendars, pilot_history(reading, PilotKind.SLA_POLICY, region_ids=region_ids))


_EVENT = tuple(
    getattr(ClockEventRow, name)
    for name in ("id", "kind", "at", "recorded_at", "key", "reason", "approver_id", "until", "final")
)


def clock_book(reading: Reading, regions: Mapping[UUID, UUID], *, lock: bool = False) -> ClockBook:
    """Read the clocks of these orders (id to region) with all their events. Six statements at most.

    For orders that the caller knows to be in scope; whoever is going to write locks the clocks before their events are read.
    """
    book = ClockBook(load_policies(reading, sorted(set(regions.values()))), reading.now)
    known = (
        select(SlaClock.work_order_id, SlaClock.clock, SlaClock.noticed, SlaClock.coordinator_id)
        .where(SlaClock.work_order_id.in_(regions))
        .order_by(SlaClock.work_order_id, SlaClock.clock)
    )
    for row in reading.session.execute(known.with_for_update() if lock else known):
        region_id = regions[row.work_order_id]
        book.know_row(row.work_order_id, ClockName(row.clock), region_id, row.noticed, row.coordinator_id)
    terms = (ClockEventRow.policy_id, ClockEventRow.target_seconds, ClockEventRow.due_at)
    for row in reading.session.execute(
        select(ClockEventRow.work_order_id, ClockEventRow.clock, *_EVENT, *terms).where(
            ClockEventRow.work_order_id.in_(regions)
        )
    ):
        book.know(row.work_order_id, ClockName(row.clock), _event(row))
    return book


def _event(row: Any) -> ClockEvent:
    kind = EventKind(row.kind)
    has_terms = kind in (EventKind.START, EventKind.RETARGET) and (
        row.policy_id or row.target_seconds is not None or row.due_at or kind is EventKind.RETARGET
    )
    return ClockEvent(
        row.id,
        kind,
        row.at,
        row.recorded_at,
        Terms(row.policy_id, row.target_seconds, row.due_at) if has_terms else None,
        row.key,
        row.reason,
        row.approver_id,
        row.until,
        row.final,
    )


def clock_documents(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, dict[str, dict[str, Any]]]:
    """Return how the clocks of orders stand, by name, for documents on phones: as the sweep saw them last. One statement.

    For orders that the caller knows to be in scope.
    """
    found: dict[UUID, dict[str, dict[str, Any]]] = {}
    for row in _CLOCKS.rows(reading.session, order_ids):
        clock = {name: getattr(row, name) for name in _CLOCK if name != "is_settled"}
        clock["provisional"] = row.breached_at is not None and not row.is_settled
        found.setdefault(row.work_order_id, {})[row.clock] = clock
    order = [clock.value for clock in ClockName]
    return {key: {name: clocks[name] for name in order if name in clocks} for key, clocks in found.items()}


_CLOCK = ("status", "colour", "due_at", "breached_at", "is_settled", "coordinator_id")
_CLOCKS = ByIds(
    select(SlaClock.work_order_id, SlaClock.clock, *(getattr(SlaClock, name) for name in _CLOCK)),
    SlaClock.work_order_id,
)


def order_ids_with_clocks() -> Select[UUID]:
    """Return the statement for the ids of orders that have clocks, for a condition."""
    return select(SlaClock.work_order_id)


def order_ids_coloured(colours: Collection[Colour]) -> Select[UUID]:
    """Return the statement for the ids of orders with a clock that runs and has one of these colours, for a condition."""
    return select(SlaClock.work_order_id).where(
        SlaClock.colour.in_([colour.value for colour in colours]), SlaClock.status.in_(["running", "paused"])
    )


@dataclass(frozen=True, slots=True)
class DueClocks:
    """Clocks of one region that the sweep has locked."""

    region_id: UUID
    keys: tuple[tuple[UUID, ClockName], ...]


def claim_due(reading: Reading, *, limit: int) -> DueClocks | None:
    """Lock clocks of one region that are to be looked at now, the longest due first; None when there is none. Two statements.

    What another worker has in hand is left to it. The index holds only clocks that wait for something.
    """
    due = SlaClock.next_look_at <= reading.now
    region_id = reading.session.scalar(select(SlaClock.region_id).where(due).order_by(SlaClock.next_look_at).limit(1))
    if region_id is None:
        return None
    rows = reading.session.execute(
        select(SlaClock.work_order_id, SlaClock.clock)
        .where(due, SlaClock.region_id == region_id)
        .order_by(SlaClock.next_look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return DueClocks(region_id, tuple((row.work_order_id, ClockName(row.clock)) for row in rows))
