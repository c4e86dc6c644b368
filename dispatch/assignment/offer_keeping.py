"""Keeps offers in step with their orders: written, announced to phones, ended, and gone when their time is over."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import queries as accounts
from dispatch.assignment.models import AssignmentOffer, AssignmentOfferee
from dispatch.assignment.notices import Above, chains_of
from dispatch.assignment.offer_states import OfferKind, OfferState, stands
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.territory.events import PlacesMoved
from dispatch.territory.following import follow
from dispatch.work_orders.briefs import briefs_of
from dispatch.work_orders.events import OrdersMoved, OrdersRevoked
from dispatch.work_orders.lifecycle import Status
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import Reading, UnitOfWork

DOCUMENTS = "offers"
"""The collection of the feed in which phones get the offers that they may take, and those that they made."""


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """An offer in short, and who is offered it."""

    id: UUID
    region_id: UUID
    work_order_id: UUID
    kind: OfferKind
    state: OfferState
    made_by: UUID
    expires_at: datetime
    taken_by: UUID | None
    offerees: frozenset[UUID]
    declined: frozenset[UUID]


_NAMES = ("id", "region_id", "work_order_id", "kind", "state", "made_by", "expires_at", "taken_by")


def load_offers(reading: Reading, *wanted: object) -> list[KnownOffer]:
    """Return the offers that meet conditions, with who is offered each. Two statements, one when there are none."""
    columns = (getattr(AssignmentOffer, name) for name in _NAMES)
    rows = reading.session.execute(
        select(*columns).where(*wanted).order_by(AssignmentOffer.id)  # type: ignore[arg-type]
    ).all()
    if not rows:
        return []
    people: dict[UUID, set[UUID]] = {}
    declined: dict[UUID, set[UUID]] = {}
    for offer_id, user_id, declined_at in reading.session.execute(
        select(AssignmentOfferee.offer_id, AssignmentOfferee.user_id, AssignmentOfferee.declined_at).where(
            AssignmentOfferee.offer_id.in_([row.id for row in rows])
        )
    ):
        people.setdefault(offer_id, set()).add(user_id)
        if declined_at is not None:
            declined.setdefault(offer_id, set()).add(user_id)
    return [
        KnownOffer(
            row.id,
            row.region_id,
            row.work_order_id,
            OfferKind(row.kind),
            OfferState(row.state),
            row.made_by,
            row.expires_at,
            row.taken_by,
            frozenset(people.get(row.id, ())),
            frozenset(declined.get(row.id, ())),
        )
        for row in rows
    ]


def announce(uow: UnitOfWork, offers: Iterable[KnownOffer], op: str = "put") -> None:
    """Put offers onto the phones of who made them and of who may take them, or take them off."""
    uow.announce(
        Change(one.region_id, scope_of("user", user_id), DOCUMENTS, str(one.id), op, None if op == "put" else "ended")
        for one in offers
        for user_id in sorted({one.made_by, *one.offerees})
    )


def end_offers(uow: UnitOfWork, offers: Sequence[KnownOffer], state: OfferState, note: str | None = None) -> None:
    """End offers that are open, and take them off the phones; who took one is written by whoever takes it. One statement."""
    if not offers:
        return
    uow.session.execute(
        update(AssignmentOffer)
        .where(AssignmentOffer.id.in_([one.id for one in offers]), AssignmentOffer.state == OfferState.OPEN.value)
        .values(state=state.value, ended_at=uow.now, end_note=note)
        .execution_options(synchronize_session=False)
    )
    announce(uow, offers, "del")


def on_orders_moved(uow: UnitOfWork, event: OrdersMoved) -> None:
    """Take back offers of orders that somebody got, or began with, in another way."""
    _end_stale(uow, {one.order_id for one in event.moves})


def on_orders_revoked(uow: UnitOfWork, event: OrdersRevoked) -> None:
    """Take back what somebody offered a colleague, when the order is not theirs any more."""
    _end_stale(uow, {one.order_id for one in event.holdings})


def _end_stale(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    is_open = AssignmentOffer.state == OfferState.OPEN.value
    known = load_offers(uow, AssignmentOffer.work_order_id.in_(order_ids), is_open)
    orders = briefs_of(uow, {one.work_order_id for one in known})
    stale = [
        one
        for one in known
        if not stands(
            one.kind,
            one.made_by,
            Status(orders[one.work_order_id].status),
            orders[one.work_order_id].assignee_id,
        )
    ]
    end_offers(uow, stale, OfferState.WITHDRAWN)


def on_places_moved(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Give offers, past ones too, the places that their order's zone or group has now."""
    follow(uow, event, AssignmentOffer)


def expire(uow: UnitOfWork, *, limit: int) -> int:
    """End offers whose time is over, tell who made them and who leads there, and return how many. It reads an index."""
    is_open = AssignmentOffer.state == OfferState.OPEN.value
    due = uow.session.scalars(
        select(AssignmentOffer.id)
        .where(is_open, AssignmentOffer.expires_at <= uow.now)
        .order_by(AssignmentOffer.expires_at, AssignmentOffer.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return 0
    known = load_offers(uow, AssignmentOffer.id.in_(due))
    end_offers(uow, known, OfferState.EXPIRED)
    tell_ended(uow, known, "assignment.offer_expired")
    return len(due)


def tell_ended(uow: UnitOfWork, offers: Sequence[KnownOffer], template: str, **values: str) -> None:
    """Tell who made offers that nobody took them, and of an open order also who leads there."""
    orders = briefs_of(uow, {one.work_order_id for one in offers})
    above = chains_of(uow, {key: (one.group_id, one.station_id) for key, one in orders.items()})
    notices = []
    for one in offers:
        order = orders[one.work_order_id]
        leaders = above.get(order.id, Above(None, None)).nearest if one.kind is OfferKind.BROADCAST else ()
        people = tuple(dict.fromkeys((one.made_by, *leaders)))
        told = {"number": order.number, **values}
        notices.append(Notice(template, f"offer:{one.id}:{template[-20:]}", people, told, one.region_id))
    tell(uow, notices)


def name_of(reading: Reading, user_id: UUID) -> str:
    """Return somebody's name; the product itself has none."""
    found = accounts.contacts_of(reading, [user_id]).get(user_id)
    return "—" if found is None else found.name
