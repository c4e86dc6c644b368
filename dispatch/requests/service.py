"""What can be done with service requests: receive one, and find out whether it repeats another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.customers import queries as customers
from dispatch.customers.particulars import check_position
from dispatch.customers.service import add_customer, add_site
from dispatch.requests import errors
from dispatch.requests.cells import paragraph
from dispatch.requests.duplicates import HOURS, Earlier, Signature, find_duplicate, plain_phone
from dispatch.requests.models import ServiceRequest
from dispatch.requests.queries import in_scope
from dispatch.requests.receiving import NewRequest, Received
from dispatch.requests.turns import take_turn
from dispatch.territory import queries as territory
from dispatch.territory.coordinates import position_to_wgs84
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from dispatch.work_orders.book import Entry, OrderBook
from dispatch.work_orders.lifecycle import DONE
from dispatch.work_orders.service import NewOrder, create_orders, open_book, write_book
from kernel.actor import SYSTEM_USER, Role
from kernel.database import insert_rows
from kernel.errors import FORBIDDEN, INVALID
from kernel.unit_of_work import UnitOfWork

DESK = frozenset({Role.AGENT, Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who takes requests, each within the places they hold the role over."""

OWN_SOURCE, OTHER_SOURCE = "fieldbeat", "integrator"
REPEATED = "request.repeated"
LONGEST_DESCRIPTION = 4000


@dataclass(frozen=True, slots=True)
class _Whereabouts:
    """The places of a request, and whom and what it is about."""

    places: Places
    customer_id: UUID | None
    site_id: UUID | None


def receive(uow: UnitOfWork, *, request: NewRequest) -> Received:
    """Record a request and make its work order, or join it to the order of an earlier one that it repeats.

    Nothing is refused for being a duplicate: it is recorded, and put on the timeline of the order. Whoever takes the request
    owns it first (首问负责制). A request whose position is in no zone lies in the region at large.

    Raises:
        Forbidden (forbidden): the actor takes no requests there;
        Invalid (request.place_missing, request.zone_not_found, request.site_wrong, customers.position_wrong,
        work_order.work_type_unknown, invalid), with the path;
        NotFound (customers.site_unknown, customers.unknown, territory.region_unknown);
        Conflict (request.zone_ambiguous): in two zones, named in `zones`; (request.reference_used): for another request.
    """
    new = _tidy(request)
    where = _find_place(uow, new)
    held = uow.actor.roles_over(
        where.places.region_id, where.places.station_id, where.places.group_id, where.places.zone_id
    )
    if held.isdisjoint(DESK):
        raise FORBIDDEN()
    signature = Signature(new.work_type, plain_phone(new.contact_phone), where.site_id, new.received_at or uow.now)
    _take_turns(uow, where.places.region_id, new, signature)
    again = _received_before(uow, where.places.region_id, new)
    if again is not None:
        return again
    book = _earlier_orders(uow, where.places.region_id, signature)
    repeated = find_duplicate(signature, book.earlier)
    request_id = uow.new_id()
    if repeated is None:
        where = _with_customer(uow, new, where)
        order_id = _create_order(uow, new, where)
    else:
        order_id = repeated.work_order_id
        _note_repetition(uow, book.book, order_id, request_id, new)
    _store(uow, request_id, new, where, signature, order_id)
    return Received(request_id, order_id, where.places.zone_id, None if repeated is None else repeated.request_id)


def _tidy(new: NewRequest) -> NewRequest:
    check_position(new.lat, new.lon)
    lat, lon = position_to_wgs84(new.coordinate_system, new.lat, new.lon)
    description = new.description or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise INVALID(f"must have at most {LONGEST_DESCRIPTION} characters", path="/description")
    return replace(
        new,
        lat=lat,
        lon=lon,
        title=line(new.title, longest=200, path="/title"),
        description=paragraph(description, LONGEST_DESCRIPTION),
        category=optional_line(new.category, longest=120, path="/category"),
        contact_name=optional_line(new.contact_name or new.customer_name, longest=120, path="/contact_name"),
        contact_phone=optional_line(new.contact_phone, longest=32, path="/contact_phone"),
        address=optional_line(new.address, longest=300, path="/address"),
        source=optional_line(new.source, longest=32, path="/source"),
        external_ref=optional_line(new.external_ref, longest=64, path="/external_ref"),
    )


