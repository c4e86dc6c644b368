"""What can be asked about offers of orders, within the caller's scope; and as phones get them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from dispatch.accounts import queries as accounts
from dispatch.assignment import errors
from dispatch.assignment.models import AssignmentOffer, AssignmentOfferee
from dispatch.assignment.offer_states import OfferState
from dispatch.work_orders import briefs
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as lists show it."""

    id: UUID
    region_id: UUID
    work_order_id: UUID
    kind: str
    state: str
    made_by: UUID
    made_at: datetime
    expires_at: datetime
    note: str | None
    taken_by: UUID | None
    ended_at: datetime | None
    end_note: str | None


@dataclass(frozen=True, slots=True)
class Offeree:
    """Somebody who is offered an order, and since when they do not want it."""

    user_id: UUID
    name: str
    declined_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OrderOffered:
    """What is shown of the order: never its customer, its address or its telephone."""

    number: str
    title: str
    work_type: str
    priority: str
    zone_id: UUID | None


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """An offer with what is shown of its order, who made it, and who is offered it."""

    row: OfferRow
    order: OrderOffered
    maker: str
    offerees: tuple[Offeree, ...]


_ROW = tuple(getattr(AssignmentOffer, name) for name in OfferRow.__dataclass_fields__)
_PLACES = {
    "region": AssignmentOffer.region_id,
    "station": AssignmentOffer.station_id,
    "group": AssignmentOffer.group_id,
    "zone": AssignmentOffer.zone_id,
    "owner": AssignmentOffer.made_by,
}


def _offered_to(user_id: UUID) -> ColumnElement[bool]:
    mine = select(AssignmentOfferee.offer_id).where(AssignmentOfferee.user_id == user_id)
    return AssignmentOffer.id.in_(mine)


def scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which an offer in scope meets one: its order's places, who made it, who is offered it."""
    parts = reading.actor.scope.parts(**_PLACES)
    return parts if reading.actor.scope.everywhere else [*parts, _offered_to(reading.actor.user_id)]


def page_of_offers(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    states: Collection[OfferState] = (),
    work_order_id: UUID | None = None,
    to_me: bool | None = None,
) -> Page[OfferRow]:
    """Return one page of offers, the latest first; the key is (made_at, id)."""
    statement = select(*_ROW)
    if states:
        statement = statement.where(AssignmentOffer.state.in_([one.value for one in states]))
    if work_order_id is not None:
        statement = statement.where(AssignmentOffer.work_order_id == work_order_id)
    if to_me is not None:
        mine = _offered_to(reading.actor.user_id)
        statement = statement.where(mine if to_me else ~mine)
    key = (AssignmentOffer.made_at, AssignmentOffer.id)
    page: Page[Any] = read_page(
        reading.session, statement, key=key, limit=limit, after=after, any_of=scope_parts(reading)
    )
    return Page(tuple(OfferRow(*row) for row in page.items), page.after)


def offer(reading: Reading, offer_id: UUID) -> OfferDetail:
    """Return an offer in scope. Raises NotFound (assignment.offer_unknown). Four statements."""
    found = _details(reading, [offer_id], or_(false(), *scope_parts(reading)))
    if not found:
        raise errors.OFFER_UNKNOWN()
    return found[0]


def documents(reading: Reading, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """Return those of these offers that wait, and that the caller made, or may take, as phones get them."""
    me = reading.actor.user_id
    mine = or_(AssignmentOffer.made_by == me, _offered_to(me))
    waiting = and_(AssignmentOffer.state == OfferState.OPEN.value, mine)
    return {str(one.row.id): _document(one) for one in _details(reading, ids, waiting)}


def _details(reading: Reading, ids: Collection[UUID], allowed: ColumnElement[bool]) -> list[OfferDetail]:
    rows = [
        OfferRow(*row) for row in reading.session.execute(select(*_ROW).where(AssignmentOffer.id.in_(ids), allowed))
    ]
    if not rows:
        return []
    columns = ("offer_id", "user_id", "declined_at", "reason")
    asked = reading.session.execute(
        select(*(getattr(AssignmentOfferee, name) for name in columns))
        .where(AssignmentOfferee.offer_id.in_([row.id for row in rows]))
        .order_by(AssignmentOfferee.user_id)
    ).all()
    orders = briefs.briefs_of(reading, {row.work_order_id for row in rows})
    people = {row.made_by for row in rows} | {one.user_id for one in asked}
    names = {key: one.name for key, one in accounts.contacts_of(reading, people).items()}
    return [
        OfferDetail(
            row,
            _excerpt(orders[row.work_order_id]),
            names.get(row.made_by, "—"),
            tuple(
                Offeree(one.user_id, names[one.user_id], one.declined_at, one.reason)
                for one in asked
                if one.offer_id == row.id
            ),
        )
        for row in rows
    ]


def _excerpt(order: briefs.OrderBrief) -> OrderOffered:
    return OrderOffered(order.number, order.title, order.work_type, order.priority, order.zone_id)


def _document(one: OfferDetail) -> dict[str, Any]:
    row, order = one.row, one.order
    return {
        "id": row.id,
        "kind": row.kind,
        "work_order_id": row.work_order_id,
        "order": {name: getattr(order, name) for name in OrderOffered.__dataclass_fields__},
        "made_by": {"user_id": row.made_by, "name": one.maker},
        "made_at": row.made_at,
        "expires_at": row.expires_at,
        "note": row.note,
        "declined": [each.user_id for each in one.offerees if each.declined_at is not None],
    }
