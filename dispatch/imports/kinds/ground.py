"""Where the things of an import lie: in the zone that a line names, at its position, or in the region at large."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.imports.kinds.kind import Plan, may_import
from dispatch.requests.zoning import NamedZone, NotFound, ZoneNames, ZoneRule, choose_zone
from dispatch.territory import queries as territory
from dispatch.territory.decided import find_zones
from dispatch.territory.decisions import Whereabouts
from dispatch.territory.places import Places
from kernel.errors import FORBIDDEN
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Spot:
    """What a line says of where something is. Degrees in WGS 84; `decided_zone` is what a person wrote into a rejects file."""

    zone: str | None
    lat: float | None
    lon: float | None
    address: str | None
    decided_zone: str | None = None


class Ground:
    """The zones of an import's region, or of its one station."""

    def __init__(self, uow: UnitOfWork, plan: Plan) -> None:
        """Load them. Raises NotFound (territory.region_unknown), Forbidden (forbidden)."""
        territory.region(uow, plan.region_id)
        if not may_import(uow, plan.region_id, plan.station_id):
            raise FORBIDDEN()
        self._region_id, self._station_id = plan.region_id, plan.station_id
        found = territory.zone_map(uow, plan.region_id)
        self._zones = {key: zone for key, zone in found.zones.items() if plan.station_id in (None, zone.station_id)}
        self._names = ZoneNames(NamedZone(zone.id, zone.code, zone.name) for zone in self._zones.values())

    def find(self, uow: UnitOfWork, spots: Sequence[Spot]) -> list[Places | NotFound]:
        """Say where these lie, with a constant number of statements.

        The zone that a line names decides, then its position. Otherwise it is the region at large, unless the import is for one
        station: then it is nowhere.
        """
        located = find_zones(uow, self._region_id, [Whereabouts(one.lat, one.lon, one.address) for one in spots])
        found: list[Places | NotFound] = []
        for spot, there in zip(spots, located, strict=True):
            rule = ZoneRule(by_recorded=spot.zone is not None, keep_outside=self._station_id is None)
            at_position = tuple(zone_id for zone_id in there.zones if zone_id in self._zones)
            choice = choose_zone(spot, at_position, self._names, rule, there.decision)
            if isinstance(choice, NotFound):
                found.append(choice)
            elif choice.zone_id is None:
                found.append(Places(self._region_id))
            else:
                found.append(self._zones[choice.zone_id].places)
        return found
