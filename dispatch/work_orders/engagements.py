"""What people have to do with orders: their appointments, how much they were given lately, where they were, and for whom.

For thousands of people at once, one statement each; without a scope of its own, for deciding who gets an order.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text

from dispatch.work_orders.models import IN_HAND, Appointment, TimelineEntry, WorkOrder, WorkOrderAssignment
from dispatch.work_orders.visits import VisitState
from kernel.database import one_of
from kernel.unit_of_work import Reading

DECLINE = "work_order.decline"
REOPEN = "work_order.reopen"


class Engagement(NamedTuple):
    """An appointment of somebody, agreed or kept (aware), and the site of its order."""

    technician_id: UUID
    order_id: UUID
    start_at: datetime
    end_at: datetime
    site_id: UUID | None


class LastFix(NamedTuple):
    """Where somebody's phone said that it was, degrees, and when by corrected time (aware)."""

    user_id: UUID
    lat: float
    lon: float
    at: datetime


def engagements_of(
    reading: Reading, user_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, list[Engagement]]:
    """Return the appointments of these people that reach into a time, agreed ones and those that were kept."""
    rows = reading.session.execute(
        select(
            Appointment.technician_id,
            Appointment.work_order_id,
            Appointment.start_at,
            Appointment.end_at,
            WorkOrder.site_id,
        )
        .join(WorkOrder, WorkOrder.id == Appointment.work_order_id)
        .where(
            one_of(reading.session, Appointment.technician_id, user_ids),
            Appointment.state.in_([VisitState.AGREED.value, VisitState.KEPT.value]),
            Appointment.start_at < until,
            Appointment.end_at > since,
        )
        .order_by(Appointment.start_at, Appointment.id)
    )
    found: dict[UUID, list[Engagement]] = {}
    for technician_id, order_id, start_at, end_at, site_id in rows:
        if technician_id is not None:
            one = Engagement(technician_id, order_id, start_at, end_at, site_id)
            found.setdefault(technician_id, []).append(one)
    return found


def in_hand(who: ColumnElement[UUID]) -> ColumnElement[int]:
    """Return how many orders are with somebody and not done, for another slice's statement; an index holds just these."""
    return select(func.count()).where(WorkOrder.assignee_id == who, text(IN_HAND)).scalar_subquery().label("load")


def given_since(who: ColumnElement[UUID], since: datetime) -> ColumnElement[int]:
    """Return how many orders somebody was given since a moment, for another slice's statement."""
    return (
        select(func.count())
        .where(WorkOrderAssignment.user_id == who, WorkOrderAssignment.assigned_at >= since)
        .scalar_subquery()
        .label("recent")
    )


def last_fixes(reading: Reading, user_ids: Collection[UUID], since: datetime) -> dict[UUID, LastFix]:
    """Return the latest position of each of these people that came with anything they did since a moment."""
    latest = (
        select(TimelineEntry.user_id, func.max(TimelineEntry.effective_at).label("at"))
        .where(
            one_of(reading.session, TimelineEntry.user_id, user_ids),
            TimelineEntry.lat.is_not(None),
            TimelineEntry.effective_at >= since,
        )
        .group_by(TimelineEntry.user_id)
        .subquery()
    )
    same = and_(TimelineEntry.user_id == latest.c.user_id, TimelineEntry.effective_at == latest.c.at)
    columns = (TimelineEntry.user_id, TimelineEntry.lat, TimelineEntry.lon, TimelineEntry.effective_at)
    rows = reading.session.execute(
        select(*columns).join(latest, same).where(TimelineEntry.lat.is_not(None)).order_by(TimelineEntry.id)
    )
    return {key: LastFix(key, lat, lon, at) for key, lat, lon, at in rows if lat is not None and lon is not None}


def served(reading: Reading, customer_ids: Collection[UUID], since: datetime) -> dict[UUID, frozenset[UUID]]:
    """Return for each of these customers who was with them at an order since a moment."""
    if not customer_ids:
        return {}
    rows = reading.session.execute(
        select(WorkOrder.customer_id, WorkOrder.assignee_id)
        .where(
            WorkOrder.customer_id.in_(customer_ids),
            WorkOrder.assignee_id.is_not(None),
            WorkOrder.arrived_at >= since,
        )
        .distinct()
    )
    found: dict[UUID, set[UUID]] = {}
    for customer_id, user_id in rows:
        if customer_id is not None and user_id is not None:
            found.setdefault(customer_id, set()).add(user_id)
    return {key: frozenset(users) for key, users in found.items()}


class Declined(NamedTuple):
    """That somebody declined an order, when (corrected, aware), and why."""

    user_id: UUID
    at: datetime
    reason: str | None


def declines_of(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, list[Declined]]:
    """Return who declined each of these orders since it was last reopened, the earliest first."""
    rows = reading.session.execute(
        select(
            TimelineEntry.work_order_id,
            TimelineEntry.kind,
            TimelineEntry.user_id,
            TimelineEntry.effective_at,
            TimelineEntry.data["reason"].as_string().label("reason"),
        )
        .where(TimelineEntry.work_order_id.in_(order_ids), TimelineEntry.kind.in_([DECLINE, REOPEN]))
        .order_by(TimelineEntry.effective_at, TimelineEntry.id)
    )
    found: dict[UUID, list[Declined]] = {}
    for row in rows:
        if row.kind == REOPEN:
            found.pop(row.work_order_id, None)
        else:
            found.setdefault(row.work_order_id, []).append(Declined(row.user_id, row.effective_at, row.reason))
    return found
