"""The ground that zones cover: boundaries read and repaired, positions found in zones."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping

from dispatch.territory import errors

AREA_KEPT = 0.001
"""A boundary that crosses itself is repaired if this changes its area by no more than this share."""

Boundary = dict[str, Any]
"""A GeoJSON Polygon or MultiPolygon as `read_boundary` returns it: valid, longitude first, WGS 84 degrees."""


def read_boundary(document: Any, path: str = "/boundary") -> Boundary:
    """Check a boundary as somebody sent it, and return it in its plain form: without heights, without crossings.

    `path` is the JSON pointer under which errors name the boundary's parts.

    Raises:
        Invalid (territory.boundary_type, territory.boundary_position, territory.boundary_ring, territory.boundary_crosses).
    """
    if not isinstance(document, Mapping) or document.get("type") not in ("Polygon", "MultiPolygon"):
        found = document.get("type") if isinstance(document, Mapping) else type(document).__name__
        raise errors.BOUNDARY_TYPE(f"expected a Polygon or a MultiPolygon, not {found!r}", path=path)
    here = f"{path}/coordinates"
    coordinates = document.get("coordinates")
    if document["type"] == "Polygon":
        return _repaired(Polygon(*_read_rings(coordinates, here)), path)
    parts = [_read_rings(one, f"{here}/{i}") for i, one in enumerate(_some(coordinates, here, errors.BOUNDARY_TYPE))]
    return _repaired(MultiPolygon([Polygon(*rings) for rings in parts]), path)


def as_shape(boundary: Mapping[str, Any]) -> Polygon | MultiPolygon:
    """Return a boundary that was read as a shape; through arrays, which is several times faster than point by point."""
    coordinates = boundary["coordinates"]
    if boundary["type"] == "Polygon":
        return _polygon(coordinates)
    return MultiPolygon([_polygon(part) for part in coordinates])


def _polygon(rings: Sequence[Any]) -> Polygon:
    drawn: Any = [shapely.linearrings(np.asarray(ring, dtype=float)) for ring in rings]
    polygon: Polygon = shapely.polygons(drawn[0], drawn[1:] or None)
    return polygon


def centre(boundary: Mapping[str, Any]) -> tuple[float, float]:
    """Return a point inside the boundary that stands for it: latitude, longitude in degrees."""
    point = as_shape(boundary).representative_point()
    return point.y, point.x


class ZoneIndex:
    """Finds the zones that positions lie in. Built once from boundaries that were read, then only asked."""

    def __init__(self, boundaries: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Index boundaries by the id of their zone."""
        self._ids = sorted(boundaries)
        self._shapes = np.array([as_shape(boundaries[zone_id]) for zone_id in self._ids], dtype=np.object_)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, lat: float, lon: float) -> tuple[UUID, ...]:
        """Return the zones at one position in degrees, in the order of their ids; see `find_many`."""
        return self.find_many([lat], [lon])[0]

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

    def areas(self) -> dict[UUID, float]:
        """Return the areas in square degrees: good for comparing zones of one region, and for nothing else."""
        return dict(zip(self._ids, shapely.area(self._shapes).tolist(), strict=True))


def _some(value: Any, path: str, error: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or not value:
        raise error("expected a list that is not empty", path=path)
    return value


def _read_rings(value: Any, path: str) -> tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]:
    rings = [_read_ring(ring, f"{path}/{i}") for i, ring in enumerate(_some(value, path, errors.BOUNDARY_TYPE))]
    return rings[0], rings[1:]


def _read_ring(value: Any, path: str) -> list[tuple[float, float]]:
    ring = [_read_position(one, f"{path}/{i}") for i, one in enumerate(_some(value, path, errors.BOUNDARY_RING))]
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise errors.BOUNDARY_RING(
            "a ring needs at least four positions" if len(ring) < 4 else "the ring is not closed", path=path
        )
    return ring


def _read_position(value: Any, path: str) -> tuple[float, float]:
    numbers = value[:2] if isinstance(value, list | tuple) else ()
    if len(numbers) != 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise errors.BOUNDARY_POSITION("expected [longitude, latitude]", path=path)
    lon, lat = float(numbers[0]), float(numbers[1])
    # Written so that a NaN fails as well.
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        hint = "; are they swapped?" if abs(lat) > 90 and abs(lon) <= 90 else ""
        raise errors.BOUNDARY_POSITION(f"longitude {lon:g}, latitude {lat:g} is not on Earth{hint}", path=path)
    return lon, lat


def _repaired(drawn: Polygon | MultiPolygon, path: str) -> Boundary:
    if drawn.is_valid and drawn.area > 0:
        return _plain(drawn)
    whole = shapely.make_valid(drawn)
    # Lines and points that the repair leaves over cover no ground.
    parts = [part for part in shapely.get_parts(shapely.get_parts(whole)) if isinstance(part, Polygon)]
    kept = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    if not parts or not math.isclose(kept.area, drawn.area, rel_tol=AREA_KEPT):
        raise errors.BOUNDARY_CROSSES(shapely.is_valid_reason(drawn), path=path)
    return _plain(kept)


def _plain(ground: Polygon | MultiPolygon) -> Boundary:
    plain: Boundary = _as_lists(mapping(ground))
    return plain


def _as_lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_lists(one) for key, one in value.items()}
    return [_as_lists(one) for one in value] if isinstance(value, tuple | list) else value
