"""The zones and groups of a station all at once, with their boundaries: what a split of the station starts from."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.territory.locking import lock
from dispatch.territory.models import MaintenanceGroup, Zone
from dispatch.territory.rows import GroupRow
from kernel.actor import Level
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class ZoneGround:
    """A working zone of a station with its boundary (GeoJSON; None: not drawn)."""

    id: UUID
    group_id: UUID
    code: str
    name: str
    subscribers: int
    version: int
    boundary: dict[str, Any] | None


def zones_of_station(reading: Reading, station_id: UUID) -> tuple[ZoneGround, ...]:
    """Return the working zones of a station that the caller sees, by code."""
    columns = [getattr(Zone, name) for name in ZoneGround.__dataclass_fields__]
    statement = select(*columns).where(Zone.station_id == station_id, Zone.retired_at.is_(None))
    rows = reading.session.execute(statement.order_by(Zone.code, Zone.id))
    return tuple(ZoneGround(*row) for row in rows)


def groups_of_station(reading: Reading, station_id: UUID) -> tuple[GroupRow, ...]:
    """Return the working groups of a station that the caller sees, by code."""
    columns = [getattr(MaintenanceGroup, name) for name in GroupRow.__dataclass_fields__]
    statement = select(*columns).where(MaintenanceGroup.station_id == station_id, MaintenanceGroup.retired_at.is_(None))
    rows = reading.session.execute(statement.order_by(MaintenanceGroup.code, MaintenanceGroup.id))
    return tuple(GroupRow(*row) for row in rows)


def codes_of_station(reading: Reading, station_id: UUID) -> frozenset[str]:
    """Return the codes that groups of a station have or had: none of them is free."""
    codes = select(MaintenanceGroup.code).where(MaintenanceGroup.station_id == station_id)
    return frozenset(reading.session.scalars(codes))


def lock_station(uow: UnitOfWork, station_id: UUID) -> None:
    """Lock all zones and groups of a station that the actor may change, before it is looked at as a whole."""
    zones = uow.session.scalars(select(Zone.id).where(Zone.station_id == station_id)).all()
    groups = uow.session.scalars(select(MaintenanceGroup.id).where(MaintenanceGroup.station_id == station_id)).all()
    lock(uow, Level.ZONE, zones)
    lock(uow, Level.GROUP, groups)
