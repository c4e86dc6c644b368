"""The customers that something reaches: those of zones, of sites within a box, or of named sites."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Select, String, Uuid, cast, false, func, null, select, union_all

from dispatch.customers.models import Customer, Site
from dispatch.customers.queries import in_scope
from dispatch.territory.places import Places
from kernel.database import Page, one_of, read_page
from kernel.unit_of_work import Reading

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A customer at one of their sites; `site_id` is the customer's own id where they have none."""

    customer_id: UUID
    site_id: UUID
    name: str
    phone: str | None
    address: str | None
    lat: float | None
    lon: float | None
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None

    @property
    def places(self) -> Places:
        """Where the site lies, or the customer belongs."""
        return Places(self.region_id, self.station_id, self.group_id, self.zone_id)


def page_of_reached(
    reading: Reading,
    *,
    region_id: UUID,
    limit: int,
    after: Sequence[Any] | None = None,
    zone_ids: Collection[UUID] = (),
    box: Box | None = None,
    site_ids: Collection[UUID] = (),
) -> Page[Reached]:
    """Return one page of the sites in scope that lie in these zones, or in a box, or are these; with their customers.

    Of the customers of the zones also those without any site. The key is (customer_id, site_id): the sites of one customer
    follow each other. One statement.
    """
    places = (Site.region_id, Site.station_id, Site.group_id, Site.zone_id)
    columns = (
        Site.customer_id,
        Site.id.label("site_id"),
        Customer.name,
        Customer.phone,
        Site.address,
        Site.lat,
        Site.lon,
    )
    at_sites = (
        select(*columns, *places)
        .join(Customer, Customer.id == Site.customer_id)
        .where(Site.region_id == region_id, in_scope(reading, Site), _wanted(reading, zone_ids, box, site_ids))
    )
    found = (union_all(at_sites, _without_site(reading, zone_ids)) if zone_ids else at_sites).subquery()
    page = read_page(
        reading.session,
        select(*found.c),
        key=(found.c.customer_id, found.c.site_id),
        limit=limit,
        after=after,
        descending=False,
    )
    return Page(tuple(_reached(row) for row in page.items), page.after)


def _wanted(
    reading: Reading, zone_ids: Collection[UUID], box: Box | None, site_ids: Collection[UUID]
) -> ColumnElement[bool]:
    if box is not None:
        west, south, east, north = box
        return Site.lat.between(south, north) & Site.lon.between(west, east)
    if zone_ids:
        return one_of(reading.session, Site.zone_id, zone_ids)
    return one_of(reading.session, Site.id, site_ids) if site_ids else false()


def _without_site(reading: Reading, zone_ids: Collection[UUID]) -> Select[Any]:
    nowhere = (
        cast(null(), String).label("address"),
        cast(null(), Float).label("lat"),
        cast(null(), Float).label("lon"),
    )
    places = (Customer.region_id, Customer.station_id, Customer.group_id, Customer.zone_id)
    return select(
        Customer.id.label("customer_id"),
        cast(Customer.id, Uuid()).label("site_id"),
        Customer.name,
        Customer.phone,
        *nowhere,
        *places,
    ).where(
        one_of(reading.session, Customer.zone_id, zone_ids),
        in_scope(reading, Customer),
        ~select(Site.id).where(Site.customer_id == Customer.id).exists(),
    )


def count_unplaced(reading: Reading, zone_ids: Collection[UUID]) -> int:
    """Return how many sites in scope lie in these zones and have no position. One statement."""
    statement = select(func.count()).where(
        one_of(reading.session, Site.zone_id, zone_ids), Site.lat.is_(None), in_scope(reading, Site)
    )
    return reading.session.scalar(statement) or 0


def _reached(values: Sequence[Any]) -> Reached:
    return Reached(*values)
