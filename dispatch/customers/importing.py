"""Brings customers with their sites in, in sets: ids follow from their references, so that nothing is doubled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from dispatch.customers.models import Customer, Site
from dispatch.customers.particulars import NewCustomer, NewSite
from dispatch.customers.queries import in_scope
from dispatch.customers.service import add_many
from kernel.database import one_of
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer as a line tells of them, perhaps with a site."""

    customer: NewCustomer
    site: NewSite | None = None


@dataclass(frozen=True, slots=True)
class CustomerCame:
    """What was made of a line: the customer, the site, both, or nothing, because it was there already."""

    customer: bool
    site: bool


def customer_id_of(region_id: UUID, source: str, reference: str) -> UUID:
    """Return the id of whoever has this reference in the system that a table comes from."""
    return derived_id("customer", str(region_id), source, reference)


def site_id_of(customer_id: UUID, address: str) -> UUID:
    """Return the id of a customer's site at an address, without regard to case and blanks."""
    return derived_id("site", str(customer_id), "".join(address.split()).casefold())


def import_customers(
    uow: UnitOfWork, lines: Sequence[CustomerLine], *, within: UUID | None = None
) -> list[CustomerCame | None]:
    """Add customers and sites that are not there yet, with a constant number of statements; what is there stays as it is.

    None for a line whose reference is that of a customer out of the actor's scope, or outside of the station `within`.

    Raises Forbidden (forbidden); Invalid (customers.position_wrong, customers.email_wrong, invalid).
    """
    customers = {one.customer.id: one.customer for one in reversed(lines)}
    sites = {one.site.id: one.site for one in reversed(lines) if one.site is not None}
    there = _there(uow, Customer, customers, within)
    there_sites = _there(uow, Site, sites, within)
    foreign = {key for key, mine in there.items() if not mine}
    new = [one for key, one in customers.items() if key not in there]
    new_sites = [one for key, one in sites.items() if key not in there_sites and one.customer_id not in foreign]
    if new or new_sites:
        add_many(uow, new, new_sites)
    fresh, fresh_sites = {one.id for one in new}, {one.id for one in new_sites}
    came: list[CustomerCame | None] = []
    for one in lines:
        if one.customer.id in foreign:
            came.append(None)
            continue
        site_id = None if one.site is None else one.site.id
        came.append(CustomerCame(one.customer.id in fresh, site_id in fresh_sites))
        # Several lines may tell of one: the first of them made it.
        fresh.discard(one.customer.id)
        if site_id is not None:
            fresh_sites.discard(site_id)
    return came


def _there(
    uow: UnitOfWork, model: type[Customer] | type[Site], ids: Collection[UUID], within: UUID | None
) -> dict[UUID, bool]:
    """Say which of these are there, and whether they are the actor's to see. One statement."""
    if not ids:
        return {}
    mine = in_scope(uow, model)
    if within is not None:
        mine = and_(mine, model.station_id == within)
    rows = uow.session.execute(select(model.id, mine.label("mine")).where(one_of(uow.session, model.id, ids)))
    return {row.id: bool(row.mine) for row in rows}


def mine_among(
    uow: UnitOfWork, customer_ids: Collection[UUID], site_ids: Collection[UUID], *, within: UUID | None = None
) -> set[UUID]:
    """Return those of these customers and sites that the actor may see, perhaps only in one station. Two statements."""
    found = {**_there(uow, Customer, customer_ids, within), **_there(uow, Site, site_ids, within)}
    return {key for key, mine in found.items() if mine}
