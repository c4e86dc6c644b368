"""Who should do a piece of work: hard rules first, then points, each with its reason."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from dispatch.assignment.hard_rules import CREW_SHORT, Barrier, barriers, is_away
from dispatch.assignment.rules import AssignmentRule, Exclusion, Nearness, Weights
from dispatch.assignment.travel import exact_metres, whole_kilometres
from dispatch.assignment.work import Person, Work, start_of


@dataclass(frozen=True, slots=True)
class Reason:
    """Some points, what for, and how many of it count."""

    what: str
    points: int
    count: int | None = None


class Counts(NamedTuple):
    """What is counted of somebody, None where it says nothing: level, orders, whole kilometres, orders, and whether known."""

    skill_level: int | None
    load: int | None
    travel: int | None
    recent: int | None
    continuity: int | None


class Candidate(NamedTuple):
    """Somebody who may do the work, with their points; where these come from is put together only when it is asked for."""

    person: Person
    work: Work
    weights: Weights
    nearness: Nearness
    counts: Counts
    score: int

    @property
    def technician_id(self) -> UUID:
        """Who it is."""
        return self.person.id

    @property
    def name(self) -> str:
        """What they are called."""
        return self.person.name

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Where the points come from; together they are the score."""
        points = _points(self.counts, self.weights)
        counted = zip(Counts._fields, points, self.counts, strict=True)
        near = Reason(self.nearness.value, getattr(self.weights, self.nearness.value))
        return (near, *(Reason(what, value, count) for what, value, count in counted if count is not None))

    @property
    def travel_from(self) -> str | None:
        """From where they would come: `previous`, `seen` or `base`."""
        start = None if self.work.point is None else start_of(self.work, self.person)
        return None if start is None else start.kind

    @property
    def travel_metres(self) -> float | None:
        """How far that is, exactly; measured only when it is asked for."""
        start = None if self.work.point is None else start_of(self.work, self.person)
        return None if start is None or self.work.point is None else exact_metres(start.point, self.work.point)


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody who may not do the work, and every reason why; the gravest first."""

    technician_id: UUID
    name: str
    barriers: tuple[Barrier, ...]

    @property
    def why(self) -> Exclusion:
        """The first of the reasons."""
        return self.barriers[0].why

    @property
    def reasons(self) -> tuple[Exclusion, ...]:
        """What all of them are called."""
        return tuple(one.why for one in self.barriers)


@dataclass(frozen=True, slots=True)
class Ranking:
    """All who were looked at: those who may, the best first, and those who may not; and by which rule."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    rule: AssignmentRule
    crew_size: int = 1

    def of(self, technician_id: UUID) -> "Ranking":
        """Return what it says of one person."""
        return replace(
            self,
            candidates=tuple(one for one in self.candidates if one.technician_id == technician_id),
            excluded=tuple(one for one in self.excluded if one.technician_id == technician_id),
        )


def rank(work: Work, people: Collection[Person], rule: AssignmentRule | None = None) -> Ranking:
    """Rank people for a piece of work. The same people always come in the same order, whatever order they were given in."""
    rule = rule or AssignmentRule()
    stands = nearness(work, acting_owner(work, people))
    steps = {near: getattr(rule.weights, near.value) for near in Nearness}
    day = work.at.astimezone(work.timezone).date()
    candidates: list[Candidate] = []
    excluded: list[Excluded] = []
    for person in people:
        near = stands(person)
        found = barriers(work, person, near, rule, day)
        if found or near is None:
            excluded.append(Excluded(person.id, person.name, found))
            continue
        counts = _counts(work, person, rule.weights)
        score = steps[near] + sum(_points(counts, rule.weights))
        candidates.append(Candidate(person, work, rule.weights, near, counts, score))
    if candidates and len({one.technician_id for one in candidates} | work.crew) < work.crew_size:
        excluded += [Excluded(one.technician_id, one.name, (CREW_SHORT,)) for one in candidates]
        candidates = []
    candidates.sort(key=lambda one: (-one.score, one.person.id.int))
    excluded.sort(key=lambda one: (one.barriers[0].why.value, one.technician_id.int))
    return Ranking(tuple(candidates), tuple(excluded), rule, work.crew_size)


def nearness(work: Work, owner_id: UUID | None) -> Callable[[Person], Nearness | None]:
    """Return what says how close somebody stands to the place of the work; None: another region, or nobody knows where it is."""
    # Their numbers: comparing ids themselves takes ten times as long.
    owner, region, station, group = (
        None if one is None else one.int
        for one in (owner_id, work.places.region_id, work.places.station_id, work.places.group_id)
    )

    def stands(person: Person) -> Nearness | None:
        if person.id.int == owner:
            return Nearness.OWNER
        if person.group_id.int == group:
            return Nearness.GROUP
        if person.station_id.int == station:
            return Nearness.STATION
        return Nearness.REGION if person.region_id is not None and person.region_id.int == region else None

    return stands


def acting_owner(work: Work, people: Collection[Person]) -> UUID | None:
    """Say who answers for the zone when the work is done: its manager, or the deputy while that one is away."""
    if work.owner_id is None or work.deputy_id is None:
        return work.owner_id or work.deputy_id
    manager = next((one for one in people if one.id == work.owner_id), None)
    return work.deputy_id if manager is None or is_away(work, manager) else work.owner_id


def _counts(work: Work, person: Person, weights: Weights) -> Counts:
    level = kilometres = None
    if work.skill is not None:
        for held in person.skills:
            if held.skill == work.skill:
                level = held.level
    if work.point is not None:
        start = start_of(work, person)
        if start is not None:
            kilometres = whole_kilometres(start.point, work.point, weights.most_travel)
    known = 1 if work.served and person.id in work.served else None
    return Counts(level, person.load or None, kilometres, person.recent or None, known)


def _points(counts: Counts, weights: Weights) -> tuple[int, int, int, int, int]:
    level, load, kilometres, recent, known = counts
    return (
        weights.level * (level or 0),
        weights.load * min(load or 0, weights.most_load),
        weights.travel * (kilometres or 0),
        weights.recent * min(recent or 0, weights.most_recent),
        weights.continuity * (known or 0),
    )
