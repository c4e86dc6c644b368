"""Brings zones in line by line, by their codes, into groups that are there; harmless when repeated."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from dispatch.accounts import queries as accounts
from dispatch.territory import errors, queries, service
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.geometry import Boundary
from dispatch.territory.ground import mark_changed
from dispatch.territory.locking import check_writer, locked_many
from dispatch.territory.models import MaintenanceGroup, PlaceDuty, Station, Zone
from dispatch.territory.places import Places
from kernel.actor import Level
from kernel.database import one_of
from kernel.errors import DomainError
from kernel.unit_of_work import Reading, UnitOfWork


class How(Enum):
    """What became of a line."""

    DRAWN = "drawn"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone as a line describes it: `group` and `station` are codes, the station None where the group's says enough.

    `declared` is the boundary as it was given, in the system of its table, `boundary` the same as it is kept; None: the line
    says nothing of it. Nor does it of the number of subscribers where that is None.
    """

    code: str
    name: str
    group: str
    station: str | None
    declared: Mapping[str, Any] | None
    boundary: Boundary | None
    subscribers: int | None


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a line, and of which zone."""

    how: How
    zone_id: UUID


def bring_zones(
    uow: UnitOfWork,
    region_id: UUID,
    lines: Sequence[ZoneLine],
    *,
    system: CoordinateSystem = CoordinateSystem.WGS84,
    within: UUID | None = None,
) -> list[Came | DomainError]:
    """Draw the zones that are not there, and change what differs from a line; each of another code, and each for itself.

    A zone that is there stays in its group. `within` is the station whose groups and zones alone may be meant. Lines that say
    what is there cost no statement, the others some each.
    """
    groups = _groups(uow, region_id, within)
    columns = (Zone.id, Zone.code, Zone.name, Zone.station_id, Zone.boundary, Zone.subscribers, Zone.retired_at)
    codes = [one.code for one in lines]
    known = {
        row.code: row
        for row in uow.session.execute(select(*columns).where(Zone.region_id == region_id, Zone.code.in_(codes)))
    }
    found: list[Came | DomainError] = []
    for line in lines:
        try:
            found.append(_bring(uow, line, known.get(line.code), groups, system, within))
        except DomainError as refused:
            found.append(refused)
    return found


def _groups(reading: Reading, region_id: UUID, within: UUID | None) -> dict[str, list[Any]]:
    """Return the working groups in scope by their codes, each with the code of its station."""
    rows = reading.session.execute(
        select(MaintenanceGroup.id, MaintenanceGroup.code, Station.code.label("station"))
        .join(Station, Station.id == MaintenanceGroup.station_id)
        .where(
            MaintenanceGroup.region_id == region_id,
            MaintenanceGroup.retired_at.is_(None),
            queries.in_scope(reading, Level.GROUP),
            *(() if within is None else (MaintenanceGroup.station_id == within,)),
        )
    )
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.code, []).append(row)
    return groups


def _bring(
    uow: UnitOfWork,
    line: ZoneLine,
    known: Any,
    groups: Mapping[str, Sequence[Any]],
    system: CoordinateSystem,
    within: UUID | None,
) -> Came:
    if known is None:
        named = [one for one in groups.get(line.group, ()) if line.station in (None, one.station)]
        if len(named) != 1:
            why = "several stations have this group: name the station, too" if named else f"no group {line.group!r}"
            raise errors.GROUP_UNKNOWN(why, path="/group")
        zone_id = service.draw_zone(
            uow,
            group_id=named[0].id,
            code=line.code,
            name=line.name,
            boundary=line.declared,
            coordinate_system=system,
            subscribers=line.subscribers or 0,
        )
        return Came(How.DRAWN, zone_id)
    if known.retired_at is not None or within not in (None, known.station_id):
        raise errors.CODE_TAKEN(f"{line.code!r} is already used", path="/code")
    changed = False
    if line.name != known.name:
        service.rename(uow, level=Level.ZONE, place_id=known.id, name=line.name)
        changed = True
    if line.boundary is not None and line.boundary != known.boundary:
        service.redraw_zone(uow, zone_id=known.id, boundary=line.declared, coordinate_system=system)
        changed = True
    if line.subscribers not in (None, known.subscribers):
        service.recount(uow, zone_id=known.id, subscribers=line.subscribers or 0)
        changed = True
    return Came(How.CHANGED if changed else How.UNCHANGED, known.id)


def unused(reading: Reading, zone_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these zones that are as they were drawn, and for which nobody answers or holds a role. Three statements."""
    drawn = select(Zone.id).where(
        one_of(reading.session, Zone.id, zone_ids), Zone.version == 1, queries.in_scope(reading, Level.ZONE)
    )
    found = set(reading.session.scalars(drawn))
    answered_for = select(PlaceDuty.place_id).where(one_of(reading.session, PlaceDuty.place_id, found))
    found -= set(reading.session.scalars(answered_for))
    return found - accounts.places_with_roles(reading, found)


def remove(uow: UnitOfWork, zone_ids: Collection[UUID]) -> None:
    """Delete zones, as if they had never been drawn.

    Raises NotFound (territory.zone_unknown), Forbidden (forbidden); SQLAlchemy's IntegrityError where something names one.
    """
    if not zone_ids:
        return
    for row in locked_many(uow, Level.ZONE, zone_ids).values():
        check_writer(uow, Places(row.region_id, row.station_id, row.group_id, row.id))
        mark_changed(uow, row.region_id)
    uow.session.execute(
        delete(Zone).where(one_of(uow.session, Zone.id, zone_ids)).execution_options(synchronize_session=False)
    )
