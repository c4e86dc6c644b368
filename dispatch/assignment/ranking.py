"""Who should do a piece of work: hard rules first, then points, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from dispatch.people.eligibility import HeldSkill, bar
from dispatch.territory.places import Places


class Nearness(StrEnum):
    """How close somebody stands to a place: it is their own zone, their group's, or their station's."""

    OWNER = "owner"
    GROUP = "group"
    STATION = "station"


class Exclusion(StrEnum):
    """Why somebody cannot have the work at all; the names of `people.eligibility.Bar` and ours."""

    ELSEWHERE = "elsewhere"
    LEFT = "left"
    INACTIVE = "inactive"
    SKILL_MISSING = "skill_missing"
    SKILL_EXPIRED = "skill_expired"
    EXAM_FAILED = "exam_failed"
    RETRAINING = "retraining"
    LEVEL_TOO_LOW = "level_too_low"


@dataclass(frozen=True, slots=True)
class Weights:
    """Points. The steps of nearness are wider than all else together, so whoever is nearer always comes first."""

    owner: int = 300
    group: int = 200
    station: int = 100
    level: int = 2
    load: int = -4
    most_load: int = 20


@dataclass(frozen=True, slots=True)
class Work:
    """What has to be done where, and when: at the aware time `at`, by the calendar of `timezone`."""

    places: Places
    owner_id: UUID | None
    skill: str | None
    at: datetime
    timezone: tzinfo


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who might do it. `load` is how many orders they have already; one who is not `active` cannot sign in."""

    id: UUID
    name: str
    station_id: UUID
    group_id: UUID
    skills: tuple[HeldSkill, ...] = ()
    load: int = 0
    left: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """Some points, and what for."""

    what: str
    points: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may do the work, with their points and where these come from."""

    technician_id: UUID
    name: str
    score: int
    nearness: Nearness
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody who may not do the work, and why."""

    technician_id: UUID
    name: str
    why: Exclusion


@dataclass(frozen=True, slots=True)
class Ranking:
    """All who were looked at: those who may, the best first, and those who may not."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]


def rank(work: Work, people: Iterable[Person], weights: Weights | None = None) -> Ranking:
    """Rank people for a piece of work. The same people always come in the same order, whatever order they were given in."""
    weights = weights or Weights()
    candidates: list[Candidate] = []
    excluded: list[Excluded] = []
    for person in people:
        why = _exclusion(work, person)
        if why is None:
            candidates.append(_candidate(work, person, weights))
        else:
            excluded.append(Excluded(person.id, person.name, why))
    candidates.sort(key=lambda one: (-one.score, one.technician_id))
    excluded.sort(key=lambda one: (one.why, one.technician_id))
    return Ranking(tuple(candidates), tuple(excluded))


def _exclusion(work: Work, person: Person) -> Exclusion | None:
    if person.left:
        return Exclusion.LEFT
    if not person.active:
        return Exclusion.INACTIVE
    if _nearness(work, person) is None:
        return Exclusion.ELSEWHERE
    barred = bar(person.skills, work.skill, work.at, work.timezone)
    return None if barred is None else Exclusion(barred.value)


def _nearness(work: Work, person: Person) -> Nearness | None:
    if person.id == work.owner_id:
        return Nearness.OWNER
    if work.places.group_id is not None and person.group_id == work.places.group_id:
        return Nearness.GROUP
    if work.places.station_id is not None and person.station_id == work.places.station_id:
        return Nearness.STATION
    return None


def _candidate(work: Work, person: Person, weights: Weights) -> Candidate:
    nearness = _nearness(work, person) or Nearness.STATION
    near = {Nearness.OWNER: weights.owner, Nearness.GROUP: weights.group, Nearness.STATION: weights.station}[nearness]
    reasons = [Reason(nearness.value, near)]
    level = next((held.level for held in person.skills if held.skill == work.skill), None)
    if level is not None:
        reasons.append(Reason("skill_level", weights.level * level))
    if person.load:
        reasons.append(Reason("load", weights.load * min(person.load, weights.most_load)))
    return Candidate(person.id, person.name, sum(one.points for one in reasons), nearness, tuple(reasons))
