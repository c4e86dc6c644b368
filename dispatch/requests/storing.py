"""Writes imported requests with their orders, and closes those that were closed where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.customers.particulars import NewCustomer, NewSite
from dispatch.customers.service import add_many
from dispatch.requests.mapping import ReadRow
from dispatch.requests.models import ServiceRequest
from dispatch.requests.progress import OrderEnd, RequestState, state_by
from dispatch.requests.zoning import Found
from dispatch.territory import queries as territory
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.places import Places
from dispatch.texts import plain_phone
from dispatch.work_orders.book import BookOrder, Entry
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.service import NewOrder, create_orders, define_work_type, open_book, write_book
from kernel.bulk import insert_rows, update_rows
from kernel.sealed_columns import seal_rows
from kernel.unit_of_work import UnitOfWork

NOT_BEGUN = frozenset({Status.DRAFT, Status.OPEN, Status.ASSIGNED})


@dataclass(frozen=True, slots=True)
class Known:
    """A request that is there already."""

    id: UUID
    external_ref: str
    work_order_id: UUID | None
    closed_at: datetime | None
    station_id: UUID | None


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row with the places that were found for it, and how."""

    row: ReadRow
    places: Places
    found: Found


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What was made of a row: the request, its order, and the customer and site of whoever waits for it.

    `waits`: the order is open and lies in a zone, so that somebody may be given it.
    """

    row: ReadRow
    request_id: UUID
    order_id: UUID
    customer_id: UUID | None
    site_id: UUID | None
    waits: bool


def known_requests(uow: UnitOfWork, region_id: UUID, source: str, references: Sequence[str]) -> dict[str, Known]:
    """Find requests by their references in the system they came from. One statement."""
    columns = (getattr(ServiceRequest, name) for name in Known.__dataclass_fields__)
    rows = uow.session.execute(
        select(*columns).where(
            ServiceRequest.region_id == region_id,
            ServiceRequest.source == source,
            ServiceRequest.external_ref.in_(references),
        )
    )
    return {row.external_ref: Known(*row) for row in rows}


def store_rows(
    uow: UnitOfWork,
    region_id: UUID,
    source: str,
    placed: Sequence[PlacedRow],
    work_types: set[str],
    *,
    template_code: str | None = None,
    system: CoordinateSystem = CoordinateSystem.WGS84,
) -> list[StoredRow]:
    """Write requests, each with its order; returns what was made of each row.

    A work type that the region does not have is defined, with the checklist `template_code`, and added to `work_types`: the one
    thing that takes a statement each. `system` is what the source gave its positions in; here they are in WGS 84.
    Whoever waits for an open order gets a customer with a site, so that a technician knows where to go.
    """
    for row in (one.row for one in placed):
        if row.work_type not in work_types:
            name = row.category or row.work_type
            define_work_type(uow, region_id=region_id, code=row.work_type, name=name, template_code=template_code)
            work_types.add(row.work_type)
    present = territory.held_places(uow, {one.places.zone_id for one in placed if one.places.zone_id is not None})
    placed = [
        replace(one, places=present.get(one.places.zone_id, one.places) if one.places.zone_id else one.places)
        for one in placed
    ]
    sites = _add_sites(uow, placed)
    drafts = [_draft(uow, nth, one.row, one.places, sites) for nth, one in enumerate(placed)]
    orders = create_orders(uow, drafts)
    rows = [
        _request(uow, source, one, order, draft, system)
        for one, order, draft in zip(placed, orders, drafts, strict=True)
    ]
    insert_rows(uow.session, ServiceRequest, seal_rows(uow.sealer, ServiceRequest, rows))
    return [
        StoredRow(
            one.row,
            row["id"],
            order,
            draft.customer_id,
            draft.site_id,
            waits=draft.status is Status.OPEN and draft.places.zone_id is not None,
        )
        for one, row, order, draft in zip(placed, rows, orders, drafts, strict=True)
    ]


def _add_sites(uow: UnitOfWork, placed: Sequence[PlacedRow]) -> dict[int, NewSite]:
    """Add a customer and a site for each open row that says where it is; returns the sites by the row's number."""
    customers: list[NewCustomer] = []
    sites: dict[int, NewSite] = {}
    for nth, (row, places) in enumerate((one.row, one.places) for one in placed):
        address = row.address or (None if row.lat is None else f"{row.lat}, {row.lon}")
        if row.status is not Status.OPEN or address is None:
            continue
        customer = NewCustomer(uow.new_id(), places, row.contact_name or row.external_ref, row.contact_phone)
        customers.append(customer)
        sites[nth] = NewSite(uow.new_id(), customer.id, places, address, row.lat, row.lon)
    if customers:
        add_many(uow, customers, list(sites.values()))
    return sites


