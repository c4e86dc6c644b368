"""What becomes of the orders of somebody who will be away: proposed for others, and given to them as one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from dispatch.accounts import queries as accounts
from dispatch.assignment import errors, notices
from dispatch.assignment.fitness import fitness_of
from dispatch.assignment.gathering import Case, cases_of
from dispatch.assignment.giving import count_one_more, give
from dispatch.assignment.ranking import Ranking, rank
from dispatch.assignment.rules import Exclusion, WhenAway
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.people.absences import queries as absences
from dispatch.people.events import AbsenceApproved, AbsenceCancelled
from dispatch.people.leading import leaders_of
from dispatch.people.queries import technicians_by_id
from dispatch.work_orders.equipping import Wish, equip
from dispatch.work_orders.lifecycle import DISPATCHERS, Command, Status
from dispatch.work_orders.service import open_book, write_book
from dispatch.work_orders.workload import demands_of, in_hands_of
from kernel.actor import Role, system_actor
from kernel.unit_of_work import Reading, UnitOfWork

MOVABLE = (Status.ASSIGNED, Status.ACCEPTED, Status.SCHEDULED, Status.ON_HOLD)
"""Where somebody is on the way, or at the customer's, the work is theirs to finish."""
MOST = 200
REASON = "absent"


@dataclass(frozen=True, slots=True)
class Concerned:
    """An order of somebody who is away when it is to be done, and who could do it instead, the best first."""

    case: Case
    version: int
    ranking: Ranking

    @property
    def proposal_id(self) -> UUID | None:
        """Who is proposed, or None with nobody fit for it."""
        best = next(iter(self.ranking.candidates), None)
        return None if best is None else best.technician_id


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a person chose for an order, which they saw at a version (None: whatever it is)."""

    order_id: UUID
    technician_id: UUID
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of an order: whom it was given to, or None: it stays, as nobody is fit for it."""

    order_id: UUID
    technician_id: UUID | None


def concerned_by(reading: Reading, absence_id: UUID) -> list[Concerned]:
    """Return the orders in scope of somebody who is away when they are to be done, at most 200, with a proposal for each.

    Each proposal counts for the next. The statements are the same for any number.

    Raises NotFound (people.absence_unknown).
    """
    return _concerned(reading, absences.absence(reading, absence_id).technician_id)


def _concerned(reading: Reading, technician_id: UUID, only: Collection[UUID] | None = None) -> list[Concerned]:
    mine = in_hands_of(reading, technician_id, MOVABLE, limit=MOST)
    versions = {key: version for key, version in mine if only is None or key in only}
    demands = demands_of(reading, list(versions))
    cases = cases_of(reading, demands.values(), also=[technician_id]) if demands else {}
    found = []
    for order_id in sorted(cases):
        case = cases[order_id]
        ranking = rank(case.work, case.crowd.values(), case.rule)
        theirs = next((one for one in ranking.excluded if one.technician_id == technician_id), None)
        if theirs is None or Exclusion.ABSENT not in theirs.reasons:
            continue
        one = Concerned(case, versions[order_id], ranking)
        found.append(one)
        if one.proposal_id is not None:
            count_one_more(case, one.proposal_id)
    return found


def reassign(uow: UnitOfWork, *, absence_id: UUID, choices: Sequence[Choice] | None = None) -> list[Moved]:
    """Give the orders of somebody who is away to those chosen, or to those proposed, all as one transaction or none.

    Raises:
        NotFound (people.absence_unknown); Forbidden (assignment.not_allowed): no dispatcher over one of the orders.
        Conflict (assignment.order_changed): it is not theirs any more, or has changed; (work_order.double_booked).
        Invalid (assignment.not_fit): somebody who may not have it; with the path, as `/choices/0/technician_id`.
    """
    technician_id = absences.absence(uow, absence_id).technician_id
    if choices is None:
        return _carry_out(uow, technician_id, _concerned(uow, technician_id), None)
    concerned = {
        one.case.demand.order_id: one for one in _concerned(uow, technician_id, {one.order_id for one in choices})
    }
    for nth, one in enumerate(choices):
        known = concerned.get(one.order_id)
        if known is None or one.version not in (None, known.version):
            raise errors.ORDER_CHANGED(path=f"/choices/{nth}/order_id")
        found = fitness_of(known.case, one.technician_id, known.ranking)
        if found is None or found.barred or one.technician_id == technician_id:
            reasons = [] if found is None else [each.why.value for each in found.barred]
            raise errors.NOT_FIT(", ".join(reasons), path=f"/choices/{nth}/technician_id", reasons=reasons)
    chosen = {one.order_id: one.technician_id for one in choices}
    return _carry_out(uow, technician_id, list(concerned.values()), chosen)


def _carry_out(
    uow: UnitOfWork, technician_id: UUID, concerned: Sequence[Concerned], chosen: Mapping[UUID, UUID] | None
) -> list[Moved]:
    book = open_book(uow, [one.case.demand.order_id for one in concerned])
    targets = {
        one.case.demand.order_id: one.proposal_id if chosen is None else chosen[one.case.demand.order_id]
        for one in concerned
    }
    for one in concerned:
        order = book.find(one.case.demand.order_id)
        held = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
        if held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
            raise errors.NOT_ALLOWED()
        if order.assignee_id != technician_id or order.version != one.version:
            raise errors.ORDER_CHANGED(order.number)
    equip(uow, book, [Wish(key, Command.REASSIGN, user_id) for key, user_id in targets.items() if user_id is not None])
    for one in concerned:
        user_id = targets[one.case.demand.order_id]
        if user_id is not None:
            give(uow, book, one.case.demand.order_id, user_id, {"reason": REASON}, one.ranking)
    write_book(uow, book)
    demands = {one.case.demand.order_id: one.case.demand for one in concerned}
    notices.tell_given(uow, [(demands[key], user_id) for key, user_id in targets.items() if user_id is not None])
    return [Moved(key, user_id) for key, user_id in targets.items()]


def on_absence_approved(uow: UnitOfWork, event: AbsenceApproved) -> None:
    """Give the orders of somebody who will be away to others where the rule says so, and tell who leads them of the rest."""
    system = replace(uow, actor=system_actor())
    concerned = _concerned(system, event.technician_id)
    by_itself = [one for one in concerned if one.case.rule.when_away is WhenAway.AUTOMATIC]
    moved = _carry_out(system, event.technician_id, by_itself, None) if by_itself else []
    left = len(concerned) - sum(1 for one in moved if one.technician_id is not None)
    if left:
        _tell_leaders(system, event, "assignment.absence", count=left)


def on_absence_cancelled(uow: UnitOfWork, event: AbsenceCancelled) -> None:
    """Tell who leads somebody that they will be there after all; what others were given stays with them."""
    _tell_leaders(replace(uow, actor=system_actor()), event, "assignment.back")


def _tell_leaders(uow: UnitOfWork, event: AbsenceApproved | AbsenceCancelled, template: str, **values: int) -> None:
    who = technicians_by_id(uow, [event.technician_id]).get(event.technician_id)
    if who is None:
        return
    name = accounts.contacts_of(uow, [who.id])[who.id].name
    told = {"who": name, "start_at": event.start_at, "end_at": event.end_at, **values}
    key = f"{template}:{event.absence_id}"
    tell(uow, [Notice(template, key, leaders_of(uow, [who])[who.id], told, event.region_id)])
