"""How the zones of a region or station cover its ground: where two claim the same, where none does, and which are not drawn."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.territory import errors, queries
from dispatch.territory.coverage import LEAST_HOLE, WORTH_REPORTING, Gaps, Overlap, gaps, overlaps
from dispatch.territory.models import Zone
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A zone as people call it."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class GroundReport:
    """What a person should look at on the map. `zones` names all that are mentioned."""

    zones: dict[UUID, ZoneName]
    drawn: int
    undrawn: tuple[UUID, ...]
    overlaps: tuple[Overlap, ...]
    gaps: Gaps


def region_ground(reading: Reading, region_id: UUID, **limits: float) -> GroundReport:
    """Look over the ground of a region. Raises NotFound (territory.region_unknown) unless all of it is in the caller's scope."""
    if not reading.actor.scope.covers(region_id=region_id):
        raise errors.REGION_UNKNOWN()
    queries.region(reading, region_id)
    return _report(reading, Zone.region_id == region_id, **limits)


def station_ground(reading: Reading, station_id: UUID, **limits: float) -> GroundReport:
    """Look over the ground of a station. Raises NotFound (territory.station_unknown)."""
    queries.station(reading, station_id)
    return _report(reading, Zone.station_id == station_id, **limits)


def _report(
    reading: Reading, where: Any, *, least_share: float = WORTH_REPORTING, least_square_metres: float = LEAST_HOLE
) -> GroundReport:
    rows = reading.session.execute(
        select(Zone.id, Zone.code, Zone.name, Zone.boundary)
        .where(where, Zone.retired_at.is_(None), queries.zone_scope(reading))
        .order_by(Zone.code, Zone.id)
    ).all()
    boundaries = {row.id: row.boundary for row in rows if row.boundary is not None}
    crossing = tuple(overlaps(boundaries, least_share))
    found = gaps(boundaries, least_square_metres=least_square_metres)
    undrawn = tuple(row.id for row in rows if row.boundary is None)
    named = {*undrawn, *(key for one in crossing for key in (one.first, one.second))}
    named |= {key for one in found.holes for key in one.neighbours}
    names = {row.id: ZoneName(row.id, row.code, row.name) for row in rows if row.id in named}
    return GroundReport(names, len(boundaries), undrawn, crossing, found)


def as_features(report: GroundReport) -> dict[str, Any]:
    """Return overlaps and holes as a GeoJSON FeatureCollection, each with its kind, its area and the zones concerned."""
    features = [
        _feature(one.geometry, "overlap", one.square_metres, report, (one.first, one.second)) for one in report.overlaps
    ]
    features += [_feature(one.geometry, "hole", one.square_metres, report, one.neighbours) for one in report.gaps.holes]
    return {"type": "FeatureCollection", "features": features}


def _feature(
    geometry: dict[str, Any], kind: str, area: float, report: GroundReport, zones: tuple[UUID, ...]
) -> dict[str, Any]:
    properties = {"kind": kind, "square_metres": round(area, 1), "zones": [report.zones[key].code for key in zones]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
