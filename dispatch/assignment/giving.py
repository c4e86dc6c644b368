"""Gives orders of an open book to people: the command, why, who else was looked at, and who comes along."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dispatch.assignment.gathering import Case
from dispatch.assignment.ranking import Candidate, Excluded, Ranking
from dispatch.assignment.work import Booking
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.crew import KEEP, CrewRole, Stint
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.service import server_entry
from kernel.actor import Role
from kernel.unit_of_work import UnitOfWork

REASONS_KEPT = 5
"""Candidates, and excluded people, that the timeline keeps with an assignment."""
CREW = "work_order.add_crew"


def give(
    uow: UnitOfWork, book: OrderBook, order_id: UUID, technician_id: UUID, data: Mapping[str, Any], ranking: Ranking
) -> None:
    """Assign an order, or reassign it, by the rule's own power: whoever calls has decided that the actor may.

    Raises Conflict (work_order.double_booked, work_order.illegal).
    """
    command = Command.ASSIGN if book.find(order_id).status is Status.OPEN else Command.REASSIGN
    told = {"technician_id": str(technician_id), **data, **kept(ranking)}
    if command is Command.REASSIGN:
        told = {"crew": KEEP, **told}
    # The lifecycle wants a dispatcher; here the rule is the dispatcher.
    asked = Asked(command, uow.actor.user_id, frozenset({Role.GROUP_LEADER}), uow.now, data=told, lenient=True)
    book.command(
        order_id, asked, Evidence(), server_entry(uow, uow.new_id(), order_id, f"work_order.{command.value}", told)
    )


def kept(ranking: Ranking) -> dict[str, Any]:
    """Return what the timeline keeps of a ranking."""
    return {
        "rule": ranking.rule.code,
        "candidates": [_candidate(one) for one in ranking.candidates[:REASONS_KEPT]],
        "excluded": [_excluded(one) for one in ranking.excluded[:REASONS_KEPT]],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    points = {reason.what: reason.points for reason in one.reasons}
    return {"technician_id": str(one.technician_id), "score": one.score, "reasons": points}


def _excluded(one: Excluded) -> dict[str, Any]:
    reasons = [why.value for why in one.reasons]
    return {"technician_id": str(one.technician_id), "why": one.why.value, "reasons": reasons}


def form_crew(uow: UnitOfWork, book: OrderBook, case: Case, ranking: Ranking, lead_id: UUID) -> list[UUID]:
    """Let the next best into the crew of an order that takes several people, and return who they are."""
    there = {lead_id, *book.crews.members(case.demand.order_id)}
    missing = case.work.crew_size - len(there)
    joining = [one.technician_id for one in ranking.candidates if one.technician_id not in there][: max(0, missing)]
    if not joining:
        return []
    order = book.find(case.demand.order_id)
    data = {"user_ids": [str(one) for one in joining], "role": CrewRole.MEMBER.value, "reason": "automatic"}
    entry = server_entry(uow, uow.new_id(), order.id, CREW, data)
    for user_id in joining:
        stint = Stint(
            uow.new_id(), order.id, order.region_id, user_id, CrewRole.MEMBER, uow.actor.user_id, uow.now, "automatic"
        )
        book.join(stint, entry)
    return joining


def count_one_more(case: Case, technician_id: UUID) -> None:
    """Let everybody who is looked at for the next orders know that somebody has one more, and when."""
    person = case.crowd.get(technician_id)
    if person is None:
        return
    bookings = person.bookings
    if case.work.window is not None:
        bookings = (*bookings, Booking(case.demand.order_id, *case.work.window, case.work.point))
    case.crowd[technician_id] = person._replace(load=person.load + 1, recent=person.recent + 1, bookings=bookings)
