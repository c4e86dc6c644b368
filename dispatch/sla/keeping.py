"""Keeps the clocks of orders: starts them, lets facts take effect on them, and writes the events, in sets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from dispatch.sla.book import ClockBook, ClockFact, ClockKey
from dispatch.sla.clock import ClockState, Terms
from dispatch.sla.models import ClockEventRow, SlaClock
from dispatch.sla.notices import next_look
from dispatch.sla.pauses import ClockName
from dispatch.sla.queries import clock_book, load_policies
from kernel.bulk import insert_rows
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Dues:
    """By when an order is due, as lists show it (aware UTC), and by which policy; None where nothing is promised."""

    policy_id: UUID | None = None
    respond_due_at: datetime | None = None
    arrive_due_at: datetime | None = None
    resolve_due_at: datetime | None = None


def plan_clocks(uow: UnitOfWork, facts: Sequence[ClockFact]) -> ClockBook:
    """Start the clocks of new orders in memory; `write_clocks` stores them once the orders are. Two statements at most."""
    regions = sorted({fact.promise.region_id for fact in facts if fact.promise is not None})
    book = ClockBook(load_policies(uow, regions), uow.now)
    for fact in facts:
        book.note(fact, uow.new_id)
    return book


def note_facts(uow: UnitOfWork, regions: Mapping[UUID, UUID], facts: Sequence[ClockFact]) -> dict[UUID, Dues]:
    """Let facts take effect on the clocks of orders that the caller has locked; returns by when each of them is due now.

    `regions` gives the region of each order. A constant number of statements, none without facts.
    """
    if not facts:
        return {}
    book = clock_book(uow, regions, lock=True)
    for fact in facts:
        book.note(fact, uow.new_id)
    write_clocks(uow, book)
    return {order_id: dues(book, order_id) for order_id in dict.fromkeys(fact.order_id for fact in facts)}


def dues(book: ClockBook, order_id: UUID) -> Dues:
    """Return by when an order is due by its clocks."""
    states = book.states(order_id)
    due = {clock: None if (state := states.get(clock)) is None else state.due_at for clock in ClockName}
    policy = next((state.terms.policy_id for state in states.values()), None)
    return Dues(policy, due[ClockName.RESPOND], due[ClockName.ARRIVE], due[ClockName.RESOLVE])


def write_clocks(uow: UnitOfWork, book: ClockBook) -> None:
    """Write the new events, and how the clocks that they touch stand now. Two statements."""
    rows = []
    for new in book.new:
        event = new.event
        terms = event.terms or Terms()
        rows.append(
            {
                "id": event.id,
                "region_id": book.rows[new.order_id, new.clock].region_id,
                "work_order_id": new.order_id,
                "clock": new.clock.value,
                "kind": event.kind.value,
                "at": event.at,
                "recorded_at": event.recorded_at,
                "user_id": new.user_id,
                "policy_id": terms.policy_id,
                "target_seconds": terms.target_seconds,
                "due_at": terms.due_at,
                "key": event.key,
                "reason": event.reason,
                "approver_id": event.approver_id,
                "until": event.until,
                "final": event.final,
            }
        )
    insert_rows(uow.session, ClockEventRow, rows)
    standing = []
    for key in book.touched:
        state = book.state(*key)
        if state is not None:
            standing.append(_standing(book, key, state))
    columns = ("status", "colour", "due_at", "breached_at", "is_settled", "noticed", "coordinator_id", "next_look_at")
    update = ", ".join(f"{name} = excluded.{name}" for name in columns)
    insert_rows(uow.session, SlaClock, standing, on_conflict=f"(work_order_id, clock) DO UPDATE SET {update}")


def _standing(book: ClockBook, key: ClockKey, state: ClockState) -> dict[str, object]:
    order_id, clock = key
    row = book.rows[key]
    escalation = book.policies.by_id[state.terms.policy_id].escalation
    return {
        "work_order_id": order_id,
        "clock": clock.value,
        "region_id": row.region_id,
        "status": state.status.value,
        "colour": state.colour.value,
        "due_at": state.due_at,
        "breached_at": state.breached_at,
        "is_settled": state.is_settled,
        "noticed": row.noticed.value,
        "coordinator_id": row.coordinator_id,
        "next_look_at": next_look(state, escalation, row.noticed, book.now),
    }


def forget_clocks(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Delete the clocks of orders that are about to be deleted themselves. Two statements."""
    for model in (ClockEventRow, SlaClock):
        where = one_of(uow.session, model.work_order_id, order_ids)
        uow.session.execute(delete(model).where(where).execution_options(synchronize_session=False))
