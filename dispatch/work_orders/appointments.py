"""Visits that were proposed to customers or agreed with them: asked for, proposed, and taken back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from dispatch.texts import optional_line
from dispatch.work_orders import errors
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.catalogue import rules_of
from dispatch.work_orders.lifecycle import DESK, DONE
from dispatch.work_orders.models import Appointment
from dispatch.work_orders.queries import orders_of, visible_order_ids
from dispatch.work_orders.service import open_book, server_entry, write_book
from dispatch.work_orders.visit_keeping import live_visits, write_visits
from dispatch.work_orders.visits import Visit, VisitBook, VisitState
from dispatch.work_orders.windows import AgreedChannel, RequestedBy, read_window
from kernel.actor import Role
from kernel.database import Page, first_of_each, read_page
from kernel.errors import INVALID
from kernel.unit_of_work import Reading, UnitOfWork

PROPOSED, WITHDRAWN = "appointment.proposed", "appointment.withdrawn"
MOST_PROPOSALS = 10
"""Windows that may wait for one customer's word."""


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """A visit: from when until when (aware), who comes, what the customer agreed to, and what became of it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    work_order_id: UUID
    technician_id: UUID | None
    predecessor_id: UUID | None
    state: str
    start_at: datetime
    end_at: datetime
    agreed_with: str | None
    channel: str | None
    requested_by: str | None
    recorded_by: UUID | None
    agreed_at: datetime | None
    arrived_at: datetime | None
    is_late: bool
    reason: str | None
    note: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which visits a list shows; what is None or empty does not filter. Those that begin in this time (aware)."""

    states: tuple[VisitState, ...] = ()
    technician_id: UUID | None = None
    zone_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


_ROW = tuple(getattr(Appointment, name) for name in AppointmentRow.__dataclass_fields__)


def appointments_of_order(reading: Reading, order_id: UUID, *, limit: int = 200) -> tuple[AppointmentRow, ...]:
    """Return the visits of an order, the earliest first. Raises NotFound (work_order.unknown)."""
    if not visible_order_ids(reading, [order_id]):
        raise errors.UNKNOWN()
    rows = reading.session.execute(
        select(*_ROW)
        .where(Appointment.work_order_id == order_id)
        .order_by(Appointment.start_at, Appointment.id)
        .limit(limit)
    )
    return tuple(AppointmentRow(*row) for row in rows)


def appointments_of_orders(
    reading: Reading, order_ids: Collection[UUID], *, most: int
) -> dict[UUID, tuple[AppointmentRow, ...]]:
    """Return the latest visits of each of these orders, the latest first, so many of each. One statement.

    Without a scope of its own: for orders that are in scope already.
    """
    statement = select(*_ROW).where(Appointment.work_order_id.in_(set(order_ids)))
    order = (Appointment.start_at.desc(), Appointment.id.desc())
    found: dict[UUID, tuple[AppointmentRow, ...]] = {}
    for row in reading.session.execute(first_of_each(statement, Appointment.work_order_id, *order, most=most)):
        found[row.work_order_id] = (*found.get(row.work_order_id, ()), AppointmentRow(*row))
    return found


def page_of_appointments(
    reading: Reading, *, filters: AppointmentFilter, limit: int, after: Sequence[Any] | None = None
) -> Page[AppointmentRow]:
    """Return one page of visits in the caller's places, and of their own, the earliest first; the key is (start_at, id)."""
    conditions: list[ColumnElement[bool]] = []
    if filters.states:
        conditions.append(Appointment.state.in_([state.value for state in filters.states]))
    if filters.technician_id is not None:
        conditions.append(Appointment.technician_id == filters.technician_id)
    if filters.zone_id is not None:
        conditions.append(Appointment.zone_id == filters.zone_id)
    if filters.since is not None:
        conditions.append(Appointment.start_at >= filters.since)
    if filters.until is not None:
        conditions.append(Appointment.start_at < filters.until)
    page: Page[Any] = read_page(
        reading.session,
        select(*_ROW).where(*conditions),
        key=(Appointment.start_at, Appointment.id),
        limit=limit,
        after=after,
        descending=False,
        any_of=_scope_parts(reading),
    )
    return Page(tuple(AppointmentRow(*row) for row in page.items), page.after)


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    scope, mine = reading.actor.scope, Appointment.work_order_id.in_(orders_of(reading.actor.user_id))
    parts = scope.parts(
        region=Appointment.region_id,
        station=Appointment.station_id,
        group=Appointment.group_id,
        zone=Appointment.zone_id,
        owner=Appointment.technician_id,
    )
    return parts if scope.everywhere else [*parts, mine]


