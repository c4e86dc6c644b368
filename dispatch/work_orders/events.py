"""What happens to work orders, for the slices above to act on within the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.work_orders.lifecycle import Status


@dataclass(frozen=True, slots=True)
class CreatedOrder:
    """A new order; `template_code` names the checklist of its work type, or is None; `parent_id` the order that it
    follows up; `zone_id` where it lies."""

    id: UUID
    region_id: UUID
    template_code: str | None
    parent_id: UUID | None = None
    zone_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrdersCreated:
    """Orders came into being."""

    orders: tuple[CreatedOrder, ...]


@dataclass(frozen=True, slots=True)
class HistoryRemoved:
    """Orders that an import brought in as ended, and that nobody touched, are about to be deleted: the import is undone."""

    order_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Holding:
    """An order on somebody's phone: from now on (granted) or no longer (revoked)."""

    order_id: UUID
    region_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class OrdersGranted:
    """Orders came onto phones."""

    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class OrdersRevoked:
    """Orders went off phones."""

    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class OrdersArchived:
    """Orders that are over went off the phones of all who hold them: these orders, and who held which."""

    order_ids: tuple[UUID, ...]
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order that went from one state to another, at a corrected time (aware)."""

    order_id: UUID
    region_id: UUID
    source: Status
    target: Status
    at: datetime


@dataclass(frozen=True, slots=True)
class OrdersMoved:
    """Orders changed their states, in this order."""

    moves: tuple[OrderMoved, ...]


@dataclass(frozen=True, slots=True)
class OrderReprioritised:
    """An order was put into another tier."""

    order_id: UUID


@dataclass(frozen=True, slots=True)
class TimelineWritten:
    """Entries of timelines were written: the rows as they are stored, in this order."""

    entries: tuple[Mapping[str, Any], ...]
