"""How far and how large things on the ground are: metres on the ellipsoid, square metres on the sphere of the same area."""

from typing import Any

import numpy as np
import shapely

AUTHALIC_RADIUS_METRES = 6_371_007.181
"""Of the sphere that has the area of WGS 84's ellipsoid."""


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the geodesic distance of two positions in WGS 84 degrees, in metres (Karney's algorithm, through geopy)."""
    from geopy.distance import geodesic  # with all of its geocoders, 15 MiB: for processes that measure

    metres: float = geodesic((lat, lon), (other_lat, other_lon)).meters
    return metres


def square_metres(ground: Any) -> Any:
    """Return the area of a shape, or of each of an array of shapes, drawn in WGS 84 degrees.

    Cylindrical equal-area projection: exact on the sphere for shapes whose sides are short; within about half a percent of the
    ellipsoid's.
    """
    return shapely.area(shapely.transform(ground, _equal_area))


def _equal_area(degrees: Any) -> Any:
    radians = np.radians(degrees)
    return np.column_stack([radians[:, 0] * AUTHALIC_RADIUS_METRES, np.sin(radians[:, 1]) * AUTHALIC_RADIUS_METRES])
