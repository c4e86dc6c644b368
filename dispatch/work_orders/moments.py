"""When commands of orders took effect, by the clock of who recorded them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.work_orders.models import TimelineEntry

WITHOUT_EFFECT = frozenset({"late", "not_applied"})
"""Flags of commands that were kept as evidence only."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A command that took effect: its corrected time, and the time that its phone showed (a desk's are the same)."""

    id: UUID
    order_id: UUID
    kind: str
    effective_at: datetime
    shown_at: datetime


def recorded(session: Session, order_ids: Collection[UUID], kinds: Collection[str]) -> list[Recorded]:
    """Return the commands of these kinds, such as `work_order.arrive`, that took effect on these orders. One statement.

    For orders that are in scope already: it does not ask.
    """
    columns = (TimelineEntry.id, TimelineEntry.work_order_id, TimelineEntry.kind, TimelineEntry.effective_at)
    rows = session.execute(
        select(*columns, TimelineEntry.occurred_at, TimelineEntry.flags).where(
            TimelineEntry.work_order_id.in_(order_ids), TimelineEntry.kind.in_(kinds)
        )
    )
    return [
        Recorded(row.id, row.work_order_id, row.kind, row.effective_at, row.occurred_at or row.effective_at)
        for row in rows
        if WITHOUT_EFFECT.isdisjoint(row.flags)
    ]
