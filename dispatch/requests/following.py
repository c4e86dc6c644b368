"""Lets requests follow what becomes of their orders, and tells their owners when that is over, or begins again."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.requests.history import MOVED, event_row, write_events
from dispatch.requests.models import ServiceRequest
from dispatch.requests.progress import OPEN, OrderEnd, RequestState, state_by
from dispatch.work_orders import families
from dispatch.work_orders.events import OrdersCreated, OrdersMoved
from dispatch.work_orders.lifecycle import DONE
from kernel.actor import SYSTEM_USER
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork

FOLLOWS = (RequestState.IN_HAND, RequestState.RESOLVED, RequestState.CANCELLED)
"""The states that orders tell; the others are a person's word about the request itself."""


def on_orders_moved(uow: UnitOfWork, event: OrdersMoved) -> None:
    """Let requests follow orders that ended, or began again."""
    turned = {move.order_id for move in event.moves if move.source in DONE or move.target in DONE}
    follow(uow, turned)


def on_orders_created(uow: UnitOfWork, event: OrdersCreated) -> None:
    """Let requests follow orders that are followed up: what seemed to be over goes on."""
    follow(uow, {order.parent_id for order in event.orders if order.parent_id is not None})


def follow(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Set the states of the requests that these orders belong to. A constant number of statements; none without orders."""
    if not order_ids:
        return
    above = families.with_ancestors(uow, order_ids)
    rows = uow.session.execute(
        select(
            ServiceRequest.id,
            ServiceRequest.region_id,
            ServiceRequest.state,
            ServiceRequest.title,
            ServiceRequest.owner_id,
            ServiceRequest.work_order_id,
        )
        .where(
            ServiceRequest.work_order_id.in_(sorted(above)),
            ServiceRequest.state.in_([state.value for state in FOLLOWS]),
            ServiceRequest.answer.is_(None),
        )
        .order_by(ServiceRequest.id)
        .with_for_update()
    ).all()
    if not rows:
        return
    known = families.with_descendants(uow, {row.work_order_id for row in rows})
    changed = []
    for row in rows:
        state = state_by(OrderEnd(one.status, one.completed) for one in known[row.work_order_id])
        if state.value != row.state:
            changed.append((row, state))
    _write(uow, changed)


def _write(uow: UnitOfWork, changed: Sequence[tuple[Any, RequestState]]) -> None:
    update_rows(
        uow.session,
        ServiceRequest,
        [
            {"id": row.id, "state": state.value, "resolved_at": None if state in OPEN else uow.now}
            for row, state in changed
        ],
        key=["id"],
    )
    write_events(
        uow,
        [
            event_row(uow, row.id, row.region_id, MOVED, {"from": row.state, "to": state.value})
            for row, state in changed
        ],
    )
    tell(uow, [_notice(uow, row, state) for row, state in changed if row.owner_id not in (None, SYSTEM_USER)])


_TEXTS: Mapping[RequestState, str] = {
    RequestState.RESOLVED: "request.resolved",
    RequestState.CANCELLED: "request.cancelled",
    RequestState.IN_HAND: "request.reopened",
}


def _notice(uow: UnitOfWork, row: Any, state: RequestState) -> Notice:
    key = f"request:{row.id}:{state.value}:{uow.now:%Y%m%d%H%M%S}"
    return Notice(_TEXTS[state], key, (row.owner_id,), {"title": row.title, "at": uow.now}, row.region_id)
