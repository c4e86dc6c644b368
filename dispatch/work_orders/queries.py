"""What can be asked about work orders, always within the caller's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, false, or_, select

from dispatch.assets import queries as assets
from dispatch.customers import queries as customers
from dispatch.sla import queries as sla
from dispatch.sla.clock import Colour
from dispatch.work_orders import errors
from dispatch.work_orders.crew_keeping import orders_with
from dispatch.work_orders.crew_queries import CrewRow, crew_documents, crew_rows
from dispatch.work_orders.lifecycle import DONE, Status, possible
from dispatch.work_orders.models import TimelineEntry, WorkOrder, WorkOrderAssignment, WorkType
from dispatch.work_orders.reaching import customer_shown
from dispatch.work_orders.sorting import order_of
from kernel.by_ids import ByIds
from kernel.database import Page, count_rows, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list shows; what is None or empty does not filter. `late` means due and not done yet."""

    statuses: tuple[Status, ...] = ()
    region_id: UUID | None = None
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
    technician_id: UUID | None = None
    priority: str | None = None
    work_type: str | None = None
    late: bool | None = None
    needs_review: bool | None = None
    escalated: bool | None = None
    follow_up: str | None = None
    colours: tuple[Colour, ...] = ()
    received_from: datetime | None = None
    received_to: datetime | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A work order as lists show it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    number: str
    status: str
    priority: str
    work_type: str
    title: str
    customer_id: UUID | None
    site_id: UUID | None
    asset_id: UUID | None
    assignee_id: UUID | None
    received_at: datetime
    window_start_at: datetime | None
    window_end_at: datetime | None
    respond_due_at: datetime | None
    arrive_due_at: datetime | None
    resolve_due_at: datetime | None
    responded_at: datetime | None
    arrived_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    eta_at: datetime | None
    escalated: bool
    follow_up: str | None
    needs_review: bool
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Whom an order was given to, from when until when, and why."""

    id: UUID
    user_id: UUID
    assigned_by: UUID
    assigned_at: datetime
    reason: str | None
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """A work order with everything about it but its timeline. `commands` are those possible from its state."""

    row: OrderRow
    description: str | None
    first_owner_id: UUID | None
    parent_id: UUID | None
    assignment_id: UUID | None
    hold_reason: str | None
    hold_until: datetime | None
    declines: int
    closes_at: datetime | None
    repeat_visit: bool
    assignments: tuple[AssignmentRow, ...]
    crew: tuple[CrewRow, ...]
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One entry of an order's timeline."""

    id: UUID
    kind: str
    user_id: UUID
    device_id: UUID | None
    effective_at: datetime
    time_quality: str
    occurred_at: datetime | None
    recorded_at: datetime
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    data: dict[str, Any]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkTypeRow:
    """A work type of a region."""

    code: str
    name: str
    name_en: str | None
    skill: str | None
    template_code: str | None
    minutes: int
    crew_size: int


_PLACES = {
    "region": WorkOrder.region_id,
    "station": WorkOrder.station_id,
    "group": WorkOrder.group_id,
    "zone": WorkOrder.zone_id,
    "owner": WorkOrder.assignee_id,
}


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the orders of the caller's places, and those that are theirs to do."""
    return or_(false(), *_scope_parts(reading))


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which an order in scope meets at least one, each served by an index of its own.

    Theirs to do are the orders that are assigned to them, and those in whose crew they are now.
    """
    parts = reading.actor.scope.parts(**_PLACES)
    return parts if reading.actor.scope.everywhere else [*parts, WorkOrder.id.in_(orders_with(reading.actor.user_id))]


def orders_in_scope(reading: Reading) -> Select[UUID]:
    """Return the statement for the orders that the caller may see, for a condition of another query."""
    return select(WorkOrder.id).where(in_scope(reading))


def orders_of(user_id: UUID) -> Select[UUID]:
    """Return the statement for the orders that are somebody's to do, alone or in a crew, for a condition of another query."""
    return select(WorkOrder.id).where(or_(WorkOrder.assignee_id == user_id, WorkOrder.id.in_(orders_with(user_id))))


_ON_PHONES = WorkOrder.archived_at.is_(None)
"""The condition that an order has not left the phones because it was over for long."""


