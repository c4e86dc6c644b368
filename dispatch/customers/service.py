"""What can be done with customers and sites: add them one by one or in bulk, and correct them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.customers import errors
from dispatch.customers.events import CustomerChanged, SiteChanged
from dispatch.customers.models import Customer, Site
from dispatch.customers.particulars import NewCustomer, NewSite, tidy_customer, tidy_site
from dispatch.customers.queries import in_scope
from dispatch.geocoding.subjects import AddressesToLookUp, Subject, SubjectKind
from dispatch.territory import queries as territory
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.places import Places
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN
from kernel.sealed_columns import seal_row, seal_rows
from kernel.unit_of_work import UnitOfWork

DESK = frozenset({Role.AGENT, Role.GROUP_LEADER, Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who looks after customers, each within the places they hold the role over."""


def add_customer(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str | None,
    region_id: UUID,
    zone_id: UUID | None = None,
    vip: bool = False,
    customer_id: UUID | None = None,
    email: str | None = None,
) -> UUID:
    """Add a customer of a zone, or of the region at large, and return the id.

    Raises:
        Forbidden (forbidden): the actor looks after no customers there.
        Invalid (customers.zone_unknown, customers.email_wrong, invalid), with the path; Conflict (customers.id_taken).
    """
    places = _places(uow, region_id, zone_id)
    check_desk(uow, [places])
    new = tidy_customer(NewCustomer(customer_id or uow.new_id(), places, name, phone, vip, email))
    if not _store_customers(uow, [new]):
        raise errors.ID_TAKEN(path="/customer_id")
    return new.id


def add_site(
    uow: UnitOfWork,
    *,
    customer_id: UUID,
    address: str,
    zone_id: UUID | None = None,
    lat: float | None = None,
    lon: float | None = None,
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84,
    site_id: UUID | None = None,
) -> UUID:
    """Add a site to a customer, in a zone or in the region at large, and return the id.

    Raises:
        NotFound (customers.unknown); Forbidden (forbidden): the actor looks after no customers there;
        Invalid (customers.zone_unknown, customers.position_wrong, invalid), with the path; Conflict (customers.id_taken).
    """
    regions = _regions_of(uow, [customer_id])
    if customer_id not in regions:
        raise errors.UNKNOWN()
    places = _places(uow, regions[customer_id], zone_id)
    check_desk(uow, [places])
    new = tidy_site(NewSite(site_id or uow.new_id(), customer_id, places, address, lat, lon, coordinate_system))
    if not _store_sites(uow, [new]):
        raise errors.ID_TAKEN(path="/site_id")
    _look_up(uow, [new])
    return new.id


def add_many(uow: UnitOfWork, customers: Sequence[NewCustomer], sites: Sequence[NewSite] = ()) -> None:
    """Add customers and sites with three statements, however many; what is there already, by its id, stays as it is.

    A site's customer is among these, or already in the actor's scope. A few thousand rows at a time.

    Raises:
        Forbidden (forbidden): the actor looks after no customers at one of the places.
        Invalid (customers.customer_unknown, customers.position_wrong, invalid), with a path such as `/sites/7/lat`.
    """
    check_desk(uow, {one.places for one in customers} | {one.places for one in sites})
    _store_customers(uow, [tidy_customer(one, f"/customers/{index}") for index, one in enumerate(customers)])
    if not sites:
        return
    regions = _regions_of(uow, {one.customer_id for one in sites})
    for index, one in enumerate(sites):
        if regions.get(one.customer_id) != one.places.region_id:
            raise errors.CUSTOMER_UNKNOWN(path=f"/sites/{index}/customer_id")
    stored = [tidy_site(one, f"/sites/{index}") for index, one in enumerate(sites)]
    _store_sites(uow, stored)
    # By the thousand only those whose place nobody knows at all.
    _look_up(uow, [one for one in stored if one.places.zone_id is None])


def edit_customer(
    uow: UnitOfWork,
    *,
    customer_id: UUID,
    name: str,
    phone: str | None,
    vip: bool,
    zone_id: UUID | None,
    email: str | None = None,
) -> None:
    """Correct a customer; another zone, or none, changes who sees them.

    Raises:
        NotFound (customers.unknown); Forbidden (forbidden): for lack of a role at the old place or the new one;
        Invalid (customers.zone_unknown, invalid), with the path.
    """
    before = _locked(uow, Customer, customer_id)
    if before is None:
        raise errors.UNKNOWN()
    places = _places(uow, before.region_id, zone_id)
    check_desk(uow, [before, places])
    new = tidy_customer(NewCustomer(customer_id, places, name, phone, vip, email))
    values = {"id": customer_id, "name": new.name, "phone": new.phone, "email": new.email, "vip": vip}
    stored = {**seal_row(uow.sealer, Customer, values), **_columns(places)}
    uow.session.execute(update(Customer).where(Customer.id == customer_id).values(stored))
    uow.publish(CustomerChanged(customer_id, before.region_id))


