"""Takes orders that are over off the phones that hold them: which are due, and what leaves with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dispatch.work_orders.announcing import ORDERS, SITES
from dispatch.work_orders.crew_keeping import load_crews
from dispatch.work_orders.events import Holding, OrdersArchived
from dispatch.work_orders.models import WorkOrder
from kernel.bulk import update_rows
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork

ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Leaving:
    """An order that is to leave the phones: where it lies, and whose phones it is on."""

    id: UUID
    region_id: UUID
    site_id: UUID | None
    holders: tuple[UUID, ...]


def due_to_leave(uow: UnitOfWork, *, limit: int) -> list[Leaving]:
    """Lock orders whose time to leave has come, the longest first; what another has in hand is left to it. Two statements."""
    rows = uow.session.execute(
        select(WorkOrder.id, WorkOrder.region_id, WorkOrder.site_id, WorkOrder.assignee_id)
        .where(WorkOrder.archives_at <= uow.now)
        .order_by(WorkOrder.archives_at, WorkOrder.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    crews, _ = load_crews(uow, [row.id for row in rows])
    return [
        Leaving(
            row.id,
            row.region_id,
            row.site_id,
            (*(() if row.assignee_id is None else (row.assignee_id,)), *crews.members(row.id)),
        )
        for row in rows
    ]


def archive(uow: UnitOfWork, orders: Sequence[Leaving]) -> None:
    """Take orders that are locked off the phones of all who hold them. One statement, and those of who acts on it.

    A site goes unless its reader holds another order there: that is asked when the feed is read.
    """
    if not orders:
        return
    gone = [{"id": one.id, "archives_at": None, "archived_at": uow.now} for one in orders]
    update_rows(uow.session, WorkOrder, gone, key=["id"])
    changes = []
    for one in orders:
        for user_id in one.holders:
            scope = scope_of("user", user_id)
            changes.append(Change(one.region_id, scope, ORDERS, str(one.id), "del", ARCHIVED))
            if one.site_id is not None:
                changes.append(Change(one.region_id, scope, SITES, str(one.site_id), reason=ARCHIVED))
    uow.announce(changes)
    holdings = tuple(Holding(one.id, one.region_id, user_id) for one in orders for user_id in one.holders)
    uow.publish(OrdersArchived(tuple(one.id for one in orders), holdings))


def keep_until(uow: UnitOfWork, order_ids: Collection[UUID], until: datetime) -> None:
    """Look again at these orders, which are locked, at that time. One statement."""
    update_rows(uow.session, WorkOrder, [{"id": key, "archives_at": until} for key in sorted(order_ids)], key=["id"])
