"""Which customers, sites, assets and people orders hold, and which orders there are: what an import looks for."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from dispatch.customers.removing import named_in
from dispatch.work_orders.models import WorkOrder, WorkOrderAssignment
from kernel.database import one_of
from kernel.unit_of_work import Reading


def held(reading: Reading, customer_ids: Collection[UUID], site_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these customers and sites that orders name."""
    return named_in(reading, WorkOrder, customer_ids, site_ids)


def held_assets(reading: Reading, asset_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these assets that orders name. One statement."""
    where = one_of(reading.session, WorkOrder.asset_id, asset_ids)
    return {key for key in reading.session.scalars(select(WorkOrder.asset_id).where(where)) if key is not None}


def held_people(reading: Reading, user_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these people who were ever given an order. One statement."""
    where = one_of(reading.session, WorkOrderAssignment.user_id, user_ids)
    return set(reading.session.scalars(select(WorkOrderAssignment.user_id).where(where).distinct()))


def stations_of_orders(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return the stations of those of these orders that are there, whoever asks. One statement."""
    where = one_of(reading.session, WorkOrder.id, order_ids)
    return {
        row.id: row.station_id
        for row in reading.session.execute(select(WorkOrder.id, WorkOrder.station_id).where(where))
    }
