"""What can be asked about customers and sites, within the caller's scope."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.customers import errors
from dispatch.customers.models import Customer, Site
from dispatch.masking import masked
from kernel.by_ids import ByIds
from kernel.database import Page, count_rows, first_of_each, one_of, read_page
from kernel.ordering import Sorts
from kernel.sealed_columns import found_by, open_row
from kernel.unit_of_work import Reading

_NUMBER = re.compile(r"[\d\s+()./-]*\d[\d\s+()./-]*")
SHORTEST_NUMBER = 8
"""So many signs make a telephone number, and no name."""
MOST_SITES = 200
"""Sites that a customer's detail shows; all of them can be listed."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as lists show them."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    name: str
    phone: str | None
    email: str | None
    vip: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A place where a customer is served. `lat` and `lon` are WGS 84 degrees; `match_quality` tells of a looked-up address."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    customer_id: UUID
    address: str
    lat: float | None
    lon: float | None
    coordinate_system: str
    match_quality: str | None
    match_provider: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerDetail(CustomerRow):
    """A customer with the sites that are in the caller's scope, the newest first, at most `MOST_SITES`."""

    sites: tuple[SiteRow, ...]


_CUSTOMER = tuple(getattr(Customer, name) for name in CustomerRow.__dataclass_fields__)
_SITE = tuple(getattr(Site, name) for name in SiteRow.__dataclass_fields__)


def in_scope(reading: Reading, model: type[Customer] | type[Site]) -> ColumnElement[bool]:
    """Return the condition that lets through the customers, or sites, of the caller's places."""
    return reading.actor.scope.sees(
        region=model.region_id, station=model.station_id, group=model.group_id, zone=model.zone_id
    )


CUSTOMER_SORTS = Sorts(Customer.id, by={"name": Customer.name, "created_at": Customer.created_at})
SITE_SORTS = Sorts(Site.id, by={"address": Site.address, "created_at": Site.created_at})


def page_of_customers(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    zone_id: UUID | None = None,
    vip: bool | None = None,
    q: str | None = None,
) -> Page[CustomerRow]:
    """Return one page of customers, the newest first unless it is sorted otherwise.

    `q` begins the name, or is the telephone number however it is written, or its last four digits. How they are reached is
    masked: the whole of it is in the one customer (`customer`), who is looked at one by one.
    """
    statement = select(*_CUSTOMER).where(*_wanted(reading, (region_id, station_id, group_id, zone_id), vip))
    sought = _sought(reading, q) if q else None
    key = CUSTOMER_SORTS.order(sort)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, any_of=sought)
    return Page(tuple(_listed(reading, row) for row in page.items), page.after)


def count_of_customers(
    reading: Reading,
    *,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    zone_id: UUID | None = None,
    vip: bool | None = None,
    q: str | None = None,
) -> int:
    """Return how many customers all pages of `page_of_customers` hold."""
    conditions = _wanted(reading, (region_id, station_id, group_id, zone_id), vip)
    if q:
        conditions.append(or_(*_sought(reading, q)))
    return count_rows(reading.session, select(Customer.id).where(*conditions), key=(Customer.id,))


def _wanted(reading: Reading, place_ids: Sequence[UUID | None], vip: bool | None) -> list[ColumnElement[bool]]:
    conditions = _in_places(reading, Customer, *place_ids)
    if vip is not None:
        conditions.append(Customer.vip.is_(vip))
    return conditions


def _sought(reading: Reading, q: str) -> list[ColumnElement[bool]]:
    """Return the conditions, each with an index of its own, of which a customer who is sought meets one."""
    sought: list[ColumnElement[bool]] = []
    if _NUMBER.fullmatch(q):
        sought.append(found_by(reading.sealer, Customer.phone, q))
    if not sought or len(q) < SHORTEST_NUMBER:  # nobody is called by that many digits
        sought.append(Customer.name.istartswith(q, autoescape=True))
    if re.fullmatch(r"\d{4}", q):
        sought.append(found_by(reading.sealer, Customer.phone, q, by="phone_end_index"))
    return sought


def _shown(reading: Reading, row: Any) -> CustomerRow:
    return CustomerRow(**open_row(reading.sealer, Customer, row._mapping))


def _listed(reading: Reading, row: Any) -> CustomerRow:
    return CustomerRow(**masked(open_row(reading.sealer, Customer, row._mapping)))


