"""Where an outage is: the zones that it reaches, and the smallest place that holds them all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dispatch.assets import queries as assets
from dispatch.outages import errors
from dispatch.outages.affected import Reach
from dispatch.territory import errors as territory_errors
from dispatch.territory import queries as territory
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.geometry import read_boundary
from dispatch.territory.ground import zone_index
from dispatch.territory.places import Places
from dispatch.territory.touching import working_zones_within
from kernel.unit_of_work import Reading

MOST_ZONES, MOST_ASSETS = 1000, 1000


@dataclass(frozen=True, slots=True)
class Wherever:
    """Where somebody says that an outage is: places, or a boundary (GeoJSON, longitude first), or assets."""

    zone_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    station_ids: tuple[UUID, ...] = ()
    boundary: Mapping[str, Any] | None = None
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84
    region_id: UUID | None = None
    asset_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """Where an outage is: its home is the smallest of group, station and region that holds its zones."""

    home: Places
    zones: Mapping[UUID, Places]
    reach: Reach


def locate(reading: Reading, where: Wherever) -> Located:
    """Say which zones an outage reaches.

    Raises:
        NotFound (territory.*_unknown, asset.unknown): not in the caller's scope; Conflict (territory.retired); with the path.
        Invalid (outage.nowhere): nothing is named, or several sorts of things, or it lies in no zone or in several regions;
        and what `territory.geometry.read_boundary` raises.
    """
    placed = bool(where.zone_ids or where.group_ids or where.station_ids)
    if [placed, where.boundary is not None, bool(where.asset_ids)].count(True) != 1:
        raise errors.NOWHERE("name places, or a boundary, or assets", path="/zone_ids")
    if where.boundary is not None:
        return _within(reading, where)
    zones = _of_assets(reading, where.asset_ids) if where.asset_ids else _of_places(reading, where)
    path = "/asset_ids" if where.asset_ids else "/zone_ids"
    home = _common(zones.values(), path)
    return Located(home, zones, Reach(home.region_id, tuple(sorted(zones)), None, where.asset_ids))


def _of_places(reading: Reading, where: Wherever) -> dict[UUID, Places]:
    known = territory.places_of_zones(reading, where.zone_ids)
    working = territory.zone_rows(reading, where.zone_ids)
    for nth, zone_id in enumerate(where.zone_ids):
        if zone_id not in known:
            raise territory_errors.ZONE_UNKNOWN(path=f"/zone_ids/{nth}")
        if zone_id not in working:
            raise territory_errors.RETIRED(path=f"/zone_ids/{nth}")
    inside = []
    for nth, group_id in enumerate(where.group_ids):
        group = territory.group(reading, group_id)
        if group.retired_at is not None:
            raise territory_errors.RETIRED(path=f"/group_ids/{nth}")
        inside.append(Places(group.region_id, group.station_id, group.id))
    for nth, station_id in enumerate(where.station_ids):
        station = territory.station(reading, station_id)
        if station.retired_at is not None:
            raise territory_errors.RETIRED(path=f"/station_ids/{nth}")
        inside.append(Places(station.region_id, station.id))
    return known | {row.id: row.places for row in working_zones_within(reading, inside)}


def _of_assets(reading: Reading, asset_ids: Collection[UUID]) -> dict[UUID, Places]:
    found = {one.id: one for one in assets.installed(reading, asset_ids=asset_ids)}
    for nth, asset_id in enumerate(asset_ids):
        if asset_id not in found or found[asset_id].zone_id is None:
            raise errors.NOWHERE("it stands at no site in a zone of yours", path=f"/asset_ids/{nth}")
    zones = {one.zone_id for one in found.values() if one.zone_id is not None}
    return territory.places_of_zones(reading, zones)


def _within(reading: Reading, where: Wherever) -> Located:
    """Find the zones that a boundary meets; the caller must see all of them."""
    boundary = read_boundary(where.boundary, system=where.coordinate_system)
    if where.region_id is None:
        raise errors.NOWHERE("with a boundary say the region", path="/region_id")
    territory.region(reading, where.region_id)
    ids = zone_index(reading, where.region_id).meeting(boundary)
    zones = territory.places_of_zones(reading, ids)
    if not ids or len(zones) < len(ids):
        raise errors.NOWHERE("it meets no zone, or one that is not yours", path="/boundary")
    home = _common(zones.values(), "/boundary")
    return Located(home, zones, Reach(home.region_id, tuple(sorted(zones)), boundary))


def _common(places: Collection[Places], path: str) -> Places:
    """Return the smallest of group, station and region that holds all of these. Raises Invalid (outage.nowhere)."""
    regions = {one.region_id for one in places}
    if len(regions) != 1 or len(places) > MOST_ZONES:
        raise errors.NOWHERE(f"no zone, more than {MOST_ZONES}, or zones of several regions", path=path)
    stations, groups = {one.station_id for one in places}, {one.group_id for one in places}
    station_id = next(iter(stations)) if len(stations) == 1 else None
    return Places(next(iter(regions)), station_id, next(iter(groups)) if len(groups) == 1 else None)
