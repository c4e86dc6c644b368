"""Gives orders to people by itself: to whoever answers for the zone, or else to the best of the group and station."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from dispatch.assignment.queries import works_of
from dispatch.assignment.ranking import Candidate, Excluded, Nearness, Person, rank
from dispatch.requests.events import RequestsPlaced
from dispatch.rounds.events import RoundsGenerated
from dispatch.work_orders.book import BookOrder, Entry
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.service import open_book, write_book
from dispatch.work_orders.workload import demands_of
from kernel.actor import Role
from kernel.unit_of_work import UnitOfWork

REASONS_KEPT = 5
"""Candidates, and excluded people, that the timeline keeps with an assignment."""


@dataclass(frozen=True, slots=True)
class AssignedOrder:
    """What became of one order: whom it was given to, or None with nobody fit for it."""

    order_id: UUID
    technician_id: UUID | None
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]


def assign_automatically(
    uow: UnitOfWork, order_ids: Sequence[UUID], *, owners_only: bool = False
) -> list[AssignedOrder]:
    """Assign those of these orders that are open, with a constant number of statements; the timeline keeps why.

    Orders in another state, or out of the actor's scope, are passed over. With `owners_only` an order whose zone has nobody
    responsible who may do it stays open. Each assignment counts for the next: a burst is spread over the group.

    The rule decides and not a person: the actor needs the orders in scope, and no dispatcher's role.
    """
    book = open_book(uow, order_ids)
    waiting = [order_id for order_id in sorted(book.orders) if book.orders[order_id].status is Status.OPEN]
    if not waiting:
        return []
    works = works_of(uow, demands_of(uow, waiting).values())
    outcome: list[AssignedOrder] = []
    for order_id in waiting:
        work, crowd = works[order_id]
        ranking = rank(work, crowd)
        best = next(iter(ranking.candidates), None)
        if best is not None and owners_only and best.nearness is not Nearness.OWNER:
            best = None
        if best is not None:
            order = book.orders[order_id]
            asked, entry = _assignment(uow, order, best, ranking.candidates, ranking.excluded)
            book.command(order_id, asked, Evidence(), entry)
            _count_one_more(crowd, best.technician_id)
        chosen = None if best is None else best.technician_id
        outcome.append(AssignedOrder(order_id, chosen, ranking.candidates, ranking.excluded))
    write_book(uow, book)
    return outcome


def on_requests_placed(uow: UnitOfWork, event: RequestsPlaced) -> None:
    """Assign the orders of requests that found their zone by themselves."""
    assign_automatically(uow, event.order_ids)


def on_rounds_generated(uow: UnitOfWork, event: RoundsGenerated) -> None:
    """Give the orders of rounds to whoever answers for their zones; the others wait for a dispatcher."""
    assign_automatically(uow, event.order_ids, owners_only=True)


def _assignment(
    uow: UnitOfWork,
    order: BookOrder,
    best: Candidate,
    candidates: Sequence[Candidate],
    excluded: Sequence[Excluded],
) -> tuple[Asked, Entry]:
    data = {
        "technician_id": str(best.technician_id),
        "reason": f"automatic: {best.nearness.value}",
        "candidates": [
            {
                "technician_id": str(one.technician_id),
                "score": one.score,
                "reasons": {r.what: r.points for r in one.reasons},
            }
            for one in candidates[:REASONS_KEPT]
        ],
        "excluded": [
            {"technician_id": str(one.technician_id), "why": one.why.value} for one in excluded[:REASONS_KEPT]
        ],
    }
    # The lifecycle wants a dispatcher; here the rule is the dispatcher.
    asked = Asked(Command.ASSIGN, uow.actor.user_id, frozenset({Role.GROUP_LEADER}), uow.now, data=data)
    entry = Entry(
        uow.new_id(), order.id, "work_order.assign", uow.actor.user_id, uow.now, uow.now, data, uow.actor.device_id
    )
    return asked, entry


def _count_one_more(crowd: list[Person], technician_id: UUID) -> None:
    for nth, person in enumerate(crowd):
        if person.id == technician_id:
            crowd[nth] = replace(person, load=person.load + 1)