def _find_place(uow: UnitOfWork, new: NewRequest) -> _Whereabouts:
    """Find where a request lies: by the zone that is given, the site's, the position's, the customer's, or in the region."""
    customer_id, site_id, lat, lon = new.customer_id, new.site_id, new.lat, new.lon
    zone_id, region_id = new.zone_id, new.region_id
    if site_id is not None:
        site = customers.site(uow, site_id)
        if customer_id not in (None, site.customer_id):
            raise errors.SITE_WRONG(path="/site_id")
        customer_id, region_id, zone_id = site.customer_id, site.region_id, zone_id or site.zone_id
        lat, lon = (site.lat, site.lon) if lat is None else (lat, lon)
    elif customer_id is not None:
        customer = customers.customer(uow, customer_id)
        region_id = customer.region_id
        zone_id = zone_id or (customer.zone_id if lat is None else None)
    if zone_id is not None:
        places = territory.places_of_zones(uow, [zone_id]).get(zone_id)
        if places is None or region_id not in (None, places.region_id):
            raise errors.ZONE_NOT_FOUND(path="/zone_id")
        return _Whereabouts(places, customer_id, site_id)
    region_id = region_id or uow.actor.region_id
    if region_id is None:
        raise errors.PLACE_MISSING(path="/region_id")
    places = Places(region_id) if lat is None or lon is None else _place_at(uow, region_id, lat, lon)
    return _Whereabouts(places, customer_id, site_id)


def _place_at(uow: UnitOfWork, region_id: UUID, lat: float, lon: float) -> Places:
    found = territory.zones_at(uow, region_id, lat, lon)
    if len(found) > 1:
        zones = [{"id": str(zone.id), "code": zone.code, "name": zone.name} for zone in found]
        raise errors.ZONE_AMBIGUOUS(" and ".join(zone.name for zone in found), path="/zone_id", zones=zones)
    return found[0].places if found else Places(region_id)


def _take_turns(uow: UnitOfWork, region_id: UUID, new: NewRequest, signature: Signature) -> None:
    """Let nobody else record the same at the same moment: neither the same reference nor the same trouble."""
    about = [f"reference {new.source} {new.external_ref}"] if new.external_ref else []
    about += [f"phone {signature.phone}"] if signature.phone else []
    about += [f"site {signature.site_id}"] if signature.site_id else []
    for one in sorted(about):
        take_turn(uow, "request", str(region_id), one)


def _received_before(uow: UnitOfWork, region_id: UUID, new: NewRequest) -> Received | None:
    if new.external_ref is None:
        return None
    columns = (ServiceRequest.id, ServiceRequest.work_order_id, ServiceRequest.zone_id)
    same = (ServiceRequest.work_type == new.work_type) & (ServiceRequest.title == new.title) & in_scope(uow)
    row = uow.session.execute(
        select(*columns, same.label("same")).where(
            ServiceRequest.region_id == region_id,
            ServiceRequest.source == (new.source or OTHER_SOURCE),
            ServiceRequest.external_ref == new.external_ref,
        )
    ).one_or_none()
    if row is None:
        return None
    if not row.same or row.work_order_id is None:
        raise errors.REFERENCE_USED(new.external_ref, path="/external_ref")
    return Received(row.id, row.work_order_id, row.zone_id, unchanged=True)


@dataclass(frozen=True, slots=True)
class _EarlierOrders:
    book: OrderBook
    earlier: Sequence[Earlier]


