"""The least that other rooms need to know of orders: what they are, where, for whom, and who does them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from dispatch.work_orders.crew_keeping import load_crews
from dispatch.work_orders.lifecycle import DONE
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from dispatch.work_orders.queries import in_scope
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class OrderBrief:
    """An order in short. It names its customer by id only."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    number: str
    status: str
    priority: str
    work_type: str
    title: str
    customer_id: UUID | None
    assignee_id: UUID | None
    received_at: datetime
    resolve_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Orders of one kind that are open at one place: how many, the first and the last received."""

    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    work_type: str
    orders: int
    first_at: datetime
    last_at: datetime


_ROW = tuple(getattr(WorkOrder, name) for name in OrderBrief.__dataclass_fields__)


def briefs_of(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, OrderBrief]:
    """Return orders in short, without a scope of its own: for orders named in rows that are in scope already. One statement."""
    if not order_ids:
        return {}
    rows = reading.session.execute(select(*_ROW).where(WorkOrder.id.in_(order_ids)))
    return {row.id: OrderBrief(*row) for row in rows}


def visible_brief(reading: Reading, order_id: UUID) -> OrderBrief | None:
    """Return an order in short, or None when it is not in the caller's scope."""
    row = reading.session.execute(select(*_ROW).where(WorkOrder.id == order_id, in_scope(reading))).one_or_none()
    return None if row is None else OrderBrief(*row)


def open_orders_like(
    reading: Reading,
    *,
    zone_ids: Collection[UUID],
    group_ids: Collection[UUID],
    work_types: Collection[str],
    received_from: datetime,
    received_to: datetime,
    limit: int,
) -> list[OrderBrief]:
    """Return orders in scope that are not done, at any of these places, of these kinds, received between; the latest first."""
    wanted: list[ColumnElement[bool]] = [
        or_(WorkOrder.zone_id.in_(zone_ids), WorkOrder.group_id.in_(group_ids)),
        WorkOrder.received_at >= received_from,
        WorkOrder.received_at < received_to,
        WorkOrder.status.not_in(sorted(DONE)),
        in_scope(reading),
    ]
    if work_types:
        wanted.append(WorkOrder.work_type.in_(work_types))
    statement = select(*_ROW).where(and_(*wanted)).order_by(WorkOrder.received_at.desc(), WorkOrder.id.desc())
    return [OrderBrief(*row) for row in reading.session.execute(statement.limit(limit))]


def clusters(reading: Reading, *, received_from: datetime, at_least: int, by_zone: bool, limit: int) -> list[Cluster]:
    """Return where at least so many orders of one kind are not done that came in since then, most first. One statement."""
    places = (WorkOrder.region_id, WorkOrder.station_id, WorkOrder.group_id, *((WorkOrder.zone_id,) if by_zone else ()))
    count = func.count()
    rows = reading.session.execute(
        select(*places, WorkOrder.work_type, count, func.min(WorkOrder.received_at), func.max(WorkOrder.received_at))
        .where(WorkOrder.received_at >= received_from, WorkOrder.status.not_in(sorted(DONE)), in_scope(reading))
        .group_by(*places, WorkOrder.work_type)
        .having(count >= at_least)
        .order_by(count.desc(), *places, WorkOrder.work_type)
        .limit(limit)
    )
    return [Cluster(*row[:3], row[3] if by_zone else None, *row[-4:]) for row in rows]


def holders_of(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Return who holds each of these orders now: the assignee and the crew. Two statements, none without orders."""
    if not order_ids:
        return {}
    crews, _ = load_crews(reading, order_ids)
    rows = reading.session.execute(select(WorkOrder.id, WorkOrder.assignee_id).where(WorkOrder.id.in_(order_ids)))
    return {row.id: (*(() if row.assignee_id is None else (row.assignee_id,)), *crews.members(row.id)) for row in rows}


def announce_orders(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Send the documents of these orders again to the phones that hold them: something that they show has changed."""
    holders = holders_of(uow, order_ids)
    regions = {key: one.region_id for key, one in briefs_of(uow, order_ids).items()}
    uow.announce(
        Change(regions[order_id], scope_of("user", user_id), "work_orders", str(order_id))
        for order_id, users in holders.items()
        for user_id in users
    )


def kind_of_command(reading: Reading, command_id: UUID) -> str | None:
    """Return as what a command stands on a timeline, for example `work_order.assign`; None when it has yet to take effect."""
    return reading.session.scalar(select(TimelineEntry.kind).where(TimelineEntry.id == command_id))
