"""What can be done with fees at a desk, or on a phone that is online: add a line to an order, take one back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.fees import errors
from dispatch.fees.book import FeeBook, Teller, digest_of
from dispatch.fees.events import FeesChanged
from dispatch.fees.keeping import open_fees, write_fees
from dispatch.fees.lines import Line, Removal
from dispatch.fees.models import FeeLine, FeeRemoval
from dispatch.texts import line as text_line
from dispatch.work_orders.book import BookOrder, OrderBook
from dispatch.work_orders.lifecycle import DISPATCHERS, TERMINAL
from dispatch.work_orders.service import open_book, server_entry, write_book
from kernel.actor import Role
from kernel.unit_of_work import UnitOfWork

ADD, REMOVE = "fee.add", "fee.remove"
CHARGE = DISPATCHERS | {Role.AGENT, Role.ADMINISTRATOR}
"""Who may change what an order costs besides those who do it."""


def add_line(uow: UnitOfWork, *, order_id: UUID, data: Mapping[str, Any], line_id: UUID | None = None) -> Line:
    """Add a line to an order, once for ever by its id; phones and the checklist's snapshot follow.

    Raises:
        NotFound (work_order.unknown): no such order in the actor's scope.
        Forbidden (fee.not_allowed): neither of those who do the order, nor a dispatcher or agent over it.
        Forbidden (fee.discount_too_high): more than the region lets the actor's roles give away.
        Conflict (fee.order_over, fee.id_reused).
        Invalid (fee.data_unfit, fee.amount_unfit, fee.currency_other, fee.code_unknown, fee.free_line, fee.above_list,
        fee.reason_missing, fee.warranty_unproven): with the path.
    """
    book, order, roles = _open(uow, order_id)
    key = line_id or uow.new_id()
    fees = open_fees(uow, {order_id: order}, [data])
    known = uow.session.scalar(select(FeeLine.digest).where(FeeLine.id == key))
    if known is not None:
        if known != digest_of(order_id, uow.actor.user_id, data):
            raise errors.ID_REUSED(path="/id")
        return next(one for one in fees.of(order_id).lines if one.id == key)
    _check_open(order)
    teller = Teller(key, uow.actor.user_id, uow.now, roles, uow.actor.device_id)
    line, departures = fees.read(order, teller, data)
    for one in departures:
        raise one.refusal()
    fees.add(order, line, data)
    _write(uow, book, fees, order_id, ADD, {**data, "line_id": str(key)})
    return line


def remove_line(uow: UnitOfWork, *, order_id: UUID, line_id: UUID, reason: str, removal_id: UUID | None = None) -> None:
    """Take a line back, with the reason; it stays on record. Once for ever by its id.

    Raises:
        NotFound (work_order.unknown, fee.line_unknown); Forbidden (fee.not_allowed); Conflict (fee.order_over, fee.removed).
    """
    reason = text_line(reason, longest=200, path="/reason")
    book, order, _ = _open(uow, order_id)
    fees = open_fees(uow, {order_id: order})
    facts = fees.of(order_id)
    if removal_id is not None:
        before = uow.session.scalar(select(FeeRemoval.line_id).where(FeeRemoval.id == removal_id))
        if before is not None:
            if before != line_id:
                raise errors.ID_REUSED(path="/id")
            return
    if all(one.id != line_id for one in facts.lines):
        raise errors.LINE_UNKNOWN()
    if any(one.line_id == line_id for one in facts.removals):
        raise errors.REMOVED()
    _check_open(order)
    key, who = removal_id or uow.new_id(), uow.actor
    fees.remove(order, Removal(key, order_id, line_id, uow.now, who.user_id, reason, who.device_id))
    _write(uow, book, fees, order_id, REMOVE, {"line_id": str(line_id), "reason": reason})


def _open(uow: UnitOfWork, order_id: UUID) -> tuple[OrderBook, BookOrder, frozenset[Role]]:
    """Open an order whose fees the actor may change, with the roles in which they do."""
    book = open_book(uow, [order_id])
    order = book.find(order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id in book.holders_now(order_id):
        return book, order, roles | {Role.TECHNICIAN}
    if not roles & CHARGE:
        raise errors.NOT_ALLOWED()
    return book, order, roles


def _check_open(order: BookOrder) -> None:
    if order.status in TERMINAL:
        raise errors.ORDER_OVER(f"the order is {order.status}")


def _write(uow: UnitOfWork, book: OrderBook, fees: FeeBook, order_id: UUID, kind: str, data: Mapping[str, Any]) -> None:
    write_fees(uow, fees, {order_id: book.holders_now(order_id)})
    kept = {name: value for name, value in data.items() if value is not None}
    book.record(server_entry(uow, uow.new_id(), order_id, kind, kept))
    write_book(uow, book)
    uow.publish(FeesChanged((order_id,)))
