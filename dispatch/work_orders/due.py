"""What happens to orders by itself when its time has come: holds end, finished orders close, windows are missed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.work_orders.book import BookOrder, OrderBook
from dispatch.work_orders.creating import server_entry
from dispatch.work_orders.equipping import Wish, equip
from dispatch.work_orders.lifecycle import DONE, Asked, Command, Evidence, Status
from dispatch.work_orders.models import Appointment, WorkOrder
from dispatch.work_orders.service import open_book, write_book
from dispatch.work_orders.visit_keeping import live_visits, write_visits
from dispatch.work_orders.visits import Visit, VisitBook, VisitState
from kernel.actor import SYSTEM_USER, Role
from kernel.unit_of_work import UnitOfWork

MISSED = "appointment.missed"
ON_HOLD = "on_hold"
"""Why an appointment is dropped whose order was on hold when its time had come."""

Sweep = Callable[..., int]


def end_holds(uow: UnitOfWork, *, limit: int) -> int:
    """Resume the orders whose hold was to last until now, as of then, and return how many there were.

    The same few statements for any number; the index holds only orders on hold.
    """
    due = select(WorkOrder.id).where(WorkOrder.hold_until <= uow.now, WorkOrder.status == Status.ON_HOLD.value)
    return _command(uow, _claim(uow, due, WorkOrder.hold_until, limit), Command.RESUME)


def close_finished(uow: UnitOfWork, *, limit: int) -> int:
    """Close the orders that were finished long enough ago for nobody to come back to them, and return how many there were."""
    done = (Status.COMPLETED.value, Status.UNABLE_TO_COMPLETE.value)
    due = select(WorkOrder.id).where(WorkOrder.closes_at <= uow.now, WorkOrder.status.in_(done))
    return _command(uow, _claim(uow, due, WorkOrder.closes_at, limit), Command.CLOSE)


def _claim(uow: UnitOfWork, due: Any, column: Any, limit: int) -> list[UUID]:
    """Lock orders that are due, the longest first; what another worker has in hand is left to it."""
    return list(uow.session.scalars(due.order_by(column, WorkOrder.id).limit(limit).with_for_update(skip_locked=True)))


def _command(uow: UnitOfWork, ids: Sequence[UUID], command: Command) -> int:
    if not ids:
        return 0
    book = open_book(uow, ids)
    equip(uow, book, [Wish(order_id, command) for order_id in book.orders])
    for order in book.orders.values():
        at = uow.now if order.hold_until is None else order.hold_until
        entry = server_entry(uow, uow.new_id(), order.id, f"work_order.{command.value}", {"automatic": True})
        entry.effective_at = at
        asked = Asked(command, SYSTEM_USER, frozenset({Role.ADMINISTRATOR}), at, lenient=True)
        book.command(order.id, asked, Evidence(), entry)
    write_book(uow, book)
    return len(ids)


def miss_appointments(uow: UnitOfWork, *, limit: int) -> int:
    """Note the agreed windows that went by without anybody there, and return how many there were.

    One whose order is on hold, or done, is dropped instead. A phone that was offline may still bring the arrival: then the
    appointment was kept after all.
    """
    due = (
        select(Appointment.work_order_id)
        .where(Appointment.end_at <= uow.now, Appointment.state == VisitState.AGREED.value)
        .order_by(Appointment.end_at, Appointment.id)
        .limit(limit)
    )
    ids = sorted(set(uow.session.scalars(due)))
    if not ids:
        return 0
    book = open_book(uow, ids)  # orders are locked before their appointments, here as everywhere
    visits = VisitBook(uow.new_id)
    visits.know(live_visits(uow, ids))
    for order_id, order in book.orders.items():
        for visit in visits.visits.get(order_id, ()):
            if visit.state is VisitState.AGREED and visit.end_at <= uow.now:
                _miss(uow, book, order, visit)
                visits.changed[visit.id] = visit
    write_visits(uow, visits, book.orders)
    write_book(uow, book)
    return len(ids)


def _miss(uow: UnitOfWork, book: OrderBook, order: BookOrder, visit: Visit) -> None:
    if order.status is Status.ON_HOLD or order.status in DONE:
        visit.state, visit.reason = VisitState.CANCELLED, ON_HOLD if order.status is Status.ON_HOLD else order.status
        return
    visit.state = VisitState.MISSED
    data: Mapping[str, Any] = {
        "appointment_id": str(visit.id),
        "technician_id": None if visit.technician_id is None else str(visit.technician_id),
        "window_start_at": visit.start_at,
        "window_end_at": visit.end_at,
    }
    book.record(server_entry(uow, uow.new_id(), order.id, MISSED, data))


SWEEPS: tuple[Sweep, ...] = (end_holds, close_finished, miss_appointments)
"""All of it, in this order: a hold that ends may be followed by a window that was missed."""
