"""Gives people to groups, and zones to people, so that everybody has as much to do as the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

STICKINESS = 0.002
"""What one change is worth: as much as a square of the spread of four percent and a half among the people concerned."""


@dataclass(frozen=True, slots=True)
class Staffed:
    """The people of each group, and who manages which zone, by its number; a zone of a group without people has nobody."""

    people: tuple[tuple[UUID, ...], ...]
    managers: Mapping[int, UUID]


def staff(
    groups: Sequence[Sequence[int]],
    loads: Sequence[float],
    home: Mapping[UUID, int | None],
    managers: Mapping[int, UUID],
) -> Staffed:
    """Give people to groups and zones to people.

    `home` says in which of these groups each person works today (None: in none of them), `managers` who manages which zone.
    People stay in their group, and zones with their manager, unless a change is worth it. The same input always gives the same.
    """
    people = _people_of(groups, loads, home, managers)
    found: dict[int, UUID] = {}
    for group, crowd in zip(groups, people, strict=True):
        found |= _zones_of(group, loads, crowd, managers)
    return Staffed(tuple(tuple(crowd) for crowd in people), found)


def _people_of(
    groups: Sequence[Sequence[int]],
    loads: Sequence[float],
    home: Mapping[UUID, int | None],
    managers: Mapping[int, UUID],
) -> list[list[UUID]]:
    totals = [sum(loads[zone] for zone in group) for group in groups]
    people: list[list[UUID]] = [[] for _ in groups]
    for person, group in sorted(home.items()):
        if group is not None:
            people[group].append(person)
    for person in sorted(one for one, group in home.items() if group is None):
        people[_neediest(totals, people)].append(person)
    mean = sum(totals) / max(1, len(home))
    # Each step makes it better, so this ends; the bound is a matter of principle.
    for _ in range(len(home) * max(1, len(groups))):
        source, target = _worth_it(totals, people, mean)
        if source is None or target is None:
            break
        # Whoever manages least there now has least to hand over.
        leaver = min(people[source], key=lambda one: (sum(managers.get(zone) == one for zone in groups[source]), one))
        people[source].remove(leaver)
        people[target].append(leaver)
    return [sorted(crowd) for crowd in people]


def _neediest(totals: Sequence[float], people: Sequence[Sequence[UUID]]) -> int:
    return max(range(len(totals)), key=lambda nth: (totals[nth] / (len(people[nth]) + 1), -nth))


def _worth_it(totals: Sequence[float], people: Sequence[Sequence[UUID]], mean: float) -> tuple[int | None, int | None]:
    """Return from where to where one person should go, or None, None when no such step is worth it."""
    best: tuple[float, int | None, int | None] = (0.0, None, None)
    for source in range(len(totals)):
        for target in range(len(totals)):
            if source == target or not people[source] or (len(people[source]) == 1 and totals[source] > 0):
                continue
            before = _unevenness(totals[source], len(people[source]), mean)
            before += _unevenness(totals[target], len(people[target]), mean)
            after = _unevenness(totals[source], len(people[source]) - 1, mean)
            after += _unevenness(totals[target], len(people[target]) + 1, mean)
            gain = before - after - STICKINESS
            if gain > best[0] + 1e-12:
                best = (gain, source, target)
    return best[1], best[2]


def _unevenness(total: float, people: int, mean: float) -> float:
    """How far the people of a group are from the mean of all, if they share its load evenly; more than anything with nobody."""
    if mean == 0 or (people == 0 and total == 0):
        return 0.0
    return 1e6 * total / mean if people == 0 else people * (total / people / mean - 1) ** 2


def _zones_of(
    group: Sequence[int], loads: Sequence[float], crowd: Sequence[UUID], managers: Mapping[int, UUID]
) -> dict[int, UUID]:
    if not crowd:
        return {}
    chosen: dict[int, UUID] = {}
    held = dict.fromkeys(crowd, 0.0)
    for zone in group:
        if managers.get(zone) in held:
            chosen[zone] = managers[zone]
            held[managers[zone]] += loads[zone]
    for zone in sorted((zone for zone in group if zone not in chosen), key=lambda one: (-loads[one], one)):
        chosen[zone] = min(crowd, key=lambda one: (held[one], one))
        held[chosen[zone]] += loads[zone]
    mean = sum(loads[zone] for zone in group) / len(crowd)
    while mean > 0 and (step := _best_step(group, loads, crowd, chosen, held, managers, mean)):
        for zone, person in step:
            held[chosen[zone]] -= loads[zone]
            held[person] += loads[zone]
            chosen[zone] = person
    return chosen


def _best_step(
    group: Sequence[int],
    loads: Sequence[float],
    crowd: Sequence[UUID],
    chosen: Mapping[int, UUID],
    held: Mapping[UUID, float],
    managers: Mapping[int, UUID],
    mean: float,
) -> list[tuple[int, UUID]]:
    """Return the hand-over of one zone, or the swap of two, that gains most; empty when none is worth it."""
    steps = [[(zone, person)] for zone in group for person in crowd if person != chosen[zone]]
    steps += [
        [(one, chosen[other]), (other, chosen[one])]
        for one in group
        for other in group
        if one < other and chosen[one] != chosen[other]
    ]
    best, gain = list[tuple[int, UUID]](), 1e-12
    for step in steps:
        after = dict(held)
        changes = 0
        for zone, person in step:
            after[chosen[zone]] -= loads[zone]
            after[person] += loads[zone]
            changes += (managers.get(zone) != person) - (managers.get(zone) != chosen[zone])
        gained = sum(((held[one] - mean) / mean) ** 2 - ((after[one] - mean) / mean) ** 2 for one in crowd)
        if gained - STICKINESS * changes > gain:
            best, gain = step, gained - STICKINESS * changes
    return best
