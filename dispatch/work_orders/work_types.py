"""Which kinds of work a region has."""

from uuid import UUID

from sqlalchemy import select

from dispatch.work_orders.models import WorkType
from kernel.unit_of_work import Reading


def codes_of(reading: Reading, region_id: UUID) -> frozenset[str]:
    """Return the codes of a region's work types, for a region that the caller knows from something in scope. One statement."""
    return frozenset(reading.session.scalars(select(WorkType.code).where(WorkType.region_id == region_id)))
