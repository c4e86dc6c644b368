"""Conflicts: what a person must decide, by when, and the record that it was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from dispatch.work_orders.book import OrderBook
from kernel.bulk import insert_rows
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork
from sync.reconcile.models import Conflict, ConflictKind

DECIDE_WITHIN = timedelta(days=2)
"""How long a conflict may stay undecided: product.md has progress told to the customer every two days."""


@dataclass(frozen=True, slots=True)
class NewConflict:
    """Something that does not fit: about which order, caused by which op of whom, and what is known about it."""

    work_order_id: UUID
    op_id: UUID
    user_id: UUID
    kind: ConflictKind
    code: str
    detail: Mapping[str, Any]


def store(uow: UnitOfWork, book: OrderBook, conflicts: Sequence[NewConflict]) -> None:
    """Store conflicts with one statement, where those who dispatch the order see them, and tell the person whose op it was."""
    rows: list[dict[str, Any]] = []
    for one in conflicts:
        order = book.orders[one.work_order_id]
        rows.append(
            {
                "id": uow.new_id(),
                "region_id": order.region_id,
                "station_id": order.station_id,
                "group_id": order.group_id,
                "zone_id": order.zone_id,
                "work_order_id": order.id,
                "op_id": one.op_id,
                "user_id": one.user_id,
                "kind": one.kind.value,
                "code": one.code,
                "detail": dict(one.detail),
                "deadline_at": uow.now + DECIDE_WITHIN,
                "created_at": uow.now,
            }
        )
    insert_rows(uow.session, Conflict, rows)
    uow.announce(
        Change(row["region_id"], scope_of("user", row["user_id"]), "conflicts", str(row["id"])) for row in rows
    )