def propose(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    start_at: datetime,
    end_at: datetime,
    requested_by: RequestedBy | None = None,
    channel: AgreedChannel | None = None,
    note: str | None = None,
    appointment_id: UUID | None = None,
) -> UUID:
    """Propose a window to the customer, once for ever by its id; the order stays as it is until one is agreed.

    Raises:
        NotFound (work_order.unknown); Forbidden (work_order.not_allowed): neither the assignee nor of the desk.
        Conflict (work_order.illegal): the order is done.
        Invalid (work_order.window_backwards, work_order.window_past, work_order.window_too_long, invalid): with the path.
    """
    key = appointment_id or uow.new_id()
    book = open_book(uow, [order_id])
    order = book.find(order_id)
    _check_who(uow, book, order_id)
    live = live_visits(uow, [order_id])
    known = select(Appointment.work_order_id).where(Appointment.id == key)
    if uow.session.scalar(known) == order_id:
        return key
    if order.status in DONE:
        raise errors.ILLEGAL("the order is done", status_now=order.status.value)
    if len([one for one in live if one.state is VisitState.PROPOSED]) >= MOST_PROPOSALS:
        raise INVALID(f"at most {MOST_PROPOSALS} proposals wait at a time", path="/start_at")
    data = {"window_start_at": start_at, "window_end_at": end_at}
    window = read_window(data, rules_of(uow, [order.region_id])[order.region_id].rules, uow.now)
    visits = VisitBook(uow.new_id)
    visit = Visit(
        key,
        order_id,
        order.assignee_id,
        VisitState.PROPOSED,
        window.start_at,
        window.end_at,
        channel=channel,
        requested_by=requested_by,
        recorded_by=uow.actor.user_id,
        note=optional_line(note, longest=500, path="/note"),
        fresh=True,
    )
    visits.changed[key] = visit
    write_visits(uow, visits, book.orders)
    _note(uow, book, order_id, PROPOSED, {"appointment_id": str(key), **data})
    return key


def withdraw(uow: UnitOfWork, *, appointment_id: UUID, reason: str | None = None) -> None:
    """Take back a proposal.

    Raises NotFound (work_order.appointment_unknown), Forbidden (work_order.not_allowed), Conflict (work_order.appointment_over).
    """
    order_id = uow.session.scalar(select(Appointment.work_order_id).where(Appointment.id == appointment_id))
    book = open_book(uow, [] if order_id is None else [order_id])
    if order_id is None or order_id not in book.orders:
        raise errors.APPOINTMENT_UNKNOWN()
    _check_who(uow, book, order_id)
    visit = next((one for one in live_visits(uow, [order_id]) if one.id == appointment_id), None)
    if visit is None or visit.state is not VisitState.PROPOSED:
        raise errors.APPOINTMENT_OVER()
    visit.state, visit.reason = VisitState.CANCELLED, optional_line(reason, longest=64, path="/reason")
    visits = VisitBook(uow.new_id)
    visits.changed[visit.id] = visit
    write_visits(uow, visits, book.orders)
    _note(uow, book, order_id, WITHDRAWN, {"appointment_id": str(appointment_id), "reason": visit.reason})


def _check_who(uow: UnitOfWork, book: OrderBook, order_id: UUID) -> None:
    """Raise Forbidden (work_order.not_allowed) for who may not agree on a window either."""
    order = book.find(order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id != order.assignee_id and not roles & (DESK | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()


def _note(uow: UnitOfWork, book: OrderBook, order_id: UUID, kind: str, data: dict[str, Any]) -> None:
    book.record(server_entry(uow, uow.new_id(), order_id, kind, data))
    write_book(uow, book)