def edit_site(
    uow: UnitOfWork,
    *,
    site_id: UUID,
    address: str,
    zone_id: UUID | None,
    lat: float | None,
    lon: float | None,
    coordinate_system: CoordinateSystem | None = None,
) -> None:
    """Correct a site; another zone, or none, changes who sees it.

    Without a coordinate system the position is the one that is known, in WGS 84 degrees; how it was declared stays.

    Raises:
        NotFound (customers.site_unknown); Forbidden (forbidden): for lack of a role at the old place or the new one;
        Invalid (customers.zone_unknown, customers.position_wrong, invalid), with the path.
    """
    before = _locked(uow, Site, site_id)
    if before is None:
        raise errors.SITE_UNKNOWN()
    places = _places(uow, before.region_id, zone_id)
    check_desk(uow, [before, places])
    new = tidy_site(NewSite(site_id, site_id, places, address, lat, lon, coordinate_system or CoordinateSystem.WGS84))
    known = uow.session.execute(select(Site.address, Site.lat, Site.match_quality).where(Site.id == site_id)).one()
    if coordinate_system is None and known.match_quality is not None and known.address != new.address:
        new = replace(new, lat=None, lon=None)  # it was the position of another address
    values = {"address": new.address, "lat": new.lat, "lon": new.lon, **_columns(places)}
    if coordinate_system is not None:
        values["coordinate_system"] = coordinate_system.value
    if coordinate_system is not None or known.address != new.address:
        values |= {"match_quality": None, "match_provider": None, "matched_at": None}
    if new.lat is None and (known.lat is not None or known.address != new.address):
        _look_up(uow, [replace(new, places=places)])
    uow.session.execute(update(Site).where(Site.id == site_id).values(values))
    uow.publish(SiteChanged(site_id, before.region_id))


def _places(uow: UnitOfWork, region_id: UUID, zone_id: UUID | None) -> Places:
    if zone_id is None:
        return Places(region_id)
    places = territory.places_of_zones(uow, [zone_id]).get(zone_id)
    if places is None or places.region_id != region_id:
        raise errors.ZONE_UNKNOWN(path="/zone_id")
    return places


def check_desk(uow: UnitOfWork, places: Iterable[Places]) -> None:
    """Check that the actor looks after customers at all of these places. Raises Forbidden (forbidden)."""
    for one in places:
        held = uow.actor.roles_over(one.region_id, one.station_id, one.group_id, one.zone_id)
        if held.isdisjoint(DESK):
            raise FORBIDDEN()


def _locked(uow: UnitOfWork, model: type[Customer] | type[Site], key: UUID) -> Places | None:
    """Lock a customer or site in scope, and return its places."""
    columns = (model.region_id, model.station_id, model.group_id, model.zone_id)
    row = uow.session.execute(
        select(*columns).where(model.id == key, in_scope(uow, model)).with_for_update()
    ).one_or_none()
    return None if row is None else Places(*row)


def _regions_of(uow: UnitOfWork, customer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the regions of those of these customers that are in scope."""
    mine = select(Customer.id, Customer.region_id).where(Customer.id.in_(customer_ids), in_scope(uow, Customer))
    return {row.id: row.region_id for row in uow.session.execute(mine)}


def _store_customers(uow: UnitOfWork, customers: Iterable[NewCustomer]) -> list[Any]:
    rows = [
        {
            "id": one.id,
            **_columns(one.places),
            "name": one.name,
            "phone": one.phone,
            "email": one.email,
            "vip": one.vip,
            "created_at": uow.now,
        }
        for one in customers
    ]
    stored = seal_rows(uow.sealer, Customer, rows)
    return insert_rows(uow.session, Customer, stored, on_conflict="(id) DO NOTHING", returning=["id"])


def _store_sites(uow: UnitOfWork, sites: Iterable[NewSite]) -> list[Any]:
    rows = [
        {
            "id": one.id,
            **_columns(one.places),
            "customer_id": one.customer_id,
            "address": one.address,
            "lat": one.lat,
            "lon": one.lon,
            "coordinate_system": one.coordinate_system.value,
            "created_at": uow.now,
        }
        for one in sites
    ]
    return insert_rows(uow.session, Site, rows, on_conflict="(id) DO NOTHING", returning=["id"])


def _look_up(uow: UnitOfWork, sites: Iterable[NewSite]) -> None:
    """Have the addresses looked up of sites without a position."""
    subjects = tuple(
        Subject(SubjectKind.SITE, one.id, one.places.region_id, one.address) for one in sites if one.lat is None
    )
    if subjects:
        uow.publish(AddressesToLookUp(subjects))


def _columns(places: Places) -> dict[str, UUID | None]:
    return {
        "region_id": places.region_id,
        "station_id": places.station_id,
        "group_id": places.group_id,
        "zone_id": places.zone_id,
    }
