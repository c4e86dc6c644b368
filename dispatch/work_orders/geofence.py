"""How far from the site somebody reported as arrived, and whether that is near enough."""

from dataclasses import dataclass

from dispatch.territory.distances import metres_between

MISS, NO_POSITION = "geofence_miss", "no_position"


@dataclass(frozen=True, slots=True)
class Position:
    """A position, WGS 84 degrees."""

    lat: float
    lon: float


def distance_metres(here: Position, there: Position) -> float:
    """Return the distance of two positions on the earth's ellipsoid, in metres to the decimetre."""
    return round(metres_between(here.lat, here.lon, there.lat, there.lon), 1)


def misses(metres: float, accuracy_metres: float | None, radius_metres: int) -> bool:
    """Tell whether somebody was outside of the circle beyond doubt.

    The fix's own uncertainty counts in their favour, but never for more than the radius: one that may be anywhere proves nothing.
    """
    if radius_metres == 0:
        return False
    return metres - min(accuracy_metres or 0.0, float(radius_metres)) > radius_metres
