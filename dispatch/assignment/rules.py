"""What a region decides about who gets its orders: the subject `assignment_rule`, under a code by which it may be tried first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from dispatch.policies import errors
from dispatch.policies.rules import known, text, texts, whole
from dispatch.sla.deadline import Priority

SUBJECT = "assignment_rule"
STANDARD = "standard"
"""The code of a rule that names none, and of the product's own."""
LONGEST_CODE, MOST_TYPES = 48, 200


class Nearness(StrEnum):
    """How close somebody stands to a place: it is their own zone, their group's, their station's, or only their region's."""

    OWNER = "owner"
    GROUP = "group"
    STATION = "station"
    REGION = "region"


class Exclusion(StrEnum):
    """Why somebody cannot have the work; those about skills are the names of `people.eligibility.Bar`."""

    LEFT = "left"
    INACTIVE = "inactive"
    SKILL_MISSING = "skill_missing"
    SKILL_EXPIRED = "skill_expired"
    EXAM_FAILED = "exam_failed"
    RETRAINING = "retraining"
    LEVEL_TOO_LOW = "level_too_low"
    ELSEWHERE = "elsewhere"
    ABSENT = "absent"
    OFF_SHIFT = "off_shift"
    OVERLAP = "overlap"
    DECLINED = "declined"
    CREW_SHORT = "crew_short"


OVERRIDABLE = frozenset(
    {
        Exclusion.ELSEWHERE,
        Exclusion.ABSENT,
        Exclusion.OFF_SHIFT,
        Exclusion.OVERLAP,
        Exclusion.DECLINED,
        Exclusion.CREW_SHORT,
    }
)
"""What a region may let a person pass over. Whoever left, may not sign in, or may not do the work never gets it."""


class Mode(StrEnum):
    """What the product does by itself: nothing, give to whoever answers for the zone, or give to the best."""

    OFF = "off"
    OWNERS = "owners"
    BEST = "best"


class WhenAway(StrEnum):
    """What becomes of somebody's orders when an absence is approved: proposed for others, or given to them."""

    PROPOSE = "propose"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Weights:
    """Points. The steps of nearness are wider than all else together, so whoever is nearer always comes first.

    `travel` is for each whole kilometre, `load` for each order in hand, `recent` for each that was given lately, `level` for each
    level of the skill; each counts up to its `most_`.
    """

    owner: int = 600
    group: int = 400
    station: int = 200
    region: int = 0
    level: int = 2
    load: int = -4
    travel: int = -1
    recent: int = -1
    continuity: int = 10
    most_load: int = 20
    most_travel: int = 30
    most_recent: int = 20


@dataclass(frozen=True, slots=True)
class Automatic:
    """When orders are given by themselves; no work types or tiers named means all. `again` is after somebody declined."""

    mode: Mode = Mode.BEST
    work_types: frozenset[str] = frozenset()
    tiers: frozenset[Priority] = frozenset()
    again: bool = True

    def mode_for(self, work_type: str, tier: str) -> Mode:
        """Say what is done with an order of a kind and tier."""
        named = (not self.work_types or work_type in self.work_types) and (not self.tiers or tier in self.tiers)
        return self.mode if named else Mode.OFF


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """The rule of a region, with the product's defaults.

    `reach` is how far people are looked for; `buffer_minutes` lie between two appointments at least, and besides the way at
    `speed_kmh` (0: not counted); an order without an appointment wants somebody who is free within `horizon_hours` or until it
    is due. `overridable` names the hard rules that a person may pass over with a reason.
    """

    code: str = STANDARD
    reach: Nearness = Nearness.STATION
    weights: Weights = field(default_factory=Weights)
    automatic: Automatic = field(default_factory=Automatic)
    overridable: frozenset[Exclusion] = OVERRIDABLE - {Exclusion.ABSENT, Exclusion.OVERLAP}
    when_away: WhenAway = WhenAway.PROPOSE
    buffer_minutes: int = 0
    speed_kmh: int = 0
    horizon_hours: int = 24
    recent_days: int = 7
    continuity_days: int = 365
    position_hours: int = 4
    minimum_level: int = 1
    offer_people: int = 5
    offer_minutes: int = 15
    handover_minutes: int = 60
    declines_before_manager: int = 5


