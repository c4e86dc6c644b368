"""Which orders belong together: an order, what it followed up, and what followed it up."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.models import WorkOrder
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Member:
    """An order of a family, its state, and whether its work was completed."""

    id: UUID
    status: Status
    completed: bool


def with_ancestors(reading: Reading, order_ids: Collection[UUID]) -> set[UUID]:
    """Return these orders and all that they followed up, without a scope of its own. One statement."""
    line = select(WorkOrder.id, WorkOrder.parent_id).where(WorkOrder.id.in_(sorted(order_ids))).cte(recursive=True)
    # UNION, not UNION ALL: it ends, whatever the rows say.
    line = line.union(select(WorkOrder.id, WorkOrder.parent_id).join(line, WorkOrder.id == line.c.parent_id))
    return set(reading.session.scalars(select(line.c.id)))


def with_descendants(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, list[Member]]:
    """Return each of these orders with all that followed it up, without a scope of its own. One statement."""
    columns = (WorkOrder.status, WorkOrder.completed_at)
    line = (
        select(WorkOrder.id.label("root"), WorkOrder.id, *columns)
        .where(WorkOrder.id.in_(sorted(order_ids)))
        .cte(recursive=True)
    )
    line = line.union(select(line.c.root, WorkOrder.id, *columns).join(line, WorkOrder.parent_id == line.c.id))
    found: dict[UUID, list[Member]] = {}
    for row in reading.session.execute(select(line)):
        member = Member(row.id, Status(row.status), row.completed_at is not None)
        found.setdefault(row.root, []).append(member)
    return found
