"""How zones lie to each other on the ground: where two of them claim the same, and where they leave ground to nobody."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from dispatch.territory.distances import square_metres
from dispatch.territory.geometry import as_shape

METRES_PER_DEGREE = 111_195.0
"""Length of a degree of latitude on a sphere of 6,371 km; of longitude, times the cosine of the latitude."""

LEAST_HOLE = 100.0
"""Square metres from which on a gap is a hole: less than a house stands on is none."""
LEAST_SLIVER = 1.0
"""Square metres; less is the noise of counting with degrees."""
SLIT = 2.0
"""Metres: two surveys of the same border differ by as much."""
WORTH_REPORTING = 0.001
"""The share of the smaller zone from which on an overlap is more than two surveys of the same border."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two zones claim the same ground: how much in square metres, and as a share of the smaller of the two."""

    first: UUID
    second: UUID
    square_metres: float
    share: float
    geometry: dict[str, Any] = field(default_factory=dict, compare=False)


def overlaps(boundaries: Mapping[UUID, Mapping[str, Any]], least_share: float = WORTH_REPORTING) -> list[Overlap]:
    """Find the pairs of zones that overlap by at least a share of the smaller one, the largest overlap first."""
    ids = sorted(boundaries)
    shapes = np.array([as_shape(boundaries[zone_id]) for zone_id in ids], dtype=np.object_)
    left, right = shapely.STRtree(shapes).query(shapes)
    pairs = left < right
    left, right = left[pairs], right[pairs]
    shared = shapely.intersection(shapes[left], shapes[right])
    common = shapely.area(shared)
    smaller = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
    found = []
    for nth in np.flatnonzero((common >= least_share * smaller) & (common > 0)).tolist():
        a, b = int(left[nth]), int(right[nth])
        lat = shapely.get_y(shapely.centroid(shapes[a]))
        metres = float(common[nth]) * METRES_PER_DEGREE**2 * math.cos(math.radians(lat))
        ground = json_of(ground_of(shared[nth]))
        found.append(Overlap(ids[a], ids[b], metres, float(common[nth] / smaller[nth]), ground))
    return sorted(found, key=lambda one: -one.square_metres)


def ground_of(shape: Any) -> Any:
    """Return what covers ground of a shape: two borders that touch share lines and points, too."""
    parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if isinstance(one, Polygon) and one.area > 0]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def json_of(shape: Any) -> dict[str, Any]:
    """Return a shape as GeoJSON."""
    document: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return document


@dataclass(frozen=True, slots=True)
class Hole:
    """Ground that zones enclose and none of them covers. `neighbours` are those around it, the longest common border first."""

    square_metres: float
    geometry: dict[str, Any]
    neighbours: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What zones leave open between them: holes worth a look, and how many slivers of which area are not."""

    holes: tuple[Hole, ...]
    slivers: int
    sliver_square_metres: float


def gaps(
    boundaries: Mapping[UUID, Mapping[str, Any]],
    *,
    least_square_metres: float = LEAST_HOLE,
    slit_metres: float = SLIT,
) -> Gaps:
    """Find the ground inside of the zones' common outline that none of them covers, the largest hole first.

    A way in that is narrower than `slit_metres` does not make a hole part of the outside. What is smaller or thinner than that is
    a sliver: two surveys of the same border.
    """
    ids = sorted(boundaries)
    if not ids:
        return Gaps((), 0, 0.0)
    shapes = np.array([as_shape(boundaries[zone_id]) for zone_id in ids], dtype=np.object_)
    plane = _Plane(float(np.mean(shapely.get_y(shapely.centroid(shapes)))))
    flat = plane.to_metres(shapes)
    covered = shapely.union_all(flat)
    half = slit_metres / 2
    # Slits are closed; what is enclosed then gets back what that took from its rim, without the zones inside of it.
    closed = shapely.buffer(covered, half, join_style="mitre")
    enclosed = shapely.buffer(shapely.union_all(_interiors(closed)), half, join_style="mitre")
    open_ground = shapely.get_parts(shapely.difference(enclosed, covered))
    is_hole = (shapely.area(open_ground) >= least_square_metres) & ~shapely.is_empty(shapely.buffer(open_ground, -half))
    found = open_ground[is_hole]
    small = open_ground[~is_hole & (shapely.area(open_ground) >= LEAST_SLIVER)]
    narrow = shapely.get_parts(shapely.difference(shapely.union_all(_interiors(covered)), covered))
    slivers = np.concatenate([small, narrow[~shapely.intersects(narrow, shapely.union_all(open_ground))]])
    drawn = plane.to_degrees(found)
    sizes = square_metres(drawn).tolist()
    tree = shapely.STRtree(flat)
    holes = [
        Hole(size, json_of(shape), _around(tree, flat, ids, ground, slit_metres))
        for size, shape, ground in zip(sizes, drawn, found, strict=True)
    ]
    area = float(square_metres(plane.to_degrees(slivers)).sum()) if len(slivers) else 0.0
    return Gaps(tuple(sorted(holes, key=lambda one: -one.square_metres)), len(slivers), area)


class _Plane:
    """Metres around a latitude, good enough for the shapes of one region."""

    def __init__(self, lat: float) -> None:
        self._scale = np.array([METRES_PER_DEGREE * math.cos(math.radians(lat)), METRES_PER_DEGREE])

    def to_metres(self, shapes: Any) -> Any:
        return shapely.transform(shapes, lambda degrees: degrees * self._scale)

    def to_degrees(self, shapes: Any) -> Any:
        return shapely.transform(shapes, lambda metres: metres / self._scale)


def _interiors(ground: Any) -> Any:
    rings = [ring for part in shapely.get_parts(ground) for ring in part.interiors]
    return shapely.polygons(np.array(rings, dtype=np.object_)) if rings else np.array([], dtype=np.object_)


def _around(tree: Any, flat: Any, ids: Sequence[UUID], hole: Any, slit: float) -> tuple[UUID, ...]:
    rim = shapely.buffer(hole, slit)
    near = tree.query(rim, predicate="intersects")
    shared = shapely.area(shapely.intersection(flat[near], rim))
    order = sorted(zip((-shared).tolist(), near.tolist(), strict=True))
    return tuple(ids[zone] for _, zone in order)
