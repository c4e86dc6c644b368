"""What may be asked about the service clocks of an order, and what people change about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.sla import errors as sla_errors
from dispatch.sla import queries as sla
from dispatch.sla.book import ClockBook
from dispatch.sla.clock import ClockEvent, ClockState
from dispatch.sla.deadline import Priority
from dispatch.sla.pauses import ClockName
from dispatch.texts import line
from dispatch.work_orders import errors, queries
from dispatch.work_orders.book import BookOrder, Entry
from dispatch.work_orders.events import OrderReprioritised
from dispatch.work_orders.lifecycle import APPROVERS, DESK
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.service import open_book, write_book
from kernel.actor import Role
from kernel.clock import iso
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as it stands now. A breach is `provisional` while the phone of whoever has the order may still settle it."""

    clock: str
    state: ClockState
    calendar: str
    provisional: bool
    notice: str
    coordinator_id: UUID | None
    policy_id: UUID | None


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A stretch of a clock's time: what it did, by which calendar, why, and who approved; whole seconds."""

    start: datetime
    end: datetime
    kind: str
    seconds: int
    counted_seconds: int
    calendar: str
    reason: str | None
    approver_id: UUID | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock minute by minute: the seconds of its segments sum to `total_seconds`, the counted ones to what has elapsed."""

    view: ClockView
    total_seconds: int
    segments: tuple[SegmentView, ...]
    events: tuple[ClockEvent, ...]


def clocks_of(reading: Reading, order_id: UUID) -> tuple[ClockView, ...]:
    """Return the clocks of an order as they stand now. Raises NotFound (work_order.unknown)."""
    book = _book(reading, order_id)
    return tuple(_view(book, order_id, clock, state) for clock, state in book.states(order_id).items())


def clocks_of_orders(reading: Reading, regions: Mapping[UUID, UUID]) -> dict[UUID, tuple[ClockView, ...]]:
    """Return the clocks of each of these orders (id to region) as they stand now. Six statements at most, however many.

    Without a scope of its own: for orders that are in scope already.
    """
    book = sla.clock_book(reading, regions)
    return {
        order_id: tuple(_view(book, order_id, clock, state) for clock, state in book.states(order_id).items())
        for order_id in regions
    }


def explain(reading: Reading, order_id: UUID, clock: ClockName) -> Explanation:
    """Tell every segment of a clock. Raises NotFound (work_order.unknown, sla.clock_unknown)."""
    book = _book(reading, order_id)
    state = book.state(order_id, clock)
    if state is None:
        raise sla_errors.CLOCK_UNKNOWN()
    view = _view(book, order_id, clock, state)
    segments = tuple(
        SegmentView(
            one.start,
            one.end,
            one.kind.value,
            one.seconds,
            one.seconds if one.kind.value == "running" else 0,
            view.calendar,
            one.reason,
            one.approver_id,
        )
        for one in state.segments
    )
    events = sorted(book.events[order_id, clock], key=lambda one: (one.at, one.recorded_at, one.id))
    return Explanation(view, sum(one.seconds for one in segments), segments, tuple(events))


def change_priority(uow: UnitOfWork, *, order_id: UUID, priority: Priority, reason: str) -> int:
    """Put an order into another tier, and return its version: its clocks get that tier's times and keep their start.

    Raises:
        NotFound (work_order.unknown); Forbidden (work_order.not_allowed); Conflict (work_order.illegal): it is done.
    """
    book = open_book(uow, [order_id])
    order = book.find(order_id)
    _demand(uow, order, DESK | {Role.ADMINISTRATOR})
    if book.reprioritise(order_id, priority, _entry(uow, order, "work_order.change_priority", reason)):
        write_book(uow, book)
        uow.publish(OrderReprioritised(order_id))
    return order.version


def approve_hold(uow: UnitOfWork, *, order_id: UUID, reason: str, until: datetime | None = None) -> None:
    """Approve of an order's present hold, also beyond the limits that its policy and its region set.

    With `until` it lasts as long as that.

    Raises:
        NotFound (work_order.unknown); Forbidden (work_order.not_allowed); Conflict (work_order.illegal): it is not on hold;
        Invalid (work_order.hold_backwards), with the path.
    """
    book = open_book(uow, [order_id])
    order = book.find(order_id)
    _demand(uow, order, APPROVERS)
    entry = _entry(uow, order, "work_order.approve_hold", reason)
    entry.data = {**entry.data, "until": None if until is None else iso(until)}
    book.approve_hold(order_id, entry, until)
    write_book(uow, book)


def _demand(uow: UnitOfWork, order: BookOrder, roles: frozenset[Role]) -> None:
    held = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if held.isdisjoint(roles):
        raise errors.NOT_ALLOWED()


def _entry(uow: UnitOfWork, order: BookOrder, kind: str, reason: str) -> Entry:
    data: dict[str, Any] = {"reason": line(reason, longest=200, path="/reason")}
    return Entry(uow.new_id(), order.id, kind, uow.actor.user_id, uow.now, uow.now, data, uow.actor.device_id)


def _book(reading: Reading, order_id: UUID) -> ClockBook:
    region_id = reading.session.scalar(
        select(WorkOrder.region_id).where(WorkOrder.id == order_id, queries.in_scope(reading))
    )
    if region_id is None:
        raise errors.UNKNOWN()
    return sla.clock_book(reading, {order_id: region_id})


def _view(book: ClockBook, order_id: UUID, clock: ClockName, state: ClockState) -> ClockView:
    row = book.rows[order_id, clock]
    calendar = book.policies.rules[clock][state.terms.policy_id].calendar.name
    provisional = state.breached_at is not None and not state.is_settled
    return ClockView(
        clock.value, state, calendar, provisional, row.noticed.value, row.coordinator_id, state.terms.policy_id
    )
