"""Makes the order that follows one which could not be completed, or was not the end of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.texts import line
from dispatch.work_orders.creating import create_orders
from dispatch.work_orders.drafts import NewOrder
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.records import BookOrder
from dispatch.work_orders.rules import FollowUpClocks, OrderRules
from kernel import errors as kernel_errors
from kernel.unit_of_work import UnitOfWork

FOLLOW_UP = "created_order_id"
LONGEST_DESCRIPTION = 4000


def create_follow_up(uow: UnitOfWork, order: BookOrder, key: UUID, data: Mapping[str, Any], rules: OrderRules) -> None:
    """Create the order that follows: the same customer, site and first owner, counted as a repeat visit.

    Raises Invalid (work_order.work_type_unknown, invalid), with the path.
    """
    source = uow.session.execute(
        select(
            WorkOrder.work_type, WorkOrder.priority, WorkOrder.title, WorkOrder.received_at, WorkOrder.asset_id
        ).where(WorkOrder.id == order.id)
    ).one()
    description = str(data.get("description") or "")
    if len(description) > LONGEST_DESCRIPTION:
        raise kernel_errors.INVALID(f"must have at most {LONGEST_DESCRIPTION} characters", path="/data/description")
    draft = NewOrder(
        Places(order.region_id, order.station_id, order.group_id, order.zone_id),
        str(data.get("work_type") or source.work_type),
        Priority(source.priority),
        line(str(data["title"]), longest=200, path="/data/title") if data.get("title") else source.title,
        source.received_at if rules.follow_up_clocks is FollowUpClocks.INHERIT else uow.now,
        description=description or None,
        customer_id=order.customer_id,
        site_id=order.site_id,
        asset_id=source.asset_id,
        first_owner_id=order.first_owner_id,
        parent_id=order.id,
        id=key,
        repeat_visit=True,
    )
    create_orders(uow, [draft], path="/data")
