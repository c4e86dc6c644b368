"""Gives orders to people by itself: to whoever answers for the zone, or else to the best, as the region's rule says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from dispatch.assignment import notices
from dispatch.assignment.gathering import Case, cases_of
from dispatch.assignment.giving import count_one_more, form_crew, give
from dispatch.assignment.ranking import Candidate, Excluded, Ranking, rank
from dispatch.assignment.rules import Mode, Nearness
from dispatch.requests.events import RequestsPlaced
from dispatch.rounds.events import RoundsGenerated
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.equipping import Wish, equip
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.service import open_book, write_book
from dispatch.work_orders.workload import demands_of
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class AssignedOrder:
    """What became of one order: whom it was given to, or None with nobody fit for it; and who came into its crew."""

    order_id: UUID
    technician_id: UUID | None
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    crew: tuple[UUID, ...] = ()


def assign_automatically(
    uow: UnitOfWork, order_ids: Sequence[UUID], *, owners_only: bool = False
) -> list[AssignedOrder]:
    """Assign those of these orders that are open, with a constant number of statements; the timeline keeps why.

    Orders in another state, out of the actor's scope, or which the region's rule leaves to people, are passed over. With
    `owners_only`, or where the rule says so, an order whose zone has nobody responsible who may do it stays open. Each assignment
    counts for the next: a burst is spread over the group. Who is given something is told, and whoever leads where nobody was
    found.

    The rule decides and not a person: the actor needs the orders in scope, and no dispatcher's role.
    """
    book = open_book(uow, order_ids)
    waiting = [order_id for order_id in sorted(book.orders) if book.orders[order_id].status is Status.OPEN]
    if not waiting:
        return []
    # Whom an order may go to is the rule's matter, and not that of whoever received it.
    everybody = Reading(uow.session, system_actor(), uow.now)
    cases = cases_of(everybody, demands_of(uow, waiting).values())
    chosen = [_choose(cases[order_id], owners_only) for order_id in waiting if _mode(cases[order_id]) is not Mode.OFF]
    equip(uow, book, [Wish(one.case.demand.order_id, Command.ASSIGN, one.technician_id) for one in chosen])
    outcome = [_carry_out(uow, book, one) for one in chosen]
    write_book(uow, book)
    _tell(uow, cases, outcome)
    return outcome


@dataclass(slots=True)
class _Choice:
    """Whom the rule chose for an order (None: nobody), and from whom."""

    case: Case
    ranking: Ranking
    best: Candidate | None

    @property
    def technician_id(self) -> UUID | None:
        """Who that is."""
        return None if self.best is None else self.best.technician_id


def _mode(case: Case) -> Mode:
    return case.rule.automatic.mode_for(case.demand.work_type, case.demand.priority)


def _choose(case: Case, owners_only: bool) -> _Choice:
    ranking = rank(case.work, case.crowd.values(), case.rule)
    best = next(iter(ranking.candidates), None)
    if (owners_only or _mode(case) is Mode.OWNERS) and best is not None and best.nearness is not Nearness.OWNER:
        best = next((one for one in ranking.candidates if one.nearness is Nearness.OWNER), None)
    if best is not None:
        count_one_more(case, best.technician_id)
    return _Choice(case, ranking, best)


def _carry_out(uow: UnitOfWork, book: OrderBook, choice: _Choice) -> AssignedOrder:
    order_id, ranking, best = choice.case.demand.order_id, choice.ranking, choice.best
    if best is None:
        return AssignedOrder(order_id, None, ranking.candidates, ranking.excluded)
    try:
        give(uow, book, order_id, best.technician_id, {"reason": f"automatic: {best.nearness.value}"}, ranking)
    except DomainError as refused:
        if refused.code != order_errors.DOUBLE_BOOKED.code:
            raise
        # Somebody else booked them since we looked; the order waits for a person.
        return AssignedOrder(order_id, None, ranking.candidates, ranking.excluded)
    crew = form_crew(uow, book, choice.case, ranking, best.technician_id)
    return AssignedOrder(order_id, best.technician_id, ranking.candidates, ranking.excluded, tuple(crew))


def _tell(uow: UnitOfWork, cases: dict[UUID, Case], outcome: Iterable[AssignedOrder]) -> None:
    given, nobody = [], []
    for one in outcome:
        demand = cases[one.order_id].demand
        if one.technician_id is None:
            nobody.append(demand)
        else:
            given += [(demand, user_id) for user_id in (one.technician_id, *one.crew)]
    notices.tell_given(uow, given)
    notices.tell_nobody(uow, nobody)


def on_requests_placed(uow: UnitOfWork, event: RequestsPlaced) -> None:
    """Assign the orders of requests that found their zone by themselves."""
    assign_automatically(uow, event.order_ids)


def on_rounds_generated(uow: UnitOfWork, event: RoundsGenerated) -> None:
    """Give the orders of rounds to whoever answers for their zones; the others wait for a dispatcher."""
    assign_automatically(uow, event.order_ids, owners_only=True)
