"""What a draft must have before it is submitted, and whether an open order is about the same already."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.work_orders import errors
from dispatch.work_orders.lifecycle import DONE, Status
from dispatch.work_orders.models import WorkOrder, WorkType
from dispatch.work_orders.queries import in_scope
from dispatch.work_orders.records import BookOrder
from dispatch.work_orders.rules import OrderRules
from kernel.errors import FieldProblem
from kernel.unit_of_work import UnitOfWork

NEEDS = {"zone_id": "the zone", "customer_id": "the contact", "site_id": "the address"}
ANOTHER = "another"
"""The member of a command's data by which somebody says that the order is another one, though it looks the same."""


def check_draft(uow: UnitOfWork, order: BookOrder, rules: OrderRules, data: Mapping[str, Any]) -> None:
    """Refuse a draft that lacks something, or repeats an open order. Two statements.

    Raises:
        Invalid (work_order.incomplete), with the path of each thing that is missing.
        Conflict (work_order.duplicate): with the ids of the open orders in `duplicates`.
    """
    if order.status is not Status.DRAFT:
        return
    missing = [name for name in rules.submit_needs if getattr(order, name) is None]
    problems = [
        FieldProblem(f"/{name}", errors.SUBMIT_INCOMPLETE.code, f"{NEEDS[name]} is missing") for name in missing
    ]
    known = select(WorkType.code).where(WorkType.region_id == order.region_id, WorkType.code == order.work_type)
    if uow.session.scalar(known) is None:
        problems.append(FieldProblem("/work_type", errors.WORK_TYPE_UNKNOWN.code, "there is no such work type"))
    if problems:
        raise errors.SUBMIT_INCOMPLETE(fields=tuple(problems))
    if data.get(ANOTHER) is not True:
        _check_duplicates(uow, order, rules)


def _check_duplicates(uow: UnitOfWork, order: BookOrder, rules: OrderRules) -> None:
    alike = [
        column == value
        for column, value in ((WorkOrder.site_id, order.site_id), (WorkOrder.customer_id, order.customer_id))
        if value is not None
    ]
    if not alike or rules.duplicate_hours == 0:
        return
    window = timedelta(hours=rules.duplicate_hours)
    received_at = order.received_at or uow.now
    found: list[UUID] = list(
        uow.session.scalars(
            select(WorkOrder.id)
            .where(
                or_(*alike),
                WorkOrder.id != order.id,
                WorkOrder.work_type == order.work_type,
                WorkOrder.status.not_in(sorted({*DONE, Status.DRAFT})),
                WorkOrder.received_at.between(received_at - window, received_at + window),
                in_scope(uow),
            )
            .order_by(WorkOrder.received_at, WorkOrder.id)
            .limit(10)
        )
    )
    if found:
        raise errors.DUPLICATE(
            "say `another` if it is another one", path=f"/data/{ANOTHER}", duplicates=[str(one) for one in found]
        )
