"""Takes back requests that were imported: open ones are withdrawn, untouched history is deleted, the rest stays."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from dispatch.requests.history import WITHDRAWN, event_row, write_events
from dispatch.requests.models import RequestEvent, ServiceRequest
from dispatch.requests.progress import RequestState
from dispatch.requests.queries import in_scope
from dispatch.work_orders.book import BookOrder
from dispatch.work_orders.lifecycle import DONE
from dispatch.work_orders.removing import remove_history, untouched_history
from dispatch.work_orders.service import open_book, write_book
from dispatch.work_orders.taking_back import NOT_BEGUN, REASON, cancel_imported
from kernel.bulk import update_rows
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork


class Fate(StrEnum):
    """What became of a request that was to be taken back."""

    TAKEN_BACK = "taken_back"
    REMOVED = "removed"
    BEGUN = "begun"
    ENDED = "ended"
    GONE = "gone"


def take_back(uow: UnitOfWork, request_ids: Collection[UUID]) -> dict[UUID, Fate]:
    """Withdraw requests and cancel their orders, with a constant number of statements; returns what became of each.

    What came as ended already, and was never touched, is deleted (`removed`). An order that somebody is at, or that other
    requests have joined, stays (`begun`), and so does one that ended since (`ended`), and what is out of the actor's scope by
    now (`gone`). A reference that was taken back can be imported anew.
    """
    columns = ("id", "region_id", "external_ref", "state", "work_order_id")
    rows = uow.session.execute(
        select(*(getattr(ServiceRequest, name) for name in columns))
        .where(one_of(uow.session, ServiceRequest.id, request_ids), in_scope(uow))
        .order_by(ServiceRequest.id)
    ).all()
    history = untouched_history(uow, [row.work_order_id for row in rows if row.work_order_id is not None])
    book = open_book(uow, [row.work_order_id for row in rows if row.work_order_id is not None])
    joined = set(
        uow.session.scalars(
            select(ServiceRequest.work_order_id).where(
                one_of(uow.session, ServiceRequest.work_order_id, list(book.orders)),
                ~one_of(uow.session, ServiceRequest.id, request_ids),
            )
        )
    )
    fates = dict.fromkeys(request_ids, Fate.GONE)
    for row in rows:
        fates[row.id] = _fate(book.orders.get(row.work_order_id), row.work_order_id in joined, history)
        if fates[row.id] is Fate.TAKEN_BACK:
            cancel_imported(uow, book, book.orders[row.work_order_id])
    write_book(uow, book)
    # After the orders, whose cancelling is no word about the request.
    _withdraw(uow, [row for row in rows if fates[row.id] is Fate.TAKEN_BACK])
    _remove(uow, [row for row in rows if fates[row.id] is Fate.REMOVED])
    return fates


def _fate(order: BookOrder | None, joined: bool, history: Collection[UUID]) -> Fate:
    if order is None:
        return Fate.GONE
    if order.id in history and not joined:
        return Fate.REMOVED
    if order.status in DONE:
        return Fate.ENDED
    return Fate.TAKEN_BACK if order.status in NOT_BEGUN and not joined else Fate.BEGUN


def _withdraw(uow: UnitOfWork, rows: Collection[Any]) -> None:
    state = RequestState.WITHDRAWN.value
    changed = [
        {
            "id": row.id,
            "state": state,
            "resolved_at": uow.now,
            # Free for another import; what it was can still be read.
            "external_ref": f"{row.external_ref[:51]}~{row.id.hex[-12:]}",
            "needs_zone": None,
        }
        for row in rows
    ]
    update_rows(uow.session, ServiceRequest, changed, key=["id"])
    events = [event_row(uow, row.id, row.region_id, WITHDRAWN, {"reason": REASON}) for row in rows]
    write_events(uow, events)


def _remove(uow: UnitOfWork, rows: Collection[Any]) -> None:
    """Delete requests, and then their orders."""
    ids = [row.id for row in rows]
    for column in (RequestEvent.request_id, ServiceRequest.id):
        where = one_of(uow.session, column, ids)
        uow.session.execute(delete(column.class_).where(where).execution_options(synchronize_session=False))
    remove_history(uow, {row.work_order_id for row in rows})