_NUMBERS: Mapping[str, tuple[int, int]] = {
    "buffer_minutes": (0, 24 * 60),
    "speed_kmh": (0, 200),
    "horizon_hours": (1, 24 * 14),
    "recent_days": (0, 31),
    "continuity_days": (0, 3660),
    "position_hours": (0, 24),
    "minimum_level": (1, 5),
    "offer_people": (1, 100),
    "offer_minutes": (1, 24 * 60),
    "handover_minutes": (1, 7 * 24 * 60),
    "declines_before_manager": (1, 100),
}
_WEIGHTS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("owner", "group", "station", "region"), (0, 10_000)),
    **dict.fromkeys(("level", "load", "travel", "recent", "continuity"), (-1_000, 1_000)),
    **dict.fromkeys(("most_load", "most_travel", "most_recent"), (0, 1_000)),
}
_MEMBERS = ("code", "reach", "weights", "automatic", "overridable", "when_away", *_NUMBERS)
REACHES = (Nearness.GROUP, Nearness.STATION, Nearness.REGION)
W = TypeVar("W", bound=StrEnum)


def read_rule(given: Mapping[str, Any]) -> AssignmentRule:
    """Read the rule of a region; what is left out has its default. Raises Invalid (policy.rules_wrong) with the path."""
    known(given, _MEMBERS)
    plain = AssignmentRule()
    weights = _part(given, "weights", tuple(_WEIGHTS))
    numbers = {name: whole(given, name, getattr(plain, name), *bounds) for name, bounds in _NUMBERS.items()}
    overridable = given.get("overridable", sorted(plain.overridable))
    return AssignmentRule(
        text(given.get("code", STANDARD), LONGEST_CODE, "/rules/code"),
        _word(Nearness, given.get("reach", plain.reach), "/rules/reach", REACHES),
        Weights(**{n: whole(weights, n, getattr(Weights(), n), *b, "/rules/weights") for n, b in _WEIGHTS.items()}),
        _read_automatic(_part(given, "automatic", tuple(Automatic.__dataclass_fields__))),
        frozenset(_words(Exclusion, overridable, "/rules/overridable", sorted(OVERRIDABLE))),
        _word(WhenAway, given.get("when_away", plain.when_away), "/rules/when_away", tuple(WhenAway)),
        **numbers,
    )


def _read_automatic(given: Mapping[str, Any]) -> Automatic:
    path = "/rules/automatic"
    again = given.get("again", True)
    if not isinstance(again, bool):
        raise errors.RULES_WRONG("true or false", path=f"{path}/again")
    return Automatic(
        _word(Mode, given.get("mode", Mode.BEST), f"{path}/mode", tuple(Mode)),
        frozenset(texts(given.get("work_types", []), MOST_TYPES, 48, f"{path}/work_types")),
        frozenset(_words(Priority, given.get("tiers", []), f"{path}/tiers", tuple(Priority))),
        again,
    )


def _part(given: Mapping[str, Any], name: str, members: tuple[str, ...]) -> Mapping[str, Any]:
    part = given.get(name, {})
    if not isinstance(part, Mapping):
        raise errors.RULES_WRONG("an object", path=f"/rules/{name}")
    known(part, members, f"/rules/{name}")
    return part


def _word(enum: type[W], value: Any, path: str, allowed: tuple[W, ...] | list[W]) -> W:
    if value not in allowed:
        raise errors.RULES_WRONG("one of " + ", ".join(allowed), path=path)
    return enum(value)


def _words(enum: type[W], value: Any, path: str, allowed: tuple[W, ...] | list[W]) -> list[W]:
    found = texts(value, len(allowed), 48, path)
    return [_word(enum, one, f"{path}/{nth}", allowed) for nth, one in enumerate(found)]
