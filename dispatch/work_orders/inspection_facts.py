"""What is known of finished orders that makes them worth a look, read in sets; for inspections, without a scope of its own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, and_, cast, func, or_, select

from dispatch.work_orders.fixes import MOCK_LOCATION
from dispatch.work_orders.geofence import MISS
from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.database import one_of
from kernel.unit_of_work import Reading

FINISHED = (Status.COMPLETED.value, Status.CLOSED.value)
NEAR_DEGREES = 0.005
"""Two fixes within this of each other are some 500 m apart at most: nobody leapt."""


@dataclass(frozen=True, slots=True)
class FinishedOrder:
    """An order that somebody finished: where, by whom, what, and when by the corrected clock."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    assignee_id: UUID
    work_type: str
    completed_at: datetime
    repeat_visit: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """Where somebody was at a corrected time, and for which order. WGS 84 degrees."""

    user_id: UUID
    work_order_id: UUID
    at: datetime
    lat: float
    lon: float


_ROW = tuple(getattr(WorkOrder, name) for name in FinishedOrder.__dataclass_fields__)
_IS_FINISHED = and_(
    WorkOrder.status.in_(FINISHED), WorkOrder.completed_at.is_not(None), WorkOrder.assignee_id.is_not(None)
)


def finished_between(reading: Reading, region_id: UUID, start: datetime, end: datetime) -> list[FinishedOrder]:
    """Return the orders of a region that were finished from `start` until before `end`, and are so still. One statement."""
    rows = reading.session.execute(
        select(*_ROW).where(
            WorkOrder.region_id == region_id,
            _IS_FINISHED,
            WorkOrder.completed_at >= start,
            WorkOrder.completed_at < end,
        )
    )
    return [FinishedOrder(*row) for row in rows]


def finished_orders(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, FinishedOrder]:
    """Return those of these orders that are finished, by id. One statement."""
    rows = reading.session.execute(select(*_ROW).where(one_of(reading.session, WorkOrder.id, order_ids), _IS_FINISHED))
    return {row.id: FinishedOrder(*row) for row in rows}


def finished_by(reading: Reading, technician_id: UUID, since: datetime, *, limit: int) -> list[FinishedOrder]:
    """Return what a technician finished since then, the latest received first. One statement, along an index."""
    rows = reading.session.execute(
        select(*_ROW)
        .where(WorkOrder.assignee_id == technician_id, _IS_FINISHED, WorkOrder.completed_at >= since)
        .order_by(WorkOrder.received_at.desc(), WorkOrder.id.desc())
        .limit(limit)
    )
    return [FinishedOrder(*row) for row in rows]


def reopened_among(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how often each of these orders was reopened or sent back, of those that were. One statement."""
    rows = reading.session.execute(
        select(TimelineEntry.work_order_id, func.count())
        .where(
            one_of(reading.session, TimelineEntry.work_order_id, order_ids),
            TimelineEntry.kind.in_(("work_order.reopen", "work_order.return_for_rework")),
        )
        .group_by(TimelineEntry.work_order_id)
    )
    return {row[0]: row[1] for row in rows}


def geo_misses_among(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, dict[str, object]]:
    """Return what was odd about the places reported for these orders: away from the site, or made up. One statement."""
    flags = cast(TimelineEntry.flags, String)
    rows = reading.session.execute(
        select(TimelineEntry.work_order_id, TimelineEntry.flags, TimelineEntry.data)
        .where(
            one_of(reading.session, TimelineEntry.work_order_id, order_ids),
            or_(flags.contains(f'"{MISS}"'), flags.contains(f'"{MOCK_LOCATION}"')),
        )
        .order_by(TimelineEntry.effective_at, TimelineEntry.id)
    )
    found: dict[UUID, dict[str, object]] = {}
    for order_id, known, data in rows:
        mine = found.setdefault(order_id, {})
        if MISS in known:
            mine["metres"] = data.get("distance_m")
        if MOCK_LOCATION in known:
            mine["mock"] = True
    return found


def untrusted_among(reading: Reading, order_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these orders of which something was recorded by a clock that cannot be trusted. One statement."""
    rows = reading.session.scalars(
        select(TimelineEntry.work_order_id)
        .where(
            one_of(reading.session, TimelineEntry.work_order_id, order_ids), TimelineEntry.time_quality == "untrusted"
        )
        .distinct()
    )
    return set(rows)


def fixes_of(reading: Reading, order_ids: Collection[UUID]) -> Iterator[Fix]:
    """Yield where people were for these orders, by person and corrected time; only fixes that are far from the one before,
    and the one before each of them. Clocks that cannot be trusted are left out. One statement.
    """
    entry = TimelineEntry
    columns = (entry.work_order_id, entry.effective_at, entry.lat, entry.lon)
    before = {
        column.key: func.lag(column, type_=column.type)
        .over(partition_by=entry.user_id, order_by=(entry.effective_at, entry.id))
        .label(f"before_{column.key}")
        for column in columns
    }
    known = (
        select(entry.user_id, entry.work_order_id, entry.effective_at, entry.lat, entry.lon, *before.values())
        .where(
            one_of(reading.session, entry.work_order_id, order_ids),
            entry.lat.is_not(None),
            entry.lon.is_not(None),
            entry.time_quality != "untrusted",
        )
        .subquery()
    )
    far = or_(
        func.abs(known.c.lat - known.c.before_lat) > NEAR_DEGREES,
        func.abs(known.c.lon - known.c.before_lon) > NEAR_DEGREES,
    )
    rows = reading.session.execute(select(known).where(far).order_by(known.c.user_id, known.c.effective_at))
    for row in rows:
        yield Fix(row.user_id, row.before_work_order_id, row.before_effective_at, row.before_lat, row.before_lon)
        yield Fix(row.user_id, row.work_order_id, row.effective_at, row.lat, row.lon)
