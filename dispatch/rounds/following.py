"""Lets visits follow what becomes of their orders, and of those that follow these up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dispatch.rounds.models import RoundOccurrence
from dispatch.rounds.standing import OccurrenceState, after
from dispatch.work_orders.events import OrdersCreated, OrdersMoved
from dispatch.work_orders.lifecycle import DONE
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork


def on_orders_moved(uow: UnitOfWork, event: OrdersMoved) -> None:
    """Note of visits whose orders ended, or began again, what they are now. Two statements; none when no order did."""
    turned = [move for move in event.moves if move.source in DONE or move.target in DONE]
    if not turned:
        return
    columns = (RoundOccurrence.id, RoundOccurrence.last_order_id, RoundOccurrence.state, RoundOccurrence.done_at)
    rows = uow.session.execute(
        select(*columns)
        .where(RoundOccurrence.last_order_id.in_(sorted({move.order_id for move in turned})))
        .order_by(RoundOccurrence.id)
        .with_for_update()
    ).all()
    known: dict[UUID | None, tuple[OccurrenceState, datetime | None]] = {
        row.last_order_id: (OccurrenceState(row.state), row.done_at) for row in rows
    }
    for move in turned:
        if move.order_id in known:
            known[move.order_id] = after(known[move.order_id], move.source, move.target, move.at)
    changed = [
        {"id": row.id, "state": state.value, "done_at": done_at}
        for row in rows
        for state, done_at in [known[row.last_order_id]]
        if (state.value, done_at) != (row.state, row.done_at)
    ]
    update_rows(uow.session, RoundOccurrence, changed, key=["id"])


def on_orders_created(uow: UnitOfWork, event: OrdersCreated) -> None:
    """Let visits whose order is followed up undone go by the new one. Two statements; none when no order follows another."""
    parents = {order.parent_id: order.id for order in event.orders if order.parent_id is not None}
    if not parents:
        return
    found = uow.session.execute(
        select(RoundOccurrence.id, RoundOccurrence.last_order_id)
        .where(RoundOccurrence.last_order_id.in_(sorted(parents)), RoundOccurrence.done_at.is_(None))
        .order_by(RoundOccurrence.id)
        .with_for_update()
    ).all()
    changed = [
        {"id": row.id, "last_order_id": parents[row.last_order_id], "state": OccurrenceState.DUE.value} for row in found
    ]
    update_rows(uow.session, RoundOccurrence, changed, key=["id"])
