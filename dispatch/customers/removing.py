"""Removes customers and sites that an import made and that nothing refers to."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select

from dispatch.customers.models import Customer, Site
from dispatch.customers.queries import in_scope
from dispatch.customers.service import check_desk
from dispatch.territory.places import Places
from kernel.database import one_of
from kernel.unit_of_work import Reading, UnitOfWork


def removable(
    reading: Reading, customer_ids: Collection[UUID], site_ids: Collection[UUID]
) -> tuple[set[UUID], set[UUID]]:
    """Return those of these customers and sites that are there in the actor's scope, and on which no other of ours is built.

    A customer with another site stays. Two statements.
    """
    sites = set(
        reading.session.scalars(
            select(Site.id).where(one_of(reading.session, Site.id, site_ids), in_scope(reading, Site))
        )
    )
    with_others = select(Site.customer_id).where(~one_of(reading.session, Site.id, sites))
    customers = reading.session.scalars(
        select(Customer.id).where(
            one_of(reading.session, Customer.id, customer_ids),
            in_scope(reading, Customer),
            Customer.id.not_in(with_others.where(one_of(reading.session, Site.customer_id, customer_ids))),
        )
    )
    return set(customers), sites


def remove(uow: UnitOfWork, customer_ids: Collection[UUID], site_ids: Collection[UUID]) -> None:
    """Delete sites, and then customers.

    Raises Forbidden (forbidden); SQLAlchemy's IntegrityError where something refers to one of them after all.
    """
    for model, ids in ((Site, site_ids), (Customer, customer_ids)):
        where = one_of(uow.session, model.id, ids)
        columns = (model.region_id, model.station_id, model.group_id, model.zone_id)
        check_desk(uow, {Places(*row) for row in uow.session.execute(select(*columns).where(where).distinct())})
        uow.session.execute(delete(model).where(where).execution_options(synchronize_session=False))


def named_in(reading: Reading, model: Any, customer_ids: Collection[UUID], site_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these customers and sites that rows of a table name in `customer_id` and `site_id`. One statement."""
    rows = reading.session.execute(
        select(model.customer_id, model.site_id)
        .where(
            or_(
                one_of(reading.session, model.customer_id, customer_ids),
                one_of(reading.session, model.site_id, site_ids),
            )
        )
        .distinct()
    )
    return {key for row in rows for key in row if key is not None}