def customer(reading: Reading, customer_id: UUID) -> CustomerDetail:
    """Return a customer with their sites. Raises NotFound (customers.unknown) when they are not in the caller's scope."""
    row: Any = reading.session.execute(
        select(*_CUSTOMER).where(Customer.id == customer_id, in_scope(reading, Customer))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    sites = page_of_sites(reading, customer_id=customer_id, limit=MOST_SITES)
    return CustomerDetail(**open_row(reading.sealer, Customer, row._mapping), sites=sites.items)


def page_of_sites(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    customer_id: UUID | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    zone_id: UUID | None = None,
) -> Page[SiteRow]:
    """Return one page of sites, the newest first unless it is sorted otherwise."""
    conditions = _in_places(reading, Site, region_id, station_id, group_id, zone_id)
    if customer_id is not None:
        conditions.append(Site.customer_id == customer_id)
    statement = select(*_SITE).where(*conditions)
    page: Page[Any] = read_page(reading.session, statement, key=SITE_SORTS.order(sort), limit=limit, after=after)
    return Page(tuple(SiteRow(*row) for row in page.items), page.after)


def site(reading: Reading, site_id: UUID) -> SiteRow:
    """Return a site. Raises NotFound (customers.site_unknown) when it is not in the caller's scope."""
    row: Any = reading.session.execute(select(*_SITE).where(Site.id == site_id, in_scope(reading, Site))).one_or_none()
    if row is None:
        raise errors.SITE_UNKNOWN()
    return SiteRow(*row)


def customers_by_email(reading: Reading, region_id: UUID, email: str) -> tuple[CustomerRow, ...]:
    """Return the customers in scope with an e-mail address (in small letters), two at most: one is a match, two are none."""
    rows = reading.session.execute(
        select(*_CUSTOMER)
        .where(
            Customer.region_id == region_id,
            found_by(reading.sealer, Customer.email, email),
            in_scope(reading, Customer),
        )
        .order_by(Customer.id)
        .limit(2)
    )
    return tuple(_shown(reading, row) for row in rows)


def sites_in_scope(reading: Reading, site_ids: Collection[UUID]) -> dict[UUID, SiteRow]:
    """Return those of these sites that are in the caller's scope. One statement."""
    if not site_ids:
        return {}
    rows = reading.session.execute(
        select(*_SITE).where(one_of(reading.session, Site.id, set(site_ids)), in_scope(reading, Site))
    )
    return {row.id: SiteRow(*row) for row in rows}


def customers_in_scope(reading: Reading, customer_ids: Collection[UUID]) -> dict[UUID, CustomerRow]:
    """Return those of these customers in the caller's scope, as lists show them. One statement, none without customers."""
    if not customer_ids:
        return {}
    statement = select(*_CUSTOMER).where(Customer.id.in_(set(customer_ids)), in_scope(reading, Customer))
    return {row.id: _listed(reading, row) for row in reading.session.execute(statement)}


def sites_of_customers(
    reading: Reading, customer_ids: Collection[UUID], *, most: int
) -> dict[UUID, tuple[SiteRow, ...]]:
    """Return the sites in scope of each of these customers, the newest first, so many of each. One statement."""
    statement = select(*_SITE).where(Site.customer_id.in_(set(customer_ids)), in_scope(reading, Site))
    rows = reading.session.execute(first_of_each(statement, Site.customer_id, Site.id.desc(), most=most))
    found: dict[UUID, tuple[SiteRow, ...]] = {}
    for row in rows:
        found[row.customer_id] = (*found.get(row.customer_id, ()), SiteRow(*row))
    return found


def _in_places(
    reading: Reading, model: type[Customer] | type[Site], *place_ids: UUID | None
) -> list[ColumnElement[bool]]:
    columns = (model.region_id, model.station_id, model.group_id, model.zone_id)
    wanted = [column == place for column, place in zip(columns, place_ids, strict=True) if place is not None]
    return [in_scope(reading, model), *wanted]


def contacts_of(reading: Reading, customer_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return how to call and reach customers, by id, without a scope of its own: for orders that are in scope already."""
    rows = _CONTACTS.rows(reading.session, set(customer_ids))
    return {row.id: open_row(reading.sealer, Customer, row._asdict()) for row in rows}


_CONTACTS = ByIds(select(Customer.id, Customer.name, Customer.phone, Customer.vip), Customer.id)


def sites_of(reading: Reading, site_ids: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """Return the documents of sites, as phones get them, without a scope of its own: for orders that are in scope already."""
    columns = (Site.id, Site.customer_id, Site.zone_id, Site.address, Site.lat, Site.lon)
    rows = reading.session.execute(select(*columns).where(Site.id.in_(set(site_ids))))
    return {str(row.id): dict(row._mapping) for row in rows}
