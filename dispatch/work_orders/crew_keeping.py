"""Reads crews into the book of their orders, and writes what changed in them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select

from dispatch.work_orders.crew import CrewRole, Crews, Stint
from dispatch.work_orders.models import WorkOrderCrew
from dispatch.work_orders.rows import STINT, parted_row, stint_row
from kernel.bulk import insert_rows, update_rows
from kernel.by_ids import ByIds
from kernel.unit_of_work import Reading, UnitOfWork

_ROWS = select(*(getattr(WorkOrderCrew, name) for name in STINT)).order_by(WorkOrderCrew.joined_at, WorkOrderCrew.id)
_EVER = ByIds(_ROWS, WorkOrderCrew.work_order_id)
_NOW = ByIds(_ROWS.where(WorkOrderCrew.left_at.is_(None)), WorkOrderCrew.work_order_id)


def load_crews(
    reading: Reading, order_ids: Collection[UUID], *, history: bool = False
) -> tuple[Crews, dict[UUID, set[UUID]]]:
    """Return the crews of these orders, and with `history` everybody who ever was in each. One statement.

    The caller has locked the orders, or only looks.
    """
    crews, ever = Crews(), dict[UUID, set[UUID]]()
    if not order_ids:
        return crews, ever
    reading.session.flush()
    for row in (_EVER if history else _NOW).rows(reading.session, order_ids):
        ever.setdefault(row.work_order_id, set()).add(row.user_id)
        if row.left_at is None:
            stint = Stint(**{**row._asdict(), "role": CrewRole(row.role)}, fresh=False)
            crews.present.setdefault(stint.work_order_id, {})[stint.user_id] = stint
    return crews, ever


def write_crews(uow: UnitOfWork, crews: Crews) -> None:
    """Write who came and who went. Two statements at most."""
    changed = crews.changed.values()
    update_rows(uow.session, WorkOrderCrew, [parted_row(one) for one in changed if not one.fresh], key=["id"])
    insert_rows(uow.session, WorkOrderCrew, [stint_row(one) for one in changed if one.fresh])


def orders_with(user_id: UUID) -> Select[UUID]:
    """Return the statement for the orders in whose crew somebody is, for a condition; the lead's own are not among them."""
    return select(WorkOrderCrew.work_order_id).where(WorkOrderCrew.user_id == user_id, WorkOrderCrew.left_at.is_(None))
