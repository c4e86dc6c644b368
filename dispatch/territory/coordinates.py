"""The coordinate systems that maps of China come in, and how positions of each become WGS 84.

GCJ-02 (国测局坐标) is what Chinese maps by law show; BD-09 is what Baidu makes of it. Neither has a published specification. The
formulas are the ones that every open implementation shares, e.g. googollee/eviltransform, whose reference points the tests use;
see also https://en.wikipedia.org/wiki/Restrictions_on_geographic_data_in_China. They are inverted by iteration, to less than a
millimetre.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np

Degrees = Any
"""An array of degrees."""
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]
"""Takes longitudes and latitudes, returns longitudes and latitudes."""


class CoordinateSystem(StrEnum):
    """What the degrees of a position count from."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


SEMI_MAJOR_METRES = 6378245.0
SQUARED_ECCENTRICITY = 0.00669342162296594323
"""The ellipsoid of Krasovsky 1940, as the formulas have it."""
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Outside this rectangle nothing is shifted. It is a rough one: it holds China and strips of its neighbours."""
BD_TURN = np.pi * 3000.0 / 180.0
CLOSE_ENOUGH_DEGREES = 1e-9
MOST_ROUNDS = 30


def to_wgs84(system: CoordinateSystem, lons: Degrees, lats: Degrees) -> tuple[Degrees, Degrees]:
    """Return longitudes and latitudes in WGS 84 degrees. What is not a number, or outside of China, stays as it is."""
    x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    if system is CoordinateSystem.BD09:
        x, y = _inverted(_gcj02_to_bd09, x, y)
    if system is not CoordinateSystem.WGS84:
        x, y = _inverted(_wgs84_to_gcj02, x, y)
    return x, y


def from_wgs84(system: CoordinateSystem, lons: Degrees, lats: Degrees) -> tuple[Degrees, Degrees]:
    """Return WGS 84 longitudes and latitudes in degrees of another system."""
    x, y = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    if system is not CoordinateSystem.WGS84:
        x, y = _wgs84_to_gcj02(x, y)
    if system is CoordinateSystem.BD09:
        x, y = _gcj02_to_bd09(x, y)
    return x, y


def point_to_wgs84(system: CoordinateSystem, lat: float, lon: float) -> tuple[float, float]:
    """Return one position, latitude first as people write it, in WGS 84 degrees."""
    if system is CoordinateSystem.WGS84:
        return lat, lon
    x, y = to_wgs84(system, [lon], [lat])
    return float(y[0]), float(x[0])


def position_to_wgs84(
    system: CoordinateSystem, lat: float | None, lon: float | None
) -> tuple[float | None, float | None]:
    """Return a position that may be missing, as `point_to_wgs84` does."""
    return (lat, lon) if lat is None or lon is None else point_to_wgs84(system, lat, lon)


def _in_china(x: Degrees, y: Degrees) -> Any:
    return (x >= WEST) & (x <= EAST) & (y >= SOUTH) & (y <= NORTH)


def _inverted(shift: Shift, x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Find what `shift` moves to these positions. It moves by less than a hundredth of a degree, so this closes in fast."""
    found_x, found_y = x, y
    for _ in range(MOST_ROUNDS):
        there_x, there_y = shift(found_x, found_y)
        off_x, off_y = x - there_x, y - there_y
        found_x, found_y = found_x + off_x, found_y + off_y
        if not np.any((np.abs(off_x) > CLOSE_ENOUGH_DEGREES) | (np.abs(off_y) > CLOSE_ENOUGH_DEGREES)):
            break
    return found_x, found_y


def _wgs84_to_gcj02(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    east, north = _drift(x - 105.0, y - 35.0)
    radians = np.radians(y)
    flattened = 1 - SQUARED_ECCENTRICITY * np.sin(radians) ** 2
    meridian = SEMI_MAJOR_METRES * (1 - SQUARED_ECCENTRICITY) / flattened**1.5
    parallel = SEMI_MAJOR_METRES / np.sqrt(flattened) * np.cos(radians)
    inside = _in_china(x, y)
    # At a pole, outside, the parallel is a point.
    parallel = np.where(inside, parallel, 1.0)
    return (
        np.where(inside, x + np.degrees(east / parallel), x),
        np.where(inside, y + np.degrees(north / meridian), y),
    )


def _drift(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Return how many metres a place is drawn too far to the east and to the north; degrees from 105° E, 35° N."""
    root = np.sqrt(np.abs(x))
    both = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east = east + (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east = east + (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north = north + (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north = north + (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    return east, north


def _gcj02_to_bd09(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    inside = _in_china(x, y)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BD_TURN)
    return (
        np.where(inside, radius * np.cos(angle) + 0.0065, x),
        np.where(inside, radius * np.sin(angle) + 0.006, y),
    )
