"""The customers that something reaches: those of zones, of sites within a box, or of named sites."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, null, or_, select, tuple_

from dispatch.customers.models import Customer, Site
from dispatch.customers.queries import in_scope
from dispatch.territory.places import Places
from kernel.database import Page, one_of
from kernel.sealed_columns import finds_nothing, open_row
from kernel.unit_of_work import Reading

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A customer at one of their sites; `site_id` is the customer's own id where they have none.

    `place_id` is the zone by which they were found, or the region where it was by a box or by name.
    """

    place_id: UUID
    site_id: UUID
    customer_id: UUID
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

    Of the customers of the zones also those without any site. The key is (place_id, site_id), along the indexes of zones and
    regions: all pages together read what is there once. One statement, two for zones.
    """
    if not zone_ids:
        wanted = one_of(reading.session, Site.id, site_ids) if box is None else _inside(box)
        here = (Site.region_id == region_id, wanted, in_scope(reading, Site))
        return _page(_read(reading, _at_sites(Site.region_id).where(*here), _BY_REGION, limit, after), limit)
    at_sites = _at_sites(Site.zone_id).where(Site.zone_id.in_(sorted(zone_ids)), in_scope(reading, Site))
    found = _read(reading, at_sites, _BY_ZONE, limit, after)
    # Of the others only those that come before the end of this page: who has a site is looked at once, too.
    last = (found[limit].place_id, found[limit].site_id) if len(found) > limit else None
    found += _read(reading, _without_site(reading, zone_ids), _OF_CUSTOMER, limit, after, last)
    return _page(sorted(found, key=lambda one: (one.place_id, one.site_id)), limit)


_Key = tuple[Any, Any]
_BY_REGION: _Key = (Site.region_id, Site.id)
_BY_ZONE: _Key = (Site.zone_id, Site.id)
_OF_CUSTOMER: _Key = (Customer.zone_id, Customer.id)


def _page(found: Sequence[Reached], limit: int) -> Page[Reached]:
    after = (found[limit - 1].place_id, found[limit - 1].site_id) if len(found) > limit else None
    return Page(tuple(found[:limit]), after)


def _read(
    reading: Reading,
    statement: Select[Any],
    key: _Key,
    limit: int,
    after: Sequence[Any] | None,
    until: Sequence[Any] | None = None,
) -> list[Reached]:
    """Read what comes after one key and before another, one more than a page holds."""
    if after is not None:
        statement = statement.where(tuple_(*key) > _literal(key, after))
    if until is not None:
        statement = statement.where(tuple_(*key) < _literal(key, until))
    return [_reached(reading, row) for row in reading.session.execute(statement.order_by(*key).limit(limit + 1))]


def _literal(key: _Key, values: Sequence[Any]) -> Any:
    return tuple_(*(literal(value, column.type) for value, column in zip(values, key, strict=True)))


def _at_sites(place: Any) -> Select[Any]:
    columns = (Site.customer_id, Customer.name, Customer.phone, Site.address, Site.lat, Site.lon)
    places = (Site.region_id, Site.station_id, Site.group_id, Site.zone_id)
    return select(place.label("place_id"), Site.id.label("site_id"), *columns, *places).join(
        Customer, Customer.id == Site.customer_id
    )


def _without_site(reading: Reading, zone_ids: Collection[UUID]) -> Select[Any]:
    places: tuple[Any, ...] = (Customer.region_id, Customer.station_id, Customer.group_id, Customer.zone_id)
    nothing: tuple[Any, ...] = tuple(null().label(name) for name in ("address", "lat", "lon"))
    of_customer = (Customer.id.label("customer_id"), Customer.name, Customer.phone)
    return select(
        Customer.zone_id.label("place_id"), Customer.id.label("site_id"), *of_customer, *nothing, *places
    ).where(
        Customer.zone_id.in_(sorted(zone_ids)),
        in_scope(reading, Customer),
        ~select(Site.id).where(Site.customer_id == Customer.id).exists(),
    )


def _inside(box: Box) -> ColumnElement[bool]:
    west, south, east, north = box
    return Site.lat.between(south, north) & Site.lon.between(west, east)


def count_of_zones(reading: Reading, zone_ids: Collection[UUID]) -> tuple[int, int, int]:
    """Return how many customers and sites `page_of_reached` finds in zones, and how many customers have no telephone number.

    A customer without a site counts as one. Two statements.
    """
    without_digit = ~or_(*(Customer.phone.contains(digit) for digit in "0123456789"))
    # The last one for those from before texts were sealed.
    unreachable = or_(
        Customer.phone.is_(None),
        finds_nothing(reading.sealer, Customer.phone),
        Customer.phone_index.is_(None) & without_digit,
    )
    silent = case((unreachable, Customer.id), else_=None)
    customers, sites, no_phone = reading.session.execute(
        select(func.count(Customer.id.distinct()), func.count(), func.count(silent.distinct()))
        .select_from(Site)
        .join(Customer, Customer.id == Site.customer_id)
        .where(Site.zone_id.in_(sorted(zone_ids)), in_scope(reading, Site))
    ).one()
    others = _without_site(reading, zone_ids).subquery()
    more, silent_too = reading.session.execute(
        select(func.count(), func.count(silent)).select_from(others).join(Customer, Customer.id == others.c.customer_id)
    ).one()
    return customers + more, sites + more, no_phone + silent_too


def count_unplaced(reading: Reading, zone_ids: Collection[UUID]) -> int:
    """Return how many sites in scope lie in these zones and have no position. One statement."""
    statement = select(func.count()).where(
        Site.zone_id.in_(sorted(zone_ids)), Site.lat.is_(None), in_scope(reading, Site)
    )
    return reading.session.scalar(statement) or 0


def _reached(reading: Reading, row: Any) -> Reached:
    return Reached(**open_row(reading.sealer, Customer, row._mapping, key="customer_id"))