def _draft(uow: UnitOfWork, nth: int, row: ReadRow, places: Places, sites: dict[int, NewSite]) -> NewOrder:
    site = sites.get(nth)
    closed_at = row.closed_at if row.status is Status.CLOSED else None
    return NewOrder(
        places,
        row.work_type,
        row.priority,
        row.title,
        row.opened_at,
        description=row.description,
        customer_id=None if site is None else site.customer_id,
        site_id=None if site is None else site.id,
        id=uow.new_id(),
        status=row.status,
        completed_at=closed_at,
        closed_at=closed_at,
    )


def _request(
    uow: UnitOfWork,
    source: str,
    one: PlacedRow,
    order_id: UUID,
    draft: NewOrder,
    system: CoordinateSystem,
) -> dict[str, Any]:
    row, places, found = one.row, one.places, one.found
    waits = found.needs is not None and row.status is Status.OPEN
    return {
        "id": uow.new_id(),
        "region_id": places.region_id,
        "station_id": places.station_id,
        "group_id": places.group_id,
        "zone_id": places.zone_id,
        "source": source,
        "external_ref": row.external_ref,
        "channel": row.channel.value,
        "category": row.category,
        "work_type": row.work_type,
        "priority": row.priority.value,
        "title": row.title,
        "description": row.description,
        "contact_name": row.contact_name,
        "contact_phone": plain_phone(row.contact_phone),
        "customer_id": draft.customer_id,
        "site_id": draft.site_id,
        "address": row.address,
        "lat": row.lat,
        "lon": row.lon,
        "coordinate_system": system.value,
        "zone_by": None if found.by is None else found.by.value,
        "zone_decision_id": found.decision_id,
        "needs_zone": found.needs.value if found.needs is not None and waits else None,
        "first_owner_id": None,
        "owner_id": None,
        "work_order_id": order_id,
        "state": _state(draft.status).value,
        "resolved_at": None if draft.status is Status.OPEN else row.closed_at or row.opened_at,
        "received_at": row.opened_at,
        "expected_at": row.target_at,
        "closed_at": row.closed_at,
        "created_at": uow.now,
    }


def _state(status: Status) -> RequestState:
    return state_by([OrderEnd(status, completed=status is Status.CLOSED)])


def close_orders(uow: UnitOfWork, source: str, ended: Sequence[tuple[ReadRow, Known]]) -> set[UUID]:
    """Note that requests were closed where they come from; returns the ids of those that this changed.

    An order that nobody has begun is cancelled with that as the reason; one that is being worked on is left to its people.
    """
    book = open_book(uow, [known.work_order_id for _, known in ended if known.work_order_id is not None])
    closed: list[dict[str, Any]] = []
    for row, known in ended:
        order = book.orders.get(known.work_order_id) if known.work_order_id is not None else None
        drop = order is not None and order.status in NOT_BEGUN
        if order is not None and drop:
            data = {"reason": f"closed in {source}"}
            asked = Asked(Command.CANCEL, uow.actor.user_id, _roles(uow, order), uow.now, data=data, lenient=True)
            entry = Entry(uow.new_id(), order.id, "work_order.cancel", uow.actor.user_id, uow.now, uow.now, data)
            book.command(order.id, asked, Evidence(), entry)
        if drop or row.closed_at is not None:
            at = row.closed_at or uow.now
            closed.append({"id": known.id, "closed_at": at, "state": RequestState.RESOLVED.value, "resolved_at": at})
    write_book(uow, book)
    # After the orders, whose cancelling is no word about the request: it was solved where it came from.
    update_rows(uow.session, ServiceRequest, closed, key=["id"])
    return {row["id"] for row in closed}


def _roles(uow: UnitOfWork, order: BookOrder) -> Any:
    return uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
