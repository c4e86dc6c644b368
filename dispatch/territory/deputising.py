"""Which zones people answer for in a time, and who does in their place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.territory.duties import DutyKind
from dispatch.territory.models import PlaceDuty, Zone
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody answers for a zone in its manager's place, from a moment until another (None: still)."""

    user_id: UUID
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class ManagedZone:
    """A working zone that somebody manages, from a moment until another (None: still), with its deputies of that time."""

    zone_id: UUID
    code: str
    name: str
    manager_id: UUID
    valid_from: datetime
    valid_to: datetime | None
    deputies: tuple[Deputy, ...]


def zones_managed_by(
    reading: Reading, user_ids: Collection[UUID], start: datetime, end: datetime
) -> tuple[ManagedZone, ...]:
    """Return the zones that these people manage at any moment of a time, by zone code, with their deputies. Two statements.

    Without a scope of its own: for people whom the caller knows from something in scope.
    """
    in_time = (PlaceDuty.valid_from < end, or_(PlaceDuty.valid_to.is_(None), PlaceDuty.valid_to > start))
    columns = (PlaceDuty.place_id, PlaceDuty.user_id, PlaceDuty.valid_from, PlaceDuty.valid_to)
    managed = reading.session.execute(
        select(*columns, Zone.code, Zone.name)
        .join(Zone, Zone.id == PlaceDuty.place_id)
        .where(
            PlaceDuty.user_id.in_(user_ids),
            PlaceDuty.kind == DutyKind.ZONE_MANAGER.value,
            Zone.retired_at.is_(None),
            *in_time,
        )
        .order_by(Zone.code, PlaceDuty.valid_from)
    ).all()
    deputies: dict[UUID, list[Deputy]] = {}
    for row in reading.session.execute(
        select(*columns)
        .where(
            PlaceDuty.place_id.in_({row.place_id for row in managed}),
            PlaceDuty.kind == DutyKind.DEPUTY.value,
            *in_time,
        )
        .order_by(PlaceDuty.valid_from)
    ):
        deputies.setdefault(row.place_id, []).append(Deputy(row.user_id, row.valid_from, row.valid_to))
    return tuple(
        ManagedZone(
            row.place_id,
            row.code,
            row.name,
            row.user_id,
            row.valid_from,
            row.valid_to,
            tuple(deputies.get(row.place_id, ())),
        )
        for row in managed
    )
