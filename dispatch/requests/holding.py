"""Which customers, sites, assets and orders requests hold: these cannot go."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from dispatch.customers.removing import named_in
from dispatch.requests.models import ServiceRequest
from kernel.database import one_of
from kernel.unit_of_work import Reading


def held(reading: Reading, customer_ids: Collection[UUID], site_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these customers and sites that requests name."""
    return named_in(reading, ServiceRequest, customer_ids, site_ids)


def held_assets(reading: Reading, asset_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these assets that requests name. One statement."""
    where = one_of(reading.session, ServiceRequest.asset_id, asset_ids)
    return {key for key in reading.session.scalars(select(ServiceRequest.asset_id).where(where)) if key is not None}


def held_orders(reading: Reading, order_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these orders that requests have. One statement."""
    where = one_of(reading.session, ServiceRequest.work_order_id, order_ids)
    return {
        key for key in reading.session.scalars(select(ServiceRequest.work_order_id).where(where)) if key is not None
    }