def _held(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through what the caller's phone may hold, whatever places they see besides."""
    user_id = reading.actor.user_id
    return and_(or_(WorkOrder.assignee_id == user_id, WorkOrder.id.in_(orders_with(user_id))), _ON_PHONES)


_ROW = tuple(getattr(WorkOrder, name) for name in OrderRow.__dataclass_fields__)


def late(now: datetime) -> ColumnElement[bool]:
    """The condition that an order is past one of its times, and that this can still be mended; never null."""
    times = (
        (WorkOrder.responded_at, WorkOrder.respond_due_at),
        (WorkOrder.arrived_at, WorkOrder.arrive_due_at),
        (WorkOrder.completed_at, WorkOrder.resolve_due_at),
    )
    missed = (and_(done.is_(None), due.is_not(None), due < now) for done, due in times)
    return and_(WorkOrder.status.not_in(sorted(DONE)), or_(*missed))


def page_of_orders(
    reading: Reading, *, filters: OrderFilter, limit: int, after: Sequence[Any] | None = None, sort: str | None = None
) -> Page[OrderRow]:
    """Return one page of orders, the latest received first unless it is sorted otherwise.

    Raises:
        Invalid (sort.too_wide): in this order only a part of a region's orders can be listed.
    """
    page = read_page(
        reading.session,
        select(*_ROW).where(*_conditions(filters, reading.now)),
        key=order_of(reading, sort, filters),
        limit=limit,
        after=after,
        any_of=_scope_parts(reading),
    )
    return Page(tuple(_order_row(row) for row in page.items), page.after)


def count_of_orders(reading: Reading, filters: OrderFilter) -> int:
    """Return how many orders all pages of `page_of_orders` hold."""
    statement = select(WorkOrder.id).where(*_conditions(filters, reading.now))
    return count_rows(reading.session, statement, key=(WorkOrder.id,), any_of=_scope_parts(reading))


def _conditions(filters: OrderFilter, now: datetime) -> list[ColumnElement[bool]]:
    equal = {
        WorkOrder.region_id: filters.region_id,
        WorkOrder.station_id: filters.station_id,
        WorkOrder.group_id: filters.group_id,
        WorkOrder.zone_id: filters.zone_id,
        WorkOrder.assignee_id: filters.technician_id,
        WorkOrder.priority: filters.priority,
        WorkOrder.work_type: filters.work_type,
        WorkOrder.needs_review: filters.needs_review,
        WorkOrder.escalated: filters.escalated,
        WorkOrder.follow_up: filters.follow_up,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.statuses:
        conditions.append(WorkOrder.status.in_([status.value for status in filters.statuses]))
    if filters.late is not None:
        conditions.append(late(now) if filters.late else ~late(now))
    if filters.colours:
        conditions.append(WorkOrder.id.in_(sla.order_ids_coloured(filters.colours)))
    if filters.received_from is not None:
        conditions.append(WorkOrder.received_at >= filters.received_from)
    if filters.received_to is not None:
        conditions.append(WorkOrder.received_at < filters.received_to)
    if filters.q:
        conditions.append(
            or_(
                WorkOrder.number.istartswith(filters.q, autoescape=True),
                WorkOrder.title.icontains(filters.q, autoescape=True),
            )
        )
    return conditions


def order(reading: Reading, order_id: UUID) -> OrderDetail:
    """Return one order. Raises NotFound (work_order.unknown) when it is not in the caller's scope."""
    extra = (
        WorkOrder.description,
        WorkOrder.first_owner_id,
        WorkOrder.parent_id,
        WorkOrder.assignment_id,
        WorkOrder.hold_reason,
        WorkOrder.hold_until,
        WorkOrder.declines,
        WorkOrder.closes_at,
        WorkOrder.repeat_visit,
    )
    row = reading.session.execute(
        select(*_ROW, *extra).where(WorkOrder.id == order_id, in_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    assignments = reading.session.execute(
        select(*(getattr(WorkOrderAssignment, name) for name in AssignmentRow.__dataclass_fields__))
        .where(WorkOrderAssignment.work_order_id == order_id)
        .order_by(WorkOrderAssignment.assigned_at, WorkOrderAssignment.id)
    )
    return OrderDetail(
        _order_row(row[: len(_ROW)]),
        row.description,
        row.first_owner_id,
        row.parent_id,
        row.assignment_id,
        row.hold_reason,
        row.hold_until,
        row.declines,
        row.closes_at,
        row.repeat_visit,
        tuple(AssignmentRow(*one) for one in assignments),
        crew_rows(reading, order_id),
        tuple(sorted(possible(Status(row.status)))),
    )


def _order_row(values: Sequence[Any]) -> OrderRow:
    return OrderRow(*values)


def _timeline_row(values: Any) -> TimelineRow:
    return TimelineRow(*(*values[:-1], tuple(values[-1])))


def visible_order_ids(reading: Reading, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these orders that the caller may see."""
    return set(reading.session.scalars(select(WorkOrder.id).where(WorkOrder.id.in_(ids), in_scope(reading))))


def rows_of(reading: Reading, ids: Collection[UUID]) -> dict[UUID, OrderRow]:
    """Return those of these orders that the caller may see, by id. One statement."""
    rows = reading.session.execute(select(*_ROW).where(WorkOrder.id.in_(ids), in_scope(reading)))
    return {row.id: _order_row(row) for row in rows}


def timeline(reading: Reading, order_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[TimelineRow]:
    """Return one page of an order's timeline, the earliest first. Raises NotFound (work_order.unknown)."""
    if not visible_order_ids(reading, [order_id]):
        raise errors.UNKNOWN()
    statement = select(*(getattr(TimelineEntry, name) for name in TimelineRow.__dataclass_fields__)).where(
        TimelineEntry.work_order_id == order_id
    )
    page = read_page(
        reading.session,
        statement,
        key=(TimelineEntry.effective_at, TimelineEntry.id),
        limit=limit,
        after=after,
        descending=False,
    )
    return Page(tuple(_timeline_row(row) for row in page.items), page.after)


def work_types(reading: Reading, region_id: UUID) -> tuple[WorkTypeRow, ...]:
    """Return the work types of a region by code; of a region that is not the caller's there are none."""
    if region_id != reading.actor.region_id and not reading.actor.scope.covers(region_id=region_id):
        return ()
    columns = (getattr(WorkType, name) for name in WorkTypeRow.__dataclass_fields__)
    rows = reading.session.execute(select(*columns).where(WorkType.region_id == region_id).order_by(WorkType.code))
    return tuple(WorkTypeRow(*row) for row in rows)


_ME: Any = bindparam("me", type_=Uuid())
_MINE = and_(or_(WorkOrder.assignee_id == _ME, WorkOrder.id.in_(orders_with(_ME))), _ON_PHONES)
_HELD = ByIds(select(WorkOrder.id).where(_MINE), WorkOrder.id)
_DETAILS = (WorkOrder.description, WorkOrder.assignment_id, WorkOrder.hold_reason, WorkOrder.hold_until)
_HELD_DOCUMENTS = ByIds(select(*_ROW, *_DETAILS).where(_MINE), WorkOrder.id)


def held_order_ids(reading: Reading, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these orders that are the caller's, as assignee or in the crew, and on their phone."""
    return {row.id for row in _HELD.rows(reading.session, ids, me=reading.actor.user_id)}


def order_documents(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """Return the documents of those of these orders that the caller's phone may hold.

    Each names its crew, the lead first, and how its service clocks stand. Of one that is over the customer's number is masked.
    """
    rows = _HELD_DOCUMENTS.rows(reading.session, ids, me=reading.actor.user_id)
    contacts = customers.contacts_of(reading, [row.customer_id for row in rows if row.customer_id is not None])
    crews = crew_documents(reading, {row.id: row.assignee_id for row in rows})
    clocks = sla.clock_documents(reading, [row.id for row in rows])
    return {
        str(row.id): {
            **row._asdict(),
            "customer": customer_shown(contacts.get(row.customer_id), row.status),
            "crew": crews.get(row.id, []),
            "clocks": clocks.get(row.id, {}),
        }
        for row in rows
    }


def site_documents(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """Return the documents of those of these sites where the caller has an order."""
    mine = reading.session.scalars(
        select(WorkOrder.site_id).where(WorkOrder.site_id.in_(ids), _held(reading)).distinct()
    )
    here = [site_id for site_id in mine if site_id is not None]
    sites: dict[str, dict[str, Any]] = customers.sites_of(reading, here)
    standing = assets.at_sites(reading, here)
    return {key: {**site, "assets": standing.get(site["id"], [])} for key, site in sites.items()}
