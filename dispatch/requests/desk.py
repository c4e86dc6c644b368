"""What a desk does with requests that are there: say what they are, answer, withdraw, and see who owns them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.requests import errors, history
from dispatch.requests.events import RequestExplained
from dispatch.requests.history import note
from dispatch.requests.linking import explain, join_earlier, order_for, take_turns
from dispatch.requests.loading import Kept, load, others_open
from dispatch.requests.models import ServiceRequest
from dispatch.requests.policy_of import policy_at
from dispatch.requests.progress import OPEN, RequestState
from dispatch.sla.deadline import Priority
from dispatch.texts import line
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import DONE, NOT_BEGUN, Asked, Command, Evidence
from dispatch.work_orders.service import open_book, write_book
from kernel.actor import SYSTEM_USER
from kernel.errors import INVALID
from kernel.unit_of_work import UnitOfWork

LONGEST_ANSWER = 4000


def classify(
    uow: UnitOfWork,
    *,
    request_id: UUID,
    work_type: str | None = None,
    priority: Priority | None = None,
    join: bool = True,
    despite_outage: bool = False,
) -> None:
    """Say what a request is, or confirm what the rules proposed, and lead it to its order.

    One that waits for the end of a planned outage gets its order all the same with `despite_outage`.

    Raises:
        NotFound (request.unknown); Forbidden (forbidden); Conflict (request.state_wrong): it has an order, or is over;
        Invalid (request.work_type_missing, work_order.work_type_unknown), with the path.
    """
    kept = load(uow, request_id)
    _check_state(kept, RequestState.UNCLASSIFIED, RequestState.WAITING)
    chosen = work_type or kept.work_type or kept.proposed_work_type
    if chosen is None:
        raise errors.WORK_TYPE_MISSING(path="/work_type")
    case = kept.case(chosen, priority)
    take_turns(uow, kept.region_id, None, case.signature)
    said = {"work_type": chosen, "priority": case.priority.value, "proposed": kept.proposed_work_type}
    note(uow, kept.id, kept.region_id, history.CLASSIFIED, said)
    values: dict[str, Any] = {"work_type": chosen, "priority": case.priority.value}
    hours = policy_at(uow, kept.region_id, uow.now).repeat_hours
    earlier = join_earlier(uow, case, hours) if join else None
    explanation = None if earlier or despite_outage else explain(uow, case)
    if explanation is not None:
        values |= {"state": RequestState.WAITING.value, "explained_by": explanation.id}
        values |= {"explained_until": explanation.until}
        uow.publish(RequestExplained(kept.id, kept.region_id, explanation))
    elif earlier is not None:
        values |= {"work_order_id": earlier.work_order_id, "duplicate_of_id": earlier.request_id}
        values |= {"state": RequestState.IN_HAND.value}
        joined = {"work_order_id": str(earlier.work_order_id), "duplicate_of": str(earlier.request_id)}
        note(uow, kept.id, kept.region_id, history.JOINED, joined)
    else:
        values |= {"work_order_id": order_for(uow, case), "state": RequestState.IN_HAND.value}
    change(uow, kept.id, values)


def answer(uow: UnitOfWork, *, request_id: UUID, answer: str) -> None:
    """Resolve a request that needs no order, with what the customer was told.

    Raises:
        NotFound (request.unknown); Forbidden (forbidden); Invalid (invalid), with the path;
        Conflict (request.has_order): its order says when it is resolved; (request.state_wrong): it is over.
    """
    kept = load(uow, request_id)
    _check_state(kept, *OPEN)
    if kept.work_order_id is not None:
        raise errors.HAS_ORDER()
    text = answered(answer)
    note(uow, kept.id, kept.region_id, history.ANSWERED)
    change(uow, kept.id, {"state": RequestState.RESOLVED.value, "answer": text, "resolved_at": uow.now})


def answered(text: str) -> str:
    """Return an answer as it is stored. Raises Invalid (invalid) with the path."""
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST_ANSWER:
        raise INVALID(f"1 to {LONGEST_ANSWER} characters", path="/answer")
    return stripped


def withdraw(uow: UnitOfWork, *, request_id: UUID, reason: str) -> None:
    """Note that the customer no longer asks. An order that serves nobody else is cancelled if nobody has begun it; one that
    somebody is on keeps its people, and is put before a dispatcher.

    Raises NotFound (request.unknown), Forbidden (forbidden, work_order.not_allowed), Conflict (request.state_wrong),
    Invalid (invalid) with the path.
    """
    kept = load(uow, request_id)
    _check_state(kept, *OPEN)
    why = line(reason, longest=200, path="/reason")
    note(uow, kept.id, kept.region_id, history.WITHDRAWN, {"reason": why})
    change(uow, kept.id, {"state": RequestState.WITHDRAWN.value, "resolved_at": uow.now})
    if kept.work_order_id is not None and not others_open(uow, kept):
        let_go(uow, kept, kept.work_order_id, why)


def let_go(uow: UnitOfWork, kept: Kept, order_id: UUID, why: str) -> None:
    """Cancel an order that nobody needs any more if it was not begun; otherwise tell it so, and ask a dispatcher."""
    book = open_book(uow, [order_id])
    order = book.orders.get(order_id)
    if order is None or order.status in DONE:
        return
    data = {"reason": "withdrawn", "note": why, "request_id": str(kept.id)}
    if order.status in NOT_BEGUN:
        roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
        asked = Asked(Command.CANCEL, uow.actor.user_id, roles, uow.now, data=data)
        entry = Entry(uow.new_id(), order.id, "work_order.cancel", uow.actor.user_id, uow.now, uow.now, data)
        book.command(order.id, asked, Evidence(), entry)
    else:
        entry = Entry(uow.new_id(), order.id, "request.withdrawn", uow.actor.user_id, uow.now, uow.now, data)
        book.record(entry)
        book.flag_for_review(order.id)
    write_book(uow, book)


def take(uow: UnitOfWork, *, request_id: UUID) -> None:
    """Own a request that nobody owns yet: whoever answers a mail or a web form first is responsible (首问负责制).

    Raises NotFound (request.unknown), Forbidden (forbidden), Conflict (request.owned, request.state_wrong).
    """
    kept = load(uow, request_id)
    _check_state(kept, *OPEN)
    if kept.owner_id == uow.actor.user_id:
        return
    if kept.owner_id is not None:
        raise errors.OWNED()
    note(uow, kept.id, kept.region_id, history.TAKEN)
    change(uow, kept.id, {"owner_id": uow.actor.user_id, "first_owner_id": uow.actor.user_id})


def hand_over(uow: UnitOfWork, *, request_id: UUID, user_id: UUID, reason: str) -> None:
    """Give the ownership of a request to somebody else, with a reason that is kept; they are told.

    Raises NotFound (request.unknown), Forbidden (forbidden), Conflict (request.state_wrong), Invalid (request.owner_wrong,
    invalid) with the path.
    """
    kept = load(uow, request_id)
    _check_state(kept, *OPEN)
    why = line(reason, longest=200, path="/reason")
    if user_id == kept.owner_id or user_id == SYSTEM_USER or not accounts.is_active_in(uow, user_id, kept.region_id):
        raise errors.OWNER_WRONG(path="/user_id")
    said = {"from": None if kept.owner_id is None else str(kept.owner_id), "to": str(user_id), "reason": why}
    note(uow, kept.id, kept.region_id, history.HANDED_OVER, said)
    change(uow, kept.id, {"owner_id": user_id, "first_owner_id": kept.first_owner_id or user_id})
    key = f"request:{kept.id}:handed_over:{uow.now:%Y%m%d%H%M%S}"
    values = {"title": kept.title, "reason": why}
    tell(uow, [Notice("request.handed_over", key, (user_id,), values, kept.region_id)])


def expect(uow: UnitOfWork, *, request_id: UUID, expected_at: datetime, reason: str | None = None) -> None:
    """Note by when the customer was told to expect a solution; every word given before is kept.

    Raises NotFound (request.unknown), Forbidden (forbidden), Conflict (request.state_wrong), Invalid (request.expected_wrong)
    with the path.
    """
    kept = load(uow, request_id)
    _check_state(kept, *OPEN)
    if expected_at <= uow.now:
        raise errors.EXPECTED_WRONG(path="/expected_at")
    before = None if kept.expected_at is None else kept.expected_at.isoformat()
    said: Mapping[str, Any] = {"from": before, "to": expected_at.isoformat(), "reason": reason}
    note(uow, kept.id, kept.region_id, history.EXPECTED, said)
    change(uow, kept.id, {"expected_at": expected_at})


def change(uow: UnitOfWork, request_id: UUID, values: Mapping[str, Any]) -> None:
    """Write what changed about a request that is locked."""
    uow.session.execute(update(ServiceRequest).where(ServiceRequest.id == request_id).values(**values))


def _check_state(kept: Kept, *allowed: RequestState) -> None:
    if kept.state not in allowed:
        raise errors.STATE_WRONG(state_now=kept.state.value)
