"""What the book holds: orders as commands may change them, entries of their timelines, assignments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.sla.deadline import Priority
from dispatch.work_orders.lifecycle import FollowUp, Order, Status


@dataclass(slots=True)
class Entry:
    """A timeline entry to be: who, when by which clock, where, and with what data."""

    id: UUID
    work_order_id: UUID
    kind: str
    user_id: UUID
    effective_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    device_id: UUID | None = None
    time_quality: str = "server"
    occurred_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    flags: tuple[str, ...] = ()
    digest: bytes | None = None


@dataclass(slots=True)
class Assignment:
    """An assignment that the book opens or ends. `fresh` tells that it is not stored yet."""

    id: UUID
    work_order_id: UUID
    region_id: UUID
    user_id: UUID
    assigned_by: UUID
    assigned_at: datetime
    reason: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    fresh: bool = True


@dataclass(slots=True)
class BookOrder:
    """An order as the book has it: what commands may change, and the places that say who may see it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    site_id: UUID | None
    number: str
    status: Status
    assignee_id: UUID | None
    assignment_id: UUID | None
    status_before_hold: Status | None
    hold_reason: str | None
    hold_until: datetime | None
    window_start_at: datetime | None
    window_end_at: datetime | None
    responded_at: datetime | None
    arrived_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    needs_review: bool
    version: int
    priority: Priority = Priority.ROUTINE
    work_type: str = ""
    customer_id: UUID | None = None
    received_at: datetime | None = None
    sla_policy_id: UUID | None = None
    respond_due_at: datetime | None = None
    arrive_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    first_owner_id: UUID | None = None
    # When somebody on the way expects to be there, how often it was declined, whether that is for a leader to see to, what
    # follows when it could not be completed, when it closes by itself, and when it leaves the phones, or left them.
    eta_at: datetime | None = None
    declines: int = 0
    escalated: bool = False
    follow_up: FollowUp | None = None
    closes_at: datetime | None = None
    archives_at: datetime | None = None
    archived_at: datetime | None = None

    def as_order(self, members: frozenset[UUID] = frozenset()) -> Order:
        """Return what the lifecycle needs to know."""
        return Order(
            self.id,
            self.status,
            self.assignee_id,
            self.assignment_id,
            self.status_before_hold,
            self.version,
            members,
        )
