"""What a person needs to say in which zone a request lies: the zones that claim its place, or else those that are nearest."""

from dataclasses import dataclass
from uuid import UUID

from dispatch.requests.queries import RequestRow, request
from dispatch.territory import queries as territory
from dispatch.territory.decided import DecisionRow, decision
from dispatch.territory.ground import zone_index
from dispatch.territory.rows import ZoneRow
from kernel.unit_of_work import Reading

NEAREST = 3


@dataclass(frozen=True, slots=True)
class ZoneCandidate:
    """A zone in the caller's scope that a request may lie in; `metres` from its border, 0 inside."""

    zone: ZoneRow
    metres: float


@dataclass(frozen=True, slots=True)
class ZoneQuestion:
    """How the zone of a request is known, or whom to choose between; `decision` is the one that was followed or made."""

    request: RequestRow
    lat: float | None
    lon: float | None
    decision: DecisionRow | None
    candidates: tuple[ZoneCandidate, ...]


def zone_question(reading: Reading, request_id: UUID) -> ZoneQuestion:
    """Return how a request's zone is known, with the zones at its position, or the nearest ones if it lies in none.

    Raises NotFound (request.unknown).
    """
    found = request(reading, request_id)
    row = found.row
    candidates: tuple[ZoneCandidate, ...] = ()
    if found.lat is not None and found.lon is not None:
        index = zone_index(reading, row.region_id)
        inside = index.find(found.lat, found.lon)
        near = dict.fromkeys(inside, 0.0) or dict(index.nearest(found.lat, found.lon, NEAREST))
        seen = territory.places_of_zones(reading, list(near))
        zones = territory.zone_rows(reading, [zone_id for zone_id in near if zone_id in seen])
        candidates = tuple(
            ZoneCandidate(zones[zone_id], metres) for zone_id, metres in near.items() if zone_id in zones
        )
    decided = None
    if found.zone_decision_id is not None and row.zone_id in territory.places_of_zones(
        reading, [row.zone_id or row.id]
    ):
        decided = decision(reading, found.zone_decision_id)
    return ZoneQuestion(row, found.lat, found.lon, decided, candidates)
