"""How far apart are what a picture says of itself and what its op said: evidence for a person, never a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checklists.media.states import Doubt
from dispatch.policies.rules import known, whole
from dispatch.territory.distances import metres_between

SUBJECT = "photos"
_BOUNDS: Mapping[str, tuple[int, int]] = {"seconds_apart": (0, 30 * 24 * 60 * 60), "metres_apart": (0, 20_000_000)}


@dataclass(frozen=True, slots=True)
class PhotoRules:
    """How far apart picture and op may be before a reviewer is told: seconds, and metres beyond what the phone was unsure of."""

    seconds_apart: int = 3600
    metres_apart: int = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What the op said: its corrected time (aware UTC) and the phone's position with its uncertainty in metres."""

    at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_metres: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds from the op to the picture (negative: the picture is older), metres between them, and what is doubtful in that.

    None where one of the two says nothing.
    """

    seconds_apart: int | None
    metres_apart: int | None
    doubts: tuple[Doubt, ...]


def read_rules(document: Mapping[str, Any]) -> PhotoRules:
    """Read what a region decided; what it does not name is as by default. Raises Invalid (policy.rules_wrong) with the path."""
    known(document, tuple(_BOUNDS))
    plain = PhotoRules()
    return PhotoRules(
        **{name: whole(document, name, getattr(plain, name), *bounds) for name, bounds in _BOUNDS.items()}
    )


def compare(
    taken_at: datetime | None, lat: float | None, lon: float | None, told: Told, rules: PhotoRules
) -> Comparison:
    """Compare what a picture says with what its op said."""
    seconds = None if taken_at is None or told.at is None else round((taken_at - told.at).total_seconds())
    metres: int | None = None
    if lat is not None and lon is not None and told.lat is not None and told.lon is not None:
        metres = round(metres_between(lat, lon, told.lat, told.lon))
    doubts = []
    if seconds is not None and abs(seconds) > rules.seconds_apart:
        doubts.append(Doubt.OTHER_TIME)
    if metres is not None and metres - (told.accuracy_metres or 0) > rules.metres_apart:
        doubts.append(Doubt.OTHER_PLACE)
    return Comparison(seconds, metres, tuple(doubts))
