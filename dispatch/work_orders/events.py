"""What happens to work orders, for the slices above to act on within the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from dispatch.work_orders.lifecycle import Asked, Command, Order, Status, Transition


@dataclass(frozen=True, slots=True)
class CreatedOrder:
    """A new order; `template_code` names the checklist of its work type, or is None."""

    id: UUID
    region_id: UUID
    template_code: str | None


@dataclass(frozen=True, slots=True)
class OrdersCreated:
    """Orders came into being."""

    orders: tuple[CreatedOrder, ...]


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
class Move:
    """A command that took effect on an order: from which state to which, by whom, and why.

    `assignee_id` and `assignment_id` are those before the command.
    """

    order_id: UUID
    region_id: UUID
    command: Command
    source: Status
    target: Status
    user_id: UUID
    at: datetime
    reason: str | None = None
    note: str | None = None
    assignee_id: UUID | None = None
    assignment_id: UUID | None = None

    @classmethod
    def of(cls, before: Order, region_id: UUID, asked: Asked, transition: Transition) -> Self:
        """Say what a command did to an order that was like `before`."""
        reason, note = (asked.data.get(name) for name in ("reason", "note"))
        return cls(
            before.id,
            region_id,
            asked.command,
            transition.source,
            transition.target,
            asked.user_id,
            asked.at,
            None if reason is None else str(reason)[:200],
            None if note is None else str(note)[:200],
            before.assignee_id,
            before.assignment_id,
        )


@dataclass(frozen=True, slots=True)
class OrdersMoved:
    """Commands took effect on orders, in this order; told once the orders are written."""

    moves: tuple[Move, ...]
