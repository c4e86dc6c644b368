"""A position as a phone reports it: where, how sure, and whether it was made up."""

from typing import Any, NamedTuple

MOCK_LOCATION = "mock_location"
FARTHEST_ERROR_METRES = 1e6


class Fix(NamedTuple):
    """A position, WGS 84 degrees, with its uncertainty in metres; `mock` tells that the phone was told to be there."""

    lat: float
    lon: float
    accuracy_m: float | None = None
    mock: bool = False


def read_fix(gps: object) -> Fix | None:
    """Read `{lat, lon, acc_m, mock}`, or return None when that is no position."""
    if not isinstance(gps, dict):
        return None
    lat, lon = _number(gps.get("lat"), 90), _number(gps.get("lon"), 180)
    if lat is None or lon is None:
        return None
    return Fix(lat, lon, _number(gps.get("acc_m"), FARTHEST_ERROR_METRES), gps.get("mock") is True)


def _number(value: Any, most: float) -> float | None:
    if type(value) not in (int, float) or not -most <= value <= most:
        return None
    return float(value)
