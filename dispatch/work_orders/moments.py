"""When commands of orders took effect, by the clock of who recorded them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Session

from dispatch.work_orders.models import TimelineEntry
from kernel.by_ids import ByIds

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


@lru_cache(maxsize=16)
def _of_kinds(count: int) -> ByIds:
    """Write the statement for so many kinds."""
    names = ("id", "work_order_id", "kind", "effective_at", "occurred_at", "flags")
    statement = select(*(getattr(TimelineEntry, name) for name in names))
    wanted = [bindparam(f"kind_{n}", type_=String()) for n in range(count)]
    return ByIds(statement.where(TimelineEntry.kind.in_(wanted)), TimelineEntry.work_order_id)


def recorded(session: Session, order_ids: Collection[UUID], kinds: Collection[str]) -> list[Recorded]:
    """Return the commands of these kinds, such as `work_order.arrive`, that took effect on these orders. One statement.

    For orders that are in scope already: it does not ask.
    """
    rows = _of_kinds(len(kinds)).rows(session, order_ids, **{f"kind_{n}": kind for n, kind in enumerate(kinds)})
    return [
        Recorded(row.id, row.work_order_id, row.kind, row.effective_at, row.occurred_at or row.effective_at)
        for row in rows
        if WITHOUT_EFFECT.isdisjoint(row.flags)
    ]
