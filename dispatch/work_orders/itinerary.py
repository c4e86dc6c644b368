"""When somebody has to be where: the visits that are theirs to keep, alone or in a crew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, union

from dispatch.work_orders.crew_keeping import orders_with
from dispatch.work_orders.models import Appointment, WorkOrder, WorkType
from dispatch.work_orders.visits import VisitState
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit of somebody (times aware), of which order, and what kind of work it is as the region calls it."""

    id: UUID
    zone_id: UUID | None
    state: VisitState
    start_at: datetime
    end_at: datetime
    agreed_at: datetime | None
    changed_at: datetime
    revision: int
    number: str
    work_type: str
    work_name: str | None
    work_name_en: str | None


def itinerary_of(reading: Reading, since: datetime, until: datetime, *, limit: int) -> tuple[Stop, ...]:
    """Return the caller's own visits that begin in a time, the earliest first, in every state. One statement."""
    me = reading.actor.user_id
    # Apart, so that each is found by its index; who comes by both is there once.
    mine = union(
        _visits(since, until, Appointment.technician_id == me),
        _visits(since, until, Appointment.work_order_id.in_(orders_with(me))),
    ).subquery()
    rows = reading.session.execute(select(mine).order_by(mine.c.start_at, mine.c.id).limit(limit))
    return tuple(Stop(**{**row._mapping, "state": VisitState(row.state)}) for row in rows)


def _visits(since: datetime, until: datetime, whose: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    kind = and_(WorkType.region_id == WorkOrder.region_id, WorkType.code == WorkOrder.work_type)
    return (
        select(
            Appointment.id,
            Appointment.zone_id,
            Appointment.state,
            Appointment.start_at,
            Appointment.end_at,
            Appointment.agreed_at,
            Appointment.updated_at.label("changed_at"),
            Appointment.revision,
            WorkOrder.number,
            WorkOrder.work_type,
            WorkType.name.label("work_name"),
            WorkType.name_en.label("work_name_en"),
        )
        .join(WorkOrder, WorkOrder.id == Appointment.work_order_id)
        .outerjoin(WorkType, kind)
        .where(whose, Appointment.start_at >= since, Appointment.start_at < until)
    )
