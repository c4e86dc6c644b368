"""What a person decides about duplicates: that two requests are one matter, or that one is a matter of its own."""

from uuid import UUID

from dispatch.requests import errors, history
from dispatch.requests.desk import change, let_go
from dispatch.requests.history import note
from dispatch.requests.linking import note_repetition, order_for
from dispatch.requests.loading import Kept, load, others_open
from dispatch.requests.progress import OPEN, RequestState
from dispatch.texts import line
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import DONE, NOT_BEGUN
from dispatch.work_orders.service import open_book, write_book
from kernel.unit_of_work import UnitOfWork

SPLIT_OFF = "request.split_off"


def join(uow: UnitOfWork, *, request_id: UUID, to_request_id: UUID, reason: str | None = None) -> None:
    """Join a request to the order of another: they are one matter. An order of its own that nobody has begun is cancelled.

    Raises:
        NotFound (request.unknown); Forbidden (forbidden);
        Invalid (request.join_wrong): to itself, in another region, or to one without a living order, with the path;
        Conflict (request.state_wrong): it is over; (request.order_begun): its own order has been begun.
    """
    if request_id == to_request_id:
        raise errors.JOIN_WRONG(path="/request_id")
    # In the order of their ids, whichever is joined to which.
    found = {key: load(uow, key) for key in sorted((request_id, to_request_id))}
    kept, other = found[request_id], found[to_request_id]
    if kept.state not in OPEN:
        raise errors.STATE_WRONG(state_now=kept.state.value)
    if other.work_order_id is None or other.region_id != kept.region_id:
        raise errors.JOIN_WRONG(path="/request_id")
    if kept.work_order_id == other.work_order_id:
        return
    why = line(reason, longest=200, path="/reason") if reason else None
    own = kept.work_order_id
    book = open_book(uow, sorted({one for one in (own, other.work_order_id) if one is not None}))
    if book.find(other.work_order_id).status in DONE:
        raise errors.JOIN_WRONG(path="/request_id")
    alone = own is not None and not others_open(uow, kept)
    if alone and own in book.orders and book.orders[own].status not in NOT_BEGUN | DONE:
        raise errors.ORDER_BEGUN()
    case = kept.case(kept.work_type or other.work_type or "", None)
    note_repetition(uow, open_book(uow, [other.work_order_id]), other.work_order_id, case)
    said = {"work_order_id": str(other.work_order_id), "duplicate_of": str(other.id), "reason": why}
    note(uow, kept.id, kept.region_id, history.JOINED, said)
    values = {"work_order_id": other.work_order_id, "duplicate_of_id": other.id, "state": RequestState.IN_HAND.value}
    change(uow, kept.id, values | {"work_type": case.work_type})
    if alone and own is not None:
        let_go(uow, kept, own, "joined to another request")


def split(uow: UnitOfWork, *, request_id: UUID, reason: str) -> UUID:
    """Take a request off an order that it shares, and give it one of its own: no duplicate after all. Returns the new order's id.

    Raises:
        NotFound (request.unknown); Forbidden (forbidden); Invalid (invalid), with the path;
        Conflict (request.not_joined): it shares no order; (request.state_wrong): it was answered or withdrawn.
    """
    kept = load(uow, request_id)
    why = line(reason, longest=200, path="/reason")
    if kept.state in (RequestState.WITHDRAWN, RequestState.UNCLASSIFIED, RequestState.WAITING):
        raise errors.STATE_WRONG(state_now=kept.state.value)
    old = kept.work_order_id
    if old is None or kept.work_type is None or (kept.duplicate_of_id is None and not others_open(uow, kept)):
        raise errors.NOT_JOINED()
    order_id = order_for(uow, kept.case(kept.work_type))
    _note_on_order(uow, kept, old, order_id, why)
    said = {"from_work_order_id": str(old), "work_order_id": str(order_id), "reason": why}
    note(uow, kept.id, kept.region_id, history.SPLIT, said)
    values = {"work_order_id": order_id, "duplicate_of_id": None, "resolved_at": None}
    change(uow, kept.id, values | {"state": RequestState.IN_HAND.value})
    return order_id


def _note_on_order(uow: UnitOfWork, kept: Kept, order_id: UUID, own_order_id: UUID, why: str) -> None:
    book = open_book(uow, [order_id])
    if order_id in book.orders:
        data = {"request_id": str(kept.id), "work_order_id": str(own_order_id), "reason": why}
        book.record(Entry(uow.new_id(), order_id, SPLIT_OFF, uow.actor.user_id, uow.now, uow.now, data))
        write_book(uow, book)
