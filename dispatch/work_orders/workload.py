"""What orders ask of the people who do them, and how much each person has to do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from dispatch.territory.places import Places
from dispatch.work_orders.lifecycle import DONE, WITH_TECHNICIAN, Status
from dispatch.work_orders.models import WorkOrder, WorkType
from dispatch.work_orders.queries import in_scope
from kernel.database import one_of
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Demand:
    """What an order asks of whoever does it: where, which skill (None: any), when if that is agreed, and of how many.

    `due_at` is by when somebody has to be there, or else by when it has to be solved (None: no clock runs for it).
    """

    order_id: UUID
    places: Places
    status: str
    skill: str | None
    window_start_at: datetime | None
    crew_size: int = 1
    window_end_at: datetime | None = None
    due_at: datetime | None = None
    minutes: int = 60
    work_type: str = ""
    priority: str = ""
    site_id: UUID | None = None
    customer_id: UUID | None = None
    assignee_id: UUID | None = None
    number: str = ""
    escalated: bool = False


_OF_ORDER = (
    "status",
    "window_start_at",
    "window_end_at",
    "work_type",
    "priority",
    "site_id",
    "customer_id",
    "escalated",
)
_ALSO = ("assignee_id", "number", "arrive_due_at", "resolve_due_at")


def demands_of(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, Demand]:
    """Return what those of these orders ask that are in the caller's scope. One statement."""
    places = (WorkOrder.region_id, WorkOrder.station_id, WorkOrder.group_id, WorkOrder.zone_id)
    columns = [getattr(WorkOrder, name) for name in (*_OF_ORDER, *_ALSO)]
    same = and_(WorkType.region_id == WorkOrder.region_id, WorkType.code == WorkOrder.work_type)
    rows = reading.session.execute(
        select(WorkOrder.id, *places, *columns, WorkType.skill, WorkType.crew_size, WorkType.minutes)
        .outerjoin(WorkType, same)
        .where(WorkOrder.id.in_(order_ids), in_scope(reading))
    )
    return {
        row.id: Demand(
            row.id,
            Places(row.region_id, row.station_id, row.group_id, row.zone_id),
            skill=row.skill,
            crew_size=row.crew_size or 1,
            due_at=row.arrive_due_at or row.resolve_due_at,
            minutes=row.minutes or 60,
            assignee_id=row.assignee_id,
            number=row.number,
            **{name: getattr(row, name) for name in _OF_ORDER},
        )
        for row in rows
    }


def loads_of(reading: Reading, user_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many orders are with each of these people and not done; without a scope of its own, for counts only."""
    rows = reading.session.execute(
        select(WorkOrder.assignee_id, func.count())
        .where(one_of(reading.session, WorkOrder.assignee_id, user_ids), WorkOrder.status.in_(sorted(WITH_TECHNICIAN)))
        .group_by(WorkOrder.assignee_id)
    )
    return {user_id: count for user_id, count in rows if user_id is not None}


def in_hands_of(reading: Reading, user_id: UUID, statuses: Collection[Status], *, limit: int) -> list[tuple[UUID, int]]:
    """Return the orders in scope that are with somebody in one of these states, each with its version. One statement."""
    rows = reading.session.execute(
        select(WorkOrder.id, WorkOrder.version)
        .where(
            WorkOrder.assignee_id == user_id, WorkOrder.status.in_([one.value for one in statuses]), in_scope(reading)
        )
        .order_by(WorkOrder.received_at, WorkOrder.id)
        .limit(limit)
    )
    return [(key, version) for key, version in rows]


def workload_of_zones(
    reading: Reading, zone_ids: Collection[UUID], since: datetime
) -> dict[UUID, dict[str, tuple[int, int]]]:
    """Return the work of these zones by work type: how many orders, and how many minutes these take by their type.

    Counted is what is open, and what was completed since a moment; not what was cancelled. For zones that the caller knows from
    something in scope. One statement.
    """
    same = and_(WorkType.region_id == WorkOrder.region_id, WorkType.code == WorkOrder.work_type)
    counts = or_(WorkOrder.status.not_in(sorted(DONE)), WorkOrder.completed_at >= since)
    rows = reading.session.execute(
        select(WorkOrder.zone_id, WorkOrder.work_type, func.count(), func.sum(WorkType.minutes))
        .join(WorkType, same)
        .where(WorkOrder.zone_id.in_(zone_ids), WorkOrder.status != Status.CANCELLED.value, counts)
        .group_by(WorkOrder.zone_id, WorkOrder.work_type)
    )
    found: dict[UUID, dict[str, tuple[int, int]]] = {}
    for zone_id, work_type, orders, minutes in rows:
        if zone_id is not None:
            found.setdefault(zone_id, {})[work_type] = (int(orders), int(minutes or 0))
    return found
