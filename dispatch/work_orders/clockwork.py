"""Keeps the service clocks of orders in step with what happens to them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from dispatch.customers import queries as customers
from dispatch.sla import keeping
from dispatch.sla import queries as sla
from dispatch.sla.book import ClockBook, ClockFact, Promise
from dispatch.sla.clock import DONE, EventKind
from dispatch.sla.keeping import Dues
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.clock_facts import RESOLVED, start_of
from dispatch.work_orders.drafts import NewOrder
from dispatch.work_orders.lifecycle import TERMINAL, Status
from kernel.unit_of_work import Reading, UnitOfWork

VIP = "vip"


def plan(uow: UnitOfWork, ids: Sequence[UUID], drafts: Sequence[NewOrder]) -> ClockBook:
    """Start the clocks of orders about to be created, from when each was received and by the policy of that moment.

    A draft gets its due times, and its clocks when it is submitted. Of an order that comes with its end only the solution's
    clock is known. Five statements at most.
    """
    policies = sla.load_policies(uow, sorted({draft.places.region_id for draft in drafts}))
    wanted = [draft.customer_id for draft in drafts] if policies.ask_for_class else []
    classes = classes_of(uow, wanted)
    book = ClockBook(policies, uow.now)
    for key, draft in zip(ids, drafts, strict=True):
        promise = Promise(
            draft.places.region_id,
            draft.priority,
            draft.work_type,
            None if draft.customer_id is None else classes.get(draft.customer_id),
            draft.received_at,
            draft.places.zone_id,
            draft.planned_until,
        )
        start = start_of(key, promise, draft.received_at, uow.actor.user_id)
        ended = draft.status in TERMINAL
        book.note(replace(start, clocks=RESOLVED) if ended else start, uow.new_id)
        if ended:
            kept = draft.status is Status.CLOSED
            at = draft.completed_at or draft.closed_at or draft.received_at
            reason = DONE if kept else draft.status.value
            book.note(ClockFact(key, EventKind.STOP, at, uow.actor.user_id, reason=reason), uow.new_id)
    return book


def store(uow: UnitOfWork, book: ClockBook, ids: Sequence[UUID], drafts: Sequence[NewOrder]) -> None:
    """Write the clocks that `plan` started, now that their orders are stored; a draft's are forgotten until it is submitted."""
    for key, draft in zip(ids, drafts, strict=True):
        if draft.status is Status.DRAFT:
            book.forget(key)
    keeping.write_clocks(uow, book)


def keep_step(uow: UnitOfWork, book: OrderBook) -> None:
    """Let what happened in the book take effect on the clocks, and note in its orders by when they are due now.

    A constant number of statements; none when nothing concerns a clock.
    """
    if not book.clock_facts:
        return
    facts = _with_classes(uow, book)
    touched = {fact.order_id for fact in facts}
    dues = keeping.note_facts(uow, {key: book.orders[key].region_id for key in touched}, facts)
    for order_id, due in dues.items():
        _note_dues(book, order_id, due)


def _note_dues(book: OrderBook, order_id: UUID, due: Dues | None) -> None:
    if due is None:
        return
    order = book.orders[order_id]
    order.sla_policy_id = due.policy_id
    order.respond_due_at, order.arrive_due_at = due.respond_due_at, due.arrive_due_at
    order.resolve_due_at = due.resolve_due_at


def _with_classes(uow: UnitOfWork, book: OrderBook) -> list[ClockFact]:
    """Complete the facts that choose a policy with the class of the order's customer."""
    wanted = {fact.order_id: book.orders[fact.order_id].customer_id for fact in book.clock_facts if fact.promise}
    classes = classes_of(uow, list(wanted.values())) if wanted else {}
    found = []
    for fact in book.clock_facts:
        if fact.promise is not None:
            customer_id = wanted[fact.order_id]
            known = None if customer_id is None else classes.get(customer_id)
            fact = replace(fact, promise=replace(fact.promise, customer_class=known))
        found.append(fact)
    return found


def classes_of(reading: Reading, customer_ids: Sequence[UUID | None]) -> Mapping[UUID, str]:
    """Return the classes of those of these customers that have one."""
    known = [key for key in customer_ids if key is not None]
    if not known:
        return {}
    return {key: VIP for key, one in customers.contacts_of(reading, known).items() if one["vip"]}
