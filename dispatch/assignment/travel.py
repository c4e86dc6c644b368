"""How far it is from one position to another: a quick estimate that is never far off, and the exact distance where it matters."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from dispatch.territory.distances import metres_between

EQUATOR_METRES = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_379_990_14
NEAR_DEGREES = 1.0
"""Within so many degrees the estimate is good to a thousandth; beyond, to seven."""
NEAR_ERROR, FAR_ERROR = 0.001, 0.007
KILOMETRE = 1000.0


class Point(NamedTuple):
    """A position, WGS 84 degrees."""

    lat: float
    lon: float


def exact_metres(here: Point, there: Point) -> float:
    """Return the geodesic distance on the earth's ellipsoid, in metres to the decimetre."""
    return round(metres_between(here.lat, here.lon, there.lat, there.lon), 1)


def estimate(here: Point, there: Point) -> tuple[float, float]:
    """Return two distances in metres between which the exact one lies; a hundred times as fast."""
    lat_step, lon_step = there.lat - here.lat, (there.lon - here.lon + 180.0) % 360.0 - 180.0
    if abs(lat_step) < NEAR_DEGREES and abs(lon_step) < NEAR_DEGREES and abs(here.lat) < 75.0:
        middle = radians((here.lat + there.lat) / 2)
        bulge = 1.0 - ECCENTRICITY_SQUARED * sin(middle) ** 2
        north = radians(lat_step) * EQUATOR_METRES * (1.0 - ECCENTRICITY_SQUARED) / bulge**1.5
        east = radians(lon_step) * EQUATOR_METRES / sqrt(bulge) * cos(middle)
        metres, error = sqrt(north * north + east * east), NEAR_ERROR
    else:
        chord = sin(radians(lat_step) / 2) ** 2
        chord += cos(radians(here.lat)) * cos(radians(there.lat)) * sin(radians(lon_step) / 2) ** 2
        metres, error = 2 * 6_371_008.8 * asin(min(1.0, sqrt(chord))), FAR_ERROR
    return max(0.0, metres * (1 - error) - 1.0), metres * (1 + error) + 1.0


def whole_kilometres(here: Point, there: Point, most: int) -> int:
    """Return the whole kilometres of the exact distance, `most` at most; exactly measured only where an estimate cannot tell."""
    low, high = estimate(here, there)
    least = int(low / KILOMETRE)
    if least >= most or least == int(high / KILOMETRE):
        return min(least, most)
    return min(int(exact_metres(here, there) / KILOMETRE), most)