def _earlier_orders(uow: UnitOfWork, region_id: UUID, new: Signature) -> _EarlierOrders:
    """Load the requests that a new one may repeat, with their orders locked; those out of the actor's scope are none."""
    alike: list[Any] = []
    if new.phone is not None:
        alike.append(ServiceRequest.contact_phone == new.phone)
    if new.site_id is not None:
        alike.append(ServiceRequest.site_id == new.site_id)
    if not alike:
        return _EarlierOrders(OrderBook({}, uow.new_id), ())
    window = timedelta(hours=HOURS)
    columns = (ServiceRequest.id, ServiceRequest.work_order_id, ServiceRequest.work_type)
    rows = uow.session.execute(
        select(*columns, ServiceRequest.contact_phone, ServiceRequest.site_id, ServiceRequest.received_at)
        .where(
            ServiceRequest.region_id == region_id,
            ServiceRequest.received_at.between(new.received_at - window, new.received_at + window),
            ServiceRequest.work_type == new.work_type,
            or_(*alike),
        )
        .order_by(ServiceRequest.received_at.desc())
        .limit(50)
    ).all()
    book = open_book(uow, sorted({row.work_order_id for row in rows if row.work_order_id is not None}))
    earlier = [
        Earlier(
            row.id,
            row.work_order_id,
            Signature(row.work_type, row.contact_phone, row.site_id, row.received_at),
            done=book.orders[row.work_order_id].status in DONE,
        )
        for row in rows
        if row.work_order_id in book.orders
    ]
    return _EarlierOrders(book, earlier)


def _with_customer(uow: UnitOfWork, new: NewRequest, where: _Whereabouts) -> _Whereabouts:
    """Make the customer who is not known yet, and the site that is told by its address."""
    places, customer_id, site_id = where.places, where.customer_id, where.site_id
    if customer_id is None and new.customer_name is not None:
        customer_id = add_customer(
            uow,
            name=new.customer_name,
            phone=new.contact_phone,
            region_id=places.region_id,
            zone_id=places.zone_id,
        )
    if customer_id is not None and site_id is None and new.address is not None:
        site_id = add_site(
            uow, customer_id=customer_id, address=new.address, zone_id=places.zone_id, lat=new.lat, lon=new.lon
        )
    return _Whereabouts(places, customer_id, site_id)


def _owner(uow: UnitOfWork) -> UUID | None:
    return None if uow.actor.user_id == SYSTEM_USER else uow.actor.user_id


def _create_order(uow: UnitOfWork, new: NewRequest, where: _Whereabouts) -> UUID:
    (order_id,) = create_orders(
        uow,
        [
            NewOrder(
                where.places,
                new.work_type,
                new.priority,
                new.title,
                new.received_at or uow.now,
                description=new.description,
                customer_id=where.customer_id,
                site_id=where.site_id,
                first_owner_id=_owner(uow),
            )
        ],
    )
    return order_id


def _note_repetition(uow: UnitOfWork, book: OrderBook, order_id: UUID, request_id: UUID, new: NewRequest) -> None:
    data = {"request_id": str(request_id), "channel": new.channel.value, "title": new.title}
    book.record(Entry(uow.new_id(), order_id, REPEATED, uow.actor.user_id, uow.now, uow.now, data))
    write_book(uow, book)


def _store(
    uow: UnitOfWork, request_id: UUID, new: NewRequest, where: _Whereabouts, signature: Signature, order_id: UUID
) -> None:
    own = new.external_ref is None
    row = {
        "id": request_id,
        "region_id": where.places.region_id,
        "station_id": where.places.station_id,
        "group_id": where.places.group_id,
        "zone_id": where.places.zone_id,
        "source": new.source or (OWN_SOURCE if own else OTHER_SOURCE),
        "external_ref": new.external_ref or str(request_id),
        "channel": new.channel.value,
        "category": new.category,
        "work_type": new.work_type,
        "priority": new.priority.value,
        "title": new.title,
        "description": new.description,
        "contact_name": new.contact_name,
        "contact_phone": signature.phone,
        "customer_id": where.customer_id,
        "site_id": where.site_id,
        "address": new.address,
        "lat": new.lat,
        "lon": new.lon,
        "coordinate_system": new.coordinate_system.value,
        "first_owner_id": _owner(uow),
        "work_order_id": order_id,
        "received_at": signature.received_at,
        "expected_at": new.expected_at,
        "closed_at": None,
        "created_at": uow.now,
    }
    insert_rows(uow.session, ServiceRequest, [row])
