"""Leads a request to an order: to that of an earlier request which it repeats, or to one of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.requests.channels import Channel
from dispatch.requests.duplicates import Earlier, Signature, find_duplicate
from dispatch.requests.events import Explanation, RequestArriving
from dispatch.requests.models import ServiceRequest
from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.turns import take_turn
from dispatch.work_orders.book import Entry, OrderBook
from dispatch.work_orders.lifecycle import DONE
from dispatch.work_orders.service import NewOrder, create_orders, open_book, write_book
from kernel.sealed_columns import found_by, open_row
from kernel.unit_of_work import UnitOfWork

REPEATED = "request.repeated"


@dataclass(frozen=True, slots=True)
class Case:
    """A request whose work type is known: all that its order is made from."""

    request_id: UUID
    places: Places
    work_type: str
    priority: Priority
    title: str
    received_at: datetime
    channel: Channel = Channel.PHONE
    description: str | None = None
    customer_id: UUID | None = None
    site_id: UUID | None = None
    asset_id: UUID | None = None
    phone: str | None = None
    email: str | None = None
    lat: float | None = None
    lon: float | None = None
    owner_id: UUID | None = None

    @property
    def signature(self) -> Signature:
        """What is compared with earlier requests."""
        return Signature(self.work_type, self.phone, self.site_id, self.received_at, self.asset_id, self.email)


def take_turns(uow: UnitOfWork, region_id: UUID, reference: str | None, signature: Signature) -> None:
    """Let nobody else record the same at the same moment: neither the same reference nor the same trouble."""
    about = [f"reference {reference}"] if reference else []
    about += [f"{name} {value}" for name, value in signature.traits() if value]
    for one in sorted(about):
        take_turn(uow, "request", str(region_id), one)


def join_earlier(uow: UnitOfWork, case: Case, hours: float) -> Earlier | None:
    """Put a request on the timeline of the order that it repeats, and return the earlier request; None when there is none."""
    found = _earlier_orders(uow, case, hours)
    repeated = find_duplicate(case.signature, found.earlier, hours)
    if repeated is not None:
        note_repetition(uow, found.book, repeated.work_order_id, case)
    return repeated


@dataclass(frozen=True, slots=True)
class _EarlierOrders:
    book: OrderBook
    earlier: Sequence[Earlier]


def _earlier_orders(uow: UnitOfWork, case: Case, hours: float) -> _EarlierOrders:
    """Load the requests that one may repeat, with their orders locked; those out of the actor's scope are none."""
    new = case.signature
    columns: dict[str, Any] = {
        "phone": ServiceRequest.contact_phone,
        "email": ServiceRequest.contact_email,
        "site": ServiceRequest.site_id,
        "asset": ServiceRequest.asset_id,
    }
    alike = [
        found_by(uow.sealer, columns[name], value) if isinstance(value, str) else columns[name] == value
        for name, value in new.traits()
        if value is not None
    ]
    if not alike or hours <= 0:
        return _EarlierOrders(OrderBook({}, uow.new_id), ())
    window = timedelta(hours=hours)
    rows = uow.session.execute(
        select(ServiceRequest.id, ServiceRequest.work_order_id, ServiceRequest.work_type, *columns.values())
        .add_columns(ServiceRequest.received_at)
        .where(
            ServiceRequest.region_id == case.places.region_id,
            ServiceRequest.received_at.between(new.received_at - window, new.received_at + window),
            ServiceRequest.work_type == new.work_type,
            ServiceRequest.work_order_id.is_not(None),
            ServiceRequest.id != case.request_id,
            or_(*alike),
        )
        .order_by(ServiceRequest.received_at.desc())
        .limit(50)
    ).all()
    book = open_book(uow, sorted({row.work_order_id for row in rows}))
    earlier = [
        Earlier(row.id, row.work_order_id, _signature(uow, row), done=book.orders[row.work_order_id].status in DONE)
        for row in rows
        if row.work_order_id in book.orders
    ]
    return _EarlierOrders(book, earlier)


def _signature(uow: UnitOfWork, row: Any) -> Signature:
    known = open_row(uow.sealer, ServiceRequest, row._mapping)
    return Signature(
        row.work_type, known["contact_phone"], row.site_id, row.received_at, row.asset_id, known["contact_email"]
    )


def note_repetition(uow: UnitOfWork, book: OrderBook, order_id: UUID, case: Case) -> None:
    """Put a request on the timeline of an order that is there already."""
    data = {"request_id": str(case.request_id), "channel": case.channel.value, "title": case.title}
    book.record(Entry(uow.new_id(), order_id, REPEATED, uow.actor.user_id, uow.now, uow.now, data))
    write_book(uow, book)


def explain(uow: UnitOfWork, case: Case) -> Explanation | None:
    """Ask the slices above what is known to trouble that place; of several, what lasts longest."""
    asked = RequestArriving(
        case.request_id, case.places, case.site_id, case.lat, case.lon, case.work_type, case.received_at
    )
    uow.publish(asked)
    return max(asked.explanations, key=lambda one: (one.until, one.id), default=None)


def order_for(uow: UnitOfWork, case: Case) -> UUID:
    """Make the order of a request. Raises Invalid (work_order.work_type_unknown) with the path."""
    (order_id,) = create_orders(
        uow,
        [
            NewOrder(
                case.places,
                case.work_type,
                case.priority,
                case.title,
                case.received_at,
                description=case.description,
                customer_id=case.customer_id,
                site_id=case.site_id,
                asset_id=case.asset_id,
                first_owner_id=case.owner_id,
            )
        ],
    )
    return order_id
