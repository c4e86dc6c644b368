"""What becomes of an offer: one takes it, by one atomic claim; others decline it; whoever made it takes it back."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import false, or_, update

from dispatch.assignment import errors
from dispatch.assignment.fitness import fitness_of
from dispatch.assignment.gathering import cases_of
from dispatch.assignment.giving import give
from dispatch.assignment.models import AssignmentOffer, AssignmentOfferee
from dispatch.assignment.offer_keeping import KnownOffer, announce, end_offers, load_offers, name_of, tell_ended
from dispatch.assignment.offer_queries import scope_parts
from dispatch.assignment.offer_states import COMMANDS, OfferKind, OfferState, stands
from dispatch.assignment.ranking import rank
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.texts import line, optional_line
from dispatch.work_orders.book import OrderBook
from dispatch.work_orders.equipping import Wish, equip
from dispatch.work_orders.lifecycle import DISPATCHERS, Asked, Command, Evidence, Status
from dispatch.work_orders.service import open_book, server_entry, write_book
from dispatch.work_orders.workload import demands_of
from kernel.actor import Role, system_actor
from kernel.errors import ErrorCode
from kernel.unit_of_work import Reading, UnitOfWork

OVER: dict[OfferState, ErrorCode] = {OfferState.TAKEN: errors.OFFER_TAKEN, OfferState.EXPIRED: errors.OFFER_EXPIRED}


@dataclass(frozen=True, slots=True)
class Taken:
    """An order that somebody took: it is theirs, and accepted."""

    offer_id: UUID
    order_id: UUID
    status: Status
    version: int


def take(uow: UnitOfWork, *, offer_id: UUID) -> Taken:
    """Take an order that one is offered: of all who try, exactly one gets it. It is accepted with that. Harmless when repeated.

    Raises:
        NotFound (assignment.offer_unknown): not offered to the actor.
        Conflict (assignment.offer_taken): somebody else was faster; (assignment.offer_expired, assignment.offer_over).
        Conflict (work_order.double_booked); Invalid (assignment.not_fit): one may not have it any more.
    """
    known = _offered_to_me(uow, offer_id)
    # The order is locked first, here as everywhere.
    book = open_book(replace(uow, actor=system_actor()), [known.work_order_id])
    if not _claim(uow, known.id):
        now = _offered_to_me(uow, offer_id)
        if now.state is OfferState.TAKEN and now.taken_by == uow.actor.user_id:
            order = book.find(known.work_order_id)
            return Taken(offer_id, order.id, order.status, order.version)
        raise (errors.OFFER_EXPIRED if now.state is OfferState.OPEN else OVER.get(now.state, errors.OFFER_OVER))()
    order = book.find(known.work_order_id)
    if not stands(known.kind, known.made_by, order.status, order.assignee_id):
        raise errors.OFFER_OVER()
    _give(uow, book, known)
    write_book(replace(uow, actor=system_actor()), book)
    announce(uow, [known], "del")
    values = {"number": order.number, "who": name_of(uow, uow.actor.user_id)}
    notice = Notice("assignment.offer_taken", f"offer:{known.id}:taken", (known.made_by,), values, known.region_id)
    tell(uow, [notice])
    return Taken(offer_id, order.id, order.status, order.version)


def _claim(uow: UnitOfWork, offer_id: UUID) -> bool:
    """Win the offer, or not: the one statement that decides it."""
    won = uow.session.execute(
        update(AssignmentOffer)
        .where(
            AssignmentOffer.id == offer_id,
            AssignmentOffer.state == OfferState.OPEN.value,
            AssignmentOffer.expires_at > uow.now,
        )
        .values(state=OfferState.TAKEN.value, taken_by=uow.actor.user_id, ended_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    return bool(won.rowcount == 1)  # type: ignore[attr-defined]


def _give(uow: UnitOfWork, book: OrderBook, known: KnownOffer) -> None:
    """Let the actor have the order, as what was offered to them, and accept it."""
    me, order_id = uow.actor.user_id, known.work_order_id
    everybody = Reading(uow.session, system_actor(), uow.now)
    case = cases_of(everybody, demands_of(everybody, [order_id]).values(), also=[me])[order_id]
    ranking = rank(replace(case.work, crew_size=1), case.crowd.values(), case.rule)
    found = fitness_of(case, me, ranking)
    if found is None or found.barred:
        reasons = [] if found is None else [one.why.value for one in found.barred]
        raise errors.NOT_FIT(", ".join(reasons), reasons=reasons)
    equip(uow, book, [Wish(order_id, COMMANDS[known.kind], me), Wish(order_id, Command.ACCEPT)])
    reason = "offer" if known.kind is OfferKind.BROADCAST else "handover"
    give(uow, book, order_id, me, {"reason": reason, "offer_id": str(known.id)}, ranking)
    data = {"offer_id": str(known.id)}
    asked = Asked(Command.ACCEPT, me, frozenset({Role.TECHNICIAN}), uow.now, data=data)
    book.command(order_id, asked, Evidence(), server_entry(uow, uow.new_id(), order_id, "work_order.accept", data))


def decline(uow: UnitOfWork, *, offer_id: UUID, reason: str) -> None:
    """Say that one does not want what one is offered, and why; when all have said so, the offer is over. Harmless when repeated.

    Raises NotFound (assignment.offer_unknown), Conflict (assignment.offer_over …), Invalid (invalid) for lack of a reason.
    """
    why = line(reason, longest=500, path="/reason")
    known = _locked(uow, _offered_to_me(uow, offer_id))
    _check_open(known)
    if uow.actor.user_id in known.declined:
        return
    uow.session.execute(
        update(AssignmentOfferee)
        .where(AssignmentOfferee.offer_id == offer_id, AssignmentOfferee.user_id == uow.actor.user_id)
        .values(declined_at=uow.now, reason=why)
        .execution_options(synchronize_session=False)
    )
    if known.declined | {uow.actor.user_id} >= known.offerees:
        end_offers(uow, [known], OfferState.DECLINED, why)
        tell_ended(uow, [known], "assignment.offer_declined", reason=why)
    else:
        announce(uow, [known])


def withdraw(uow: UnitOfWork, *, offer_id: UUID, note: str | None = None) -> None:
    """Take an offer back: for who made it, and who dispatches there. Harmless when repeated.

    Raises NotFound (assignment.offer_unknown), Forbidden (assignment.not_allowed), Conflict (assignment.offer_taken …).
    """
    visible = or_(false(), *scope_parts(uow))
    known = next(iter(load_offers(uow, AssignmentOffer.id == offer_id, visible)), None)
    if known is None:
        raise errors.OFFER_UNKNOWN()
    known = _locked(uow, known)
    order = open_book(replace(uow, actor=system_actor()), [known.work_order_id]).find(known.work_order_id)
    held = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if known.made_by != uow.actor.user_id and held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    if known.state is OfferState.WITHDRAWN:
        return
    _check_open(known)
    end_offers(uow, [known], OfferState.WITHDRAWN, optional_line(note, longest=500, path="/note"))


def _offered_to_me(reading: Reading, offer_id: UUID) -> KnownOffer:
    known = next(iter(load_offers(reading, AssignmentOffer.id == offer_id)), None)
    if known is None or reading.actor.user_id not in known.offerees:
        raise errors.OFFER_UNKNOWN()
    return known


def _locked(uow: UnitOfWork, known: KnownOffer) -> KnownOffer:
    """Lock the order of an offer, by which all that becomes of the offer waits for each other, and look at the offer anew."""
    open_book(replace(uow, actor=system_actor()), [known.work_order_id])
    return load_offers(uow, AssignmentOffer.id == known.id)[0]


def _check_open(known: KnownOffer) -> None:
    if known.state is not OfferState.OPEN:
        raise OVER.get(known.state, errors.OFFER_OVER)()
