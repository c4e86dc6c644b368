"""Where an incident lies: the zones that it reaches, and the smallest place that holds them all."""

from collections.abc import Collection
from uuid import UUID

from dispatch.incidents import errors
from dispatch.territory import errors as territory_errors
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from kernel.unit_of_work import Reading

MOST_ZONES = 1000


def reach(
    reading: Reading, *, zone_ids: Collection[UUID], group_id: UUID | None, station_id: UUID | None
) -> tuple[Places, dict[UUID, Places]]:
    """Return the home of an incident, and the zones that it reaches: those named, or all of the group or station.

    Raises:
        NotFound (territory.zone_unknown, territory.group_unknown, territory.station_unknown): not in the caller's scope.
        Invalid (incident.nowhere): nothing is named, or zones of several regions are.
    """
    if zone_ids:
        found = territory.places_of_zones(reading, zone_ids)
        if set(found) != set(zone_ids):
            raise territory_errors.ZONE_UNKNOWN()
        return common(found.values()), found
    if group_id is not None:
        home = territory.places_of_group(reading, group_id)
        rows = territory.zones(reading, limit=MOST_ZONES, group_id=group_id).items
    elif station_id is not None:
        home = Places(territory.station(reading, station_id).region_id, station_id)
        rows = territory.zones(reading, limit=MOST_ZONES, station_id=station_id).items
    else:
        raise errors.NOWHERE(path="/zone_ids")
    return home, {row.id: row.places for row in rows}


def common(places: Collection[Places]) -> Places:
    """Return the smallest of group, station and region that holds all of these. Raises Invalid (incident.nowhere)."""
    regions = {one.region_id for one in places}
    if len(regions) != 1:
        raise errors.NOWHERE("the zones are in several regions", path="/zone_ids")
    stations, groups = {one.station_id for one in places}, {one.group_id for one in places}
    station_id = next(iter(stations)) if len(stations) == 1 else None
    return Places(next(iter(regions)), station_id, next(iter(groups)) if len(groups) == 1 else None)
