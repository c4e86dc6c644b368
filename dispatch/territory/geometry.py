"""The ground that zones cover: boundaries as somebody sent them, checked, repaired and brought to WGS 84."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping

from dispatch.territory import errors
from dispatch.territory.coordinates import CoordinateSystem, to_wgs84
from dispatch.territory.distances import square_metres

AREA_KEPT = 0.001
"""A boundary that crosses itself is repaired if this changes its area by no more than this share."""
MOST_POSITIONS = 100_000
"""Positions in a boundary; a survey of a whole city's limits has some thousands."""
LEAST_SQUARE_METRES = 1.0
WIDEST_DEGREES = 180.0
CROSSINGS_LOOKED_AT = 50_000
"""Pairs of sides near each other, beyond the few that every boundary has, up to which a repair is tried."""
LONGEST_WORD = 40

Rings = tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]
Boundary = dict[str, Any]
"""A GeoJSON Polygon or MultiPolygon as `read_boundary` returns it: valid, longitude first, WGS 84 degrees."""


def read_boundary(
    document: Any, path: str = "/boundary", *, system: CoordinateSystem = CoordinateSystem.WGS84
) -> Boundary:
    """Check a boundary as somebody sent it, and return it in its plain form: without heights, without crossings, in WGS 84.

    `path` is the JSON pointer under which errors name the boundary's parts.

    Raises:
        Invalid (territory.boundary_type, territory.boundary_position, territory.boundary_ring, territory.boundary_crosses,
        territory.boundary_large, territory.boundary_tiny, territory.boundary_antimeridian).
    """
    if not isinstance(document, Mapping) or document.get("type") not in ("Polygon", "MultiPolygon"):
        found = repr(document.get("type")) if isinstance(document, Mapping) else type(document).__name__
        raise errors.BOUNDARY_TYPE(f"expected a Polygon or a MultiPolygon, not {found[:LONGEST_WORD]}", path=path)
    here = f"{path}/coordinates"
    coordinates = document.get("coordinates")
    if document["type"] == "Polygon":
        parts = {here: _read_rings(coordinates, here)}
    else:
        listed = _some(coordinates, here, errors.BOUNDARY_TYPE)
        parts = {f"{here}/{i}": _read_rings(one, f"{here}/{i}") for i, one in enumerate(listed)}
    count = sum(len(shell) + sum(map(len, holes)) for shell, holes in parts.values())
    if count > MOST_POSITIONS:
        raise errors.BOUNDARY_LARGE(f"{count} positions, and {MOST_POSITIONS} are the most", path=here)
    shapes = {where: _in_wgs84(Polygon(*rings), system) for where, rings in parts.items()}
    _check_width(shapes)
    if document["type"] == "Polygon":
        return _repaired(shapes[here], path)
    return _repaired(MultiPolygon(list(shapes.values())), _crossing_part(shapes) or path)


def drawn(boundary: Mapping[str, Any] | None, system: CoordinateSystem) -> dict[str, Any]:
    """Return the columns of a zone that is drawn like this, or not yet. Raises what `read_boundary` raises."""
    plain = None if boundary is None else read_boundary(boundary, system=system)
    return {"boundary": plain, "coordinate_system": system.value}


def _in_wgs84(drawn: Polygon, system: CoordinateSystem) -> Polygon:
    if system is CoordinateSystem.WGS84:
        return drawn
    return shapely.transform(drawn, lambda degrees: np.column_stack(to_wgs84(system, degrees[:, 0], degrees[:, 1])))


def _check_width(drawn: Mapping[str, Polygon]) -> None:
    """Refuse what goes all around the Earth: nearly always a zone across the 180th meridian, drawn in one piece."""
    for where, part in drawn.items():
        west, _, east, _ = part.bounds
        if east - west > WIDEST_DEGREES:
            raise errors.BOUNDARY_ANTIMERIDIAN(f"it is {east - west:g} degrees wide", path=where)


def _crossing_part(drawn: Mapping[str, Polygon]) -> str | None:
    """Return where the first part is that crosses itself; None if only the parts cross each other."""
    return next((where for where, part in drawn.items() if not part.is_valid), None)


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


def _some(value: Any, path: str, error: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or not value:
        raise error("expected a list that is not empty", path=path)
    return value


def _read_rings(value: Any, path: str) -> Rings:
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
        return _plain(_checked_size(drawn, path))
    why = shapely.is_valid_reason(drawn)
    if _is_tangle(drawn):
        raise errors.BOUNDARY_CROSSES(f"{why}, and in many more places", path=path)
    whole = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    # Lines and points that the repair leaves over cover no ground.
    parts = [
        part for part in shapely.get_parts(shapely.get_parts(whole)) if isinstance(part, Polygon) and part.area > 0
    ]
    kept = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    if not parts or not math.isclose(kept.area, drawn.area, rel_tol=AREA_KEPT):
        raise errors.BOUNDARY_CROSSES(why, path=path)
    return _plain(_checked_size(kept, path))


def _checked_size(ground: Polygon | MultiPolygon, path: str) -> Polygon | MultiPolygon:
    area = float(square_metres(ground))
    if area < LEAST_SQUARE_METRES:
        raise errors.BOUNDARY_TINY(f"{area:.3g} square metres", path=path)
    return ground


def _is_tangle(drawn: Polygon | MultiPolygon) -> bool:
    """Tell whether so many sides lie over each other that a repair would take minutes, and no ground would be left as it was."""
    sides = np.concatenate([_sides(ring) for part in shapely.get_parts(drawn) for ring in _rings_of(part)])
    tree = shapely.STRtree(sides)
    left = CROSSINGS_LOOKED_AT + 8 * len(sides)
    for start in range(0, len(sides), 64):
        left -= tree.query(sides[start : start + 64]).shape[1]
        if left < 0:
            return True
    return False


def _rings_of(part: Polygon) -> Iterable[Any]:
    return (part.exterior, *part.interiors)


def _sides(ring: Any) -> Any:
    corners = shapely.get_coordinates(ring)
    return shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))


def _plain(ground: Polygon | MultiPolygon) -> Boundary:
    plain: Boundary = _as_lists(mapping(ground))
    return plain


def _as_lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_lists(one) for key, one in value.items()}
    return [_as_lists(one) for one in value] if isinstance(value, tuple | list) else value
