"""Finds the zones that positions lie in, by boxes first and by shapes then."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from dispatch.territory.distances import metres_between
from dispatch.territory.geometry import as_shape


class ZoneIndex:
    """Finds the zones that positions lie in. Built once from boundaries that were read, then only asked."""

    def __init__(self, boundaries: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Index boundaries by the id of their zone."""
        self._ids = sorted(boundaries)
        self._shapes = np.array([as_shape(boundaries[zone_id]) for zone_id in self._ids], dtype=np.object_)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self.positions = int(shapely.get_num_coordinates(self._shapes).sum())
        """How many positions the boundaries have: what an index weighs."""
        self._settle()

    def __len__(self) -> int:
        return len(self._ids)

    def _settle(self) -> None:
        """Ask about a corner of each zone, so that all is worked out that GEOS puts off to the first question.

        From then on threads only read it. Putting it off is not guarded, and questions are asked without the interpreter's lock.
        """
        if len(self._shapes):
            corners = shapely.get_coordinates(shapely.get_point(_first_ring(self._shapes), 0))
            shapely.intersects_xy(self._shapes, corners[:, 0], corners[:, 1])

    def find(self, lat: float, lon: float) -> tuple[UUID, ...]:
        """Return the zones at one position in degrees, in the order of their ids; see `find_many`."""
        near = self._tree.query(shapely.points(lon, lat))
        if not near.size:
            return ()
        inside = near[shapely.intersects_xy(self._shapes[near], lon, lat)]
        return tuple(self._ids[hit] for hit in sorted(inside.tolist()))

    def find_many(self, lats: Sequence[float], lons: Sequence[float]) -> list[tuple[UUID, ...]]:
        """Return the zones at each of these positions in degrees, in the order of their ids.

        A border belongs to the zones on both of its sides. A position that is not a number lies nowhere.
        """
        found: list[list[UUID]] = [[] for _ in lats]
        x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
        # By boxes first, then by shape: the prepared shapes decide much faster than the tree's own predicate.
        nth, zone = self._tree.query(shapely.points(x, y))
        inside = shapely.intersects_xy(self._shapes[zone], x[nth], y[nth])
        for position, hit in sorted(zip(nth[inside].tolist(), zone[inside].tolist(), strict=True)):
            found[position].append(self._ids[hit])
        return [tuple(ids) for ids in found]

    def meeting(self, boundary: Mapping[str, Any]) -> tuple[UUID, ...]:
        """Return the zones that share ground with a boundary that was read, in the order of their ids; a border is no ground."""
        shape = as_shape(boundary)
        shapely.prepare(shape)
        near = self._tree.query(shape)
        met = near[shapely.intersects(shape, self._shapes[near]) & ~shapely.touches(shape, self._shapes[near])]
        return tuple(self._ids[hit] for hit in sorted(met.tolist()))

    def nearest(self, lat: float, lon: float, count: int) -> list[tuple[UUID, float]]:
        """Return the zones whose borders are nearest to a position outside of them, with the metres, the nearest first."""
        point = shapely.points(lon, lat)
        reach, near = 0.01, np.array([], dtype=int)
        while len(near) < min(count, len(self)) and reach < 720:
            near = self._tree.query(point, predicate="dwithin", distance=reach)
            reach *= 2
        # Degrees of longitude are shorter: what is nearest in degrees may not be so in metres, so look a little further.
        near = self._tree.query(point, predicate="dwithin", distance=reach) if len(near) else near
        scale = np.array([math.cos(math.radians(lat)), 1.0])
        flat = shapely.transform(self._shapes[near], lambda degrees: degrees * scale)
        lines = shapely.shortest_line(shapely.points(lon * scale[0], lat), flat)
        ends = shapely.get_coordinates(shapely.get_point(lines, 1)) / scale
        found = [
            (self._ids[zone], metres_between(lat, lon, float(y), float(x)))
            for zone, (x, y) in zip(near.tolist(), ends, strict=True)
        ]
        return sorted(found, key=lambda one: (one[1], one[0]))[:count]

    def areas(self) -> dict[UUID, float]:
        """Return the areas in square degrees: good for comparing zones of one region, and for nothing else."""
        return dict(zip(self._ids, shapely.area(self._shapes).tolist(), strict=True))

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east and north of all zones together, in degrees; None without zones."""
        west, south, east, north = shapely.total_bounds(self._shapes).tolist() if len(self) else (0.0,) * 4
        return (west, south, east, north) if len(self) else None


def _first_ring(shapes: Any) -> Any:
    return shapely.get_exterior_ring(shapely.get_geometry(shapes, 0))
