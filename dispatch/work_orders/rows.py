"""What the book holds, as rows of its tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.work_orders.book import Assignment, BookOrder, Entry
from dispatch.work_orders.crew import Stint

CHANGEABLE = (
    "id",
    "status",
    "assignee_id",
    "assignment_id",
    "status_before_hold",
    "hold_reason",
    "hold_until",
    "window_start_at",
    "window_end_at",
    "responded_at",
    "arrived_at",
    "completed_at",
    "closed_at",
    "eta_at",
    "declines",
    "escalated",
    "follow_up",
    "closes_at",
    "archives_at",
    "archived_at",
    "needs_review",
    "version",
    "priority",
    "sla_policy_id",
    "respond_due_at",
    "arrive_due_at",
    "resolve_due_at",
)
ASSIGNMENT = (
    "id",
    "region_id",
    "work_order_id",
    "user_id",
    "assigned_by",
    "assigned_at",
    "reason",
    "ended_at",
    "end_reason",
)
STINT = (
    "id",
    "region_id",
    "work_order_id",
    "user_id",
    "role",
    "added_by",
    "joined_at",
    "reason",
    "left_at",
    "end_reason",
)


def changed_row(order: BookOrder, now: datetime) -> dict[str, Any]:
    """Return what commands may have changed of an order, with its id."""
    return {name: getattr(order, name) for name in CHANGEABLE} | {"updated_at": now}


def assignment_row(assignment: Assignment) -> dict[str, Any]:
    """Return an assignment that is not stored yet."""
    return {name: getattr(assignment, name) for name in ASSIGNMENT}


def ended_row(assignment: Assignment) -> dict[str, Any]:
    """Return how a stored assignment ended, with its id."""
    return {"id": assignment.id, "ended_at": assignment.ended_at, "end_reason": assignment.end_reason}


def stint_row(stint: Stint) -> dict[str, Any]:
    """Return somebody's time in a crew that is not stored yet."""
    return {name: getattr(stint, name) for name in STINT} | {"role": stint.role.value}


def parted_row(stint: Stint) -> dict[str, Any]:
    """Return how somebody's stored time in a crew ended, with its id."""
    return {"id": stint.id, "left_at": stint.left_at, "end_reason": stint.end_reason}


def timeline_row(entry: Entry, region_id: UUID) -> dict[str, Any]:
    """Return an entry of the timeline, with its region."""
    return {
        "id": entry.id,
        "region_id": region_id,
        "work_order_id": entry.work_order_id,
        "kind": entry.kind,
        "user_id": entry.user_id,
        "device_id": entry.device_id,
        "effective_at": entry.effective_at,
        "time_quality": entry.time_quality,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "lat": entry.lat,
        "lon": entry.lon,
        "accuracy_m": entry.accuracy_m,
        "data": entry.data,
        "flags": list(entry.flags),
        "digest": entry.digest,
    }
