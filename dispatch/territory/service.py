"""What can be done with the territory: open, draw, rename and retire places, and appoint who answers for them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import select

from dispatch.territory import errors, geometry, queries
from dispatch.territory.appointing import appoint as appoint
from dispatch.territory.appointing import relieve_deputy as relieve_deputy
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.deciding import end_decisions
from dispatch.territory.decisions import Ended
from dispatch.territory.duties import DutyKind as DutyKind
from dispatch.territory.ground import mark_changed
from dispatch.territory.locking import (
    ABOVE_STATIONS,
    MODELS,
    WRITERS,
    change,
    check_version,
    check_working,
    check_writer,
    locked,
    one_line,
    places_of,
)
from dispatch.territory.models import MaintenanceGroup, Region, Station, Zone
from dispatch.territory.places import Places
from dispatch.territory.retiring import retire as retire
from dispatch.territory.sizing import check_sizes, zone_counts
from kernel import errors as kernel_errors
from kernel.actor import Level, Role
from kernel.bulk import insert_rows
from kernel.change_feed import open_head
from kernel.unit_of_work import UnitOfWork


def open_region(uow: UnitOfWork, *, code: str, name: str, timezone: str, region_id: UUID | None = None) -> UUID:
    """Open an operations region, with its change feed. `timezone` is an IANA name such as Asia/Shanghai.

    Raises:
        Forbidden (forbidden): only an administrator of everything may.
        Invalid (invalid, territory.timezone_unknown); Conflict (territory.code_taken).
    """
    if not any(g.role is Role.ADMINISTRATOR and g.level is Level.EVERYWHERE for g in uow.actor.grants):
        raise kernel_errors.FORBIDDEN()
    if timezone not in available_timezones():
        raise errors.TIMEZONE_UNKNOWN(f"{timezone!r} is not an IANA time zone", path="/timezone")
    key = _open(uow, Region, region_id, code=code, name=name, timezone=timezone)
    open_head(uow.session, key)
    return key


def open_station(uow: UnitOfWork, *, region_id: UUID, code: str, name: str, station_id: UUID | None = None) -> UUID:
    """Open a service station in a region.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden); Invalid (invalid);
        Conflict (territory.code_taken): the region has a station of this code.
    """
    region = queries.region(uow, region_id)
    check_writer(uow, Places(region_id), ABOVE_STATIONS)
    check_working(region, "/region_id")
    return _open(uow, Station, station_id, region_id=region_id, code=code, name=name, retired_at=None)


def open_group(uow: UnitOfWork, *, station_id: UUID, code: str, name: str, group_id: UUID | None = None) -> UUID:
    """Open a maintenance group at a station.

    Raises:
        NotFound (territory.station_unknown); Forbidden (forbidden); Invalid (invalid);
        Conflict (territory.code_taken): the station has a group of this code; Conflict (territory.retired).
    """
    places = writable_station(uow, station_id)
    values = {"region_id": places.region_id, "station_id": station_id, "retired_at": None}
    return _open(uow, MaintenanceGroup, group_id, code=code, name=name, **values)


def writable_station(uow: UnitOfWork, station_id: UUID) -> Places:
    """Lock a station that the actor may change, and return its places.

    Raises NotFound (territory.station_unknown); Forbidden (forbidden); Conflict (territory.retired).
    """
    row = locked(uow, Level.STATION, station_id)
    check_working(row, "/station_id")
    return places_of(Level.STATION, row)


def draw_zone(
    uow: UnitOfWork,
    *,
    group_id: UUID,
    code: str,
    name: str,
    boundary: Mapping[str, Any] | None,
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84,
    subscribers: int = 0,
    zone_id: UUID | None = None,
    size_reason: str | None = None,
) -> UUID:
    """Draw a new zone in a maintenance group. `boundary` is GeoJSON; None for one that is not drawn yet.

    Raises:
        NotFound (territory.group_unknown); Forbidden (forbidden); Conflict (territory.code_taken): used in the region;
        Conflict (territory.retired, territory.size_reason_missing): the group is, or would be larger than it should be;
        Invalid (invalid, territory.subscribers_negative, and what `geometry.read_boundary` raises).
    """
    group = locked(uow, Level.GROUP, group_id)
    check_working(group, "/group_id")
    held = zone_counts(uow, [group_id])
    check_sizes(uow, group.region_id, held, {group_id: held[group_id] + 1}, size_reason)
    key = _open(
        uow,
        Zone,
        zone_id,
        region_id=group.region_id,
        station_id=group.station_id,
        group_id=group_id,
        code=code,
        name=name,
        **geometry.drawn(boundary, coordinate_system),
        subscribers=_check_subscribers(subscribers),
        version=1,
        retired_at=None,
    )
    mark_changed(uow, group.region_id)
    return key


def redraw_zone(
    uow: UnitOfWork,
    *,
    zone_id: UUID,
    boundary: Mapping[str, Any] | None,
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84,
    subscribers: int | None = None,
    expected_version: int | None = None,
) -> int:
    """Give a zone another boundary, and another number of subscribers unless that is None. Returns its version.

    Drawn as it is already, its version stays.

    Raises:
        NotFound (territory.zone_unknown); Forbidden (forbidden); Stale (stale): it is not at `expected_version`;
        Invalid (territory.subscribers_negative, and what `geometry.read_boundary` raises).
    """
    values: dict[str, Any] = geometry.drawn(boundary, coordinate_system)
    if subscribers is not None:
        values["subscribers"] = _check_subscribers(subscribers)
    row = locked(uow, Level.ZONE, zone_id)
    check_version(row, expected_version)
    before = uow.session.execute(select(Zone.boundary).where(Zone.id == zone_id)).scalar_one()
    version = change(uow, Level.ZONE, zone_id, values)
    if before != values["boundary"]:
        mark_changed(uow, row.region_id)
        end_decisions(uow, [zone_id], Ended.REDRAWN)
    return version


def recount(uow: UnitOfWork, *, zone_id: UUID, subscribers: int, expected_version: int | None = None) -> int:
    """Correct a zone's number of subscribers. Returns its version.

    Raises NotFound (territory.zone_unknown); Forbidden (forbidden); Stale (stale); Invalid (territory.subscribers_negative).
    """
    check_version(locked(uow, Level.ZONE, zone_id), expected_version)
    return change(uow, Level.ZONE, zone_id, {"subscribers": _check_subscribers(subscribers)})


def rename(uow: UnitOfWork, *, level: Level, place_id: UUID, name: str, expected_version: int | None = None) -> int:
    """Give a place another name. Returns its version.

    Raises:
        NotFound (territory.*_unknown); Forbidden (forbidden); Stale (stale); Invalid (invalid).
    """
    name = one_line(MODELS[level], "name", name)
    row = locked(uow, level, place_id, ABOVE_STATIONS if level is Level.REGION else WRITERS)
    check_version(row, expected_version)
    return change(uow, level, place_id, {"name": name})


def _check_subscribers(count: int) -> int:
    if count < 0:
        raise errors.SUBSCRIBERS_NEGATIVE(path="/subscribers")
    return count


def _open(uow: UnitOfWork, model: Any, key: UUID | None, *, code: str, name: str, **values: Any) -> UUID:
    row = {
        "id": key or uow.new_id(),
        "code": one_line(model, "code", code),
        "name": one_line(model, "name", name),
        **values,
    }
    row["created_at"] = uow.now
    stored = insert_rows(uow.session, model, [row], on_conflict="DO NOTHING", returning=["id"])
    if not stored:
        raise errors.CODE_TAKEN(f"{code!r} is already used", path="/code")
    opened: UUID = row["id"]
    return opened
