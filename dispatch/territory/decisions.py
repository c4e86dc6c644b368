"""What becomes of a position that the map alone cannot place: decisions of people, and where they apply again."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dispatch.territory.distances import metres_between

SAME_PLACE_METRES = 30.0
"""Two positions so near each other are one place: about what a phone in a street of houses is off."""
_BREAKS = re.compile(r"[\s,，.。;；、·]+")
_BESIDE_HAN = re.compile(r"(?<=[\u3000-\u9fff]) | (?=[\u3000-\u9fff])")


class How(StrEnum):
    """How the zone of a place was found, or why there is none."""

    POSITION = "position"
    DECISION = "decision"
    AMBIGUOUS = "ambiguous"
    OUTSIDE = "outside"
    UNLOCATED = "unlocated"


class Ended(StrEnum):
    """Why a decision no longer holds."""

    REVOKED = "revoked"
    REDRAWN = "redrawn"
    RETIRED = "retired"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place that is asked about: a position in WGS 84 degrees, an address, or both."""

    lat: float | None = None
    lon: float | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody said which zone a place belongs to. `zones` are those that its position lay in then: two or more, or none."""

    id: UUID
    zone_id: UUID
    zones: frozenset[UUID]
    lat: float | None
    lon: float | None
    address_key: str | None
    decided_by: UUID
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Located:
    """Where a place lies. `zones` are those at its position; `decision` is the one that was followed, if any."""

    how: How
    zone_id: UUID | None
    zones: tuple[UUID, ...] = ()
    decision: Decision | None = None


def address_key(address: str | None) -> str | None:
    """Return an address without what people write in many ways: width of letters, case, blanks and commas.

    None for an address without anything else in it.
    """
    folded = unicodedata.normalize("NFKC", address or "").casefold()
    plain = _BESIDE_HAN.sub("", _BREAKS.sub(" ", folded)).strip()
    return plain[:300] or None


def locate(where: Whereabouts, zones: Sequence[UUID], decisions: Iterable[Decision]) -> Located:
    """Say where a place lies, given the zones at its position and decisions that may be about it.

    One zone is the answer. Otherwise the latest decision about the same place holds, if the same zones claimed it then: another
    question is not answered by an old decision.
    """
    found = tuple(zones)
    if len(found) == 1:
        return Located(How.POSITION, found[0], found)
    fitting = [one for one in decisions if one.zones == set(found) and is_about(one, where)]
    if fitting:
        latest = max(fitting, key=lambda one: (one.decided_at, one.id))
        return Located(How.DECISION, latest.zone_id, found, latest)
    if found:
        return Located(How.AMBIGUOUS, None, found)
    return Located(How.UNLOCATED if where.lat is None else How.OUTSIDE, None)


def is_about(decision: Decision, where: Whereabouts) -> bool:
    """Tell whether a decision was made about this place: the same address, or a position a few steps away."""
    key = address_key(where.address)
    if key is not None and key == decision.address_key:
        return True
    if where.lat is None or where.lon is None or decision.lat is None or decision.lon is None:
        return False
    return metres_between(where.lat, where.lon, decision.lat, decision.lon) <= SAME_PLACE_METRES
