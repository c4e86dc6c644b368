"""What can be offered: an open order to several people at once, or one's own order to a colleague."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from dispatch.assignment import errors
from dispatch.assignment.fitness import fitness_of
from dispatch.assignment.gathering import Case, cases_of
from dispatch.assignment.models import AssignmentOffer, AssignmentOfferee
from dispatch.assignment.offer_keeping import announce, load_offers, name_of
from dispatch.assignment.offer_states import OfferKind, OfferState, stands
from dispatch.assignment.ranking import rank
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.sla.deadline import Priority
from dispatch.texts import optional_line
from dispatch.work_orders.book import BookOrder
from dispatch.work_orders.lifecycle import DISPATCHERS
from dispatch.work_orders.service import open_book, server_entry, write_book
from dispatch.work_orders.workload import demands_of
from kernel import errors as kernel_errors
from kernel.actor import Role, system_actor
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork

OFFERED = "assignment.offered"
MOST = 100
"""People that one order is offered to at once."""


def offer_order(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    user_ids: Sequence[UUID] = (),
    minutes: int | None = None,
    note: str | None = None,
    offer_id: UUID | None = None,
) -> UUID:
    """Offer an open order to these people, or to the best of the ranking; whoever takes it first has it. Returns the offer's id.

    They must be fit for it; what the region's rule lets a person pass over does not matter. Asked again with the same `offer_id`,
    nothing changes.

    Raises:
        NotFound (work_order.unknown); Forbidden (assignment.not_allowed): no dispatcher over the order.
        Conflict (assignment.not_offerable, assignment.offer_open, assignment.nobody, assignment.id_reused).
        Invalid (assignment.not_fit, invalid), with the path.
    """
    order = _locked(uow, order_id)
    held = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if held.isdisjoint(DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_ALLOWED()
    if _made_before(uow, offer_id, order_id):
        return offer_id  # type: ignore[return-value]
    if len(user_ids) > MOST:
        raise kernel_errors.INVALID(f"at most {MOST} people", path="/user_ids")
    case = _case(uow, order_id, user_ids)
    chosen = list(dict.fromkeys(user_ids)) or _best(case)
    _check_fit(case, chosen, "/user_ids/{}")
    return _store(uow, order, OfferKind.BROADCAST, case, chosen, minutes, note, offer_id)


def offer_handover(
    uow: UnitOfWork,
    *,
    order_id: UUID,
    user_id: UUID,
    minutes: int | None = None,
    note: str | None = None,
    offer_id: UUID | None = None,
) -> UUID:
    """Offer one's own order to a colleague of the region; it changes hands when they accept. Returns the offer's id.

    Whom a leader tells to hand over is given the order with `reassign`; nobody is asked then.

    Raises:
        NotFound (work_order.unknown); Forbidden (assignment.not_allowed): the order is not one's own.
        Conflict (assignment.not_offerable, assignment.offer_open, assignment.id_reused).
        Invalid (assignment.not_fit), with the path: not fit, or nobody who works in the region.
    """
    order = _locked(uow, order_id)
    if order.assignee_id != uow.actor.user_id:
        raise errors.NOT_ALLOWED()
    if _made_before(uow, offer_id, order_id):
        return offer_id  # type: ignore[return-value]
    # A technician sees no colleagues; whom one may ask is the region's matter.
    everybody = Reading(uow.session, system_actor(order.region_id), uow.now)
    case = _case(everybody, order_id, [user_id])
    if user_id == uow.actor.user_id:
        raise errors.NOT_FIT("the order is theirs already", path="/user_id")
    _check_fit(case, [user_id], "/user_id")
    return _store(uow, order, OfferKind.HANDOVER, case, [user_id], minutes, note, offer_id)


def _locked(uow: UnitOfWork, order_id: UUID) -> BookOrder:
    return open_book(uow, [order_id]).find(order_id)


def _made_before(uow: UnitOfWork, offer_id: UUID | None, order_id: UUID) -> bool:
    if offer_id is None:
        return False
    made = select(AssignmentOffer.work_order_id, AssignmentOffer.made_by).where(AssignmentOffer.id == offer_id)
    row = uow.session.execute(made).one_or_none()
    if row is not None and tuple(row) != (order_id, uow.actor.user_id):
        raise errors.ID_REUSED(path="/id")
    return row is not None


def _case(reading: Reading, order_id: UUID, user_ids: Collection[UUID]) -> Case:
    return cases_of(reading, demands_of(reading, [order_id]).values(), also=user_ids)[order_id]


def _best(case: Case) -> list[UUID]:
    ranking = rank(case.work, case.crowd.values(), case.rule)
    if not ranking.candidates:
        raise errors.NOBODY()
    return [one.technician_id for one in ranking.candidates[: case.rule.offer_people]]


def _check_fit(case: Case, user_ids: Sequence[UUID], path: str) -> None:
    # Everybody is looked at by themselves: whether enough can come is a matter of the order, and not of one of them.
    ranking = rank(replace(case.work, crew_size=1), case.crowd.values(), case.rule)
    for nth, user_id in enumerate(user_ids):
        found = fitness_of(case, user_id, ranking)
        if found is None or found.barred or case.crowd[user_id].region_id != case.demand.places.region_id:
            reasons = [] if found is None else [one.why.value for one in found.barred]
            raise errors.NOT_FIT(", ".join(reasons) or "nobody who works there", path=path.format(nth), reasons=reasons)


def _store(
    uow: UnitOfWork,
    order: BookOrder,
    kind: OfferKind,
    case: Case,
    user_ids: Sequence[UUID],
    minutes: int | None,
    note: str | None,
    offer_id: UUID | None,
) -> UUID:
    if not stands(kind, uow.actor.user_id, order.status, order.assignee_id):
        raise errors.NOT_OFFERABLE(f"it is {order.status}", status_now=order.status.value)
    by_rule = case.rule.offer_minutes if kind is OfferKind.BROADCAST else case.rule.handover_minutes
    key = offer_id or uow.new_id()
    row = {
        "id": key,
        "region_id": order.region_id,
        "station_id": order.station_id,
        "group_id": order.group_id,
        "zone_id": order.zone_id,
        "work_order_id": order.id,
        "kind": kind.value,
        "state": OfferState.OPEN.value,
        "made_by": uow.actor.user_id,
        "made_at": uow.now,
        "expires_at": uow.now + timedelta(minutes=minutes or by_rule),
        "note": optional_line(note, longest=500, path="/note"),
    }
    if not insert_rows(uow.session, AssignmentOffer, [row], on_conflict="DO NOTHING", returning=["id"]):
        raise errors.OFFER_OPEN()
    plain = {"offer_id": key, "region_id": order.region_id}
    insert_rows(uow.session, AssignmentOfferee, [{**plain, "user_id": user_id} for user_id in user_ids])
    book = open_book(replace(uow, actor=system_actor()), [order.id])
    data = {"offer_id": str(key), "kind": kind.value, "to": [str(one) for one in user_ids]}
    book.record(server_entry(uow, uow.new_id(), order.id, OFFERED, data))
    write_book(replace(uow, actor=system_actor()), book)
    announce(uow, load_offers(uow, AssignmentOffer.id == key))
    values = {"number": order.number, "who": name_of(uow, uow.actor.user_id), "until": row["expires_at"]}
    urgent = order.priority is Priority.EMERGENCY
    tell(uow, [Notice(f"assignment.{kind.value}", f"offer:{key}", tuple(user_ids), values, order.region_id, urgent)])
    return key
