"""What a split of a station means in figures: for each group, for each person, how even it is, and what it takes to get there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from dispatch.zoning.balancing import spread
from dispatch.zoning.basis import Basis, ZoneFact
from dispatch.zoning.plan import Plan, as_today


@dataclass(frozen=True, slots=True)
class Share:
    """What a group or a person has: zones, subscribers, orders, minutes of work, and the load as a share of the station's."""

    zones: int
    subscribers: int
    orders: int
    minutes: int
    load: float


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A group of a split. `contiguous` tells whether its zones hang together by their borders, `within_bounds` their number."""

    group_id: UUID | None
    code: str
    name: str
    share: Share
    people: int
    within_bounds: bool
    contiguous: bool
    zone_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """A person of a split, and the zones that they manage."""

    user_id: UUID
    name: str
    group_code: str | None
    share: Share
    zone_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Evenness:
    """How even loads are: the standard deviation as a share of the mean, and the largest by the smallest (None: that is 0)."""

    spread: float
    largest_by_smallest: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A split in figures. `unmanaged` zones have nobody who is among the station's technicians."""

    groups: tuple[GroupFigures, ...]
    people: tuple[PersonFigures, ...]
    among_groups: Evenness
    among_people: Evenness
    unmanaged: int


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes to get from today to a plan."""

    zones_moved: int
    managers_changed: int
    people_moved: int
    groups_opened: int
    groups_emptied: int


def figures_of(basis: Basis, plan: Plan) -> Figures:
    """Put a split into figures; groups without any zone do not count for how even it is."""
    facts = {zone.id: zone for zone in basis.zones}
    loads = dict(zip(facts, basis.loads(), strict=True))
    group_of_person = {person: group.code for group in plan.groups for person in group.people}

    def share(zone_ids: Iterable[UUID]) -> Share:
        zones = [facts[key] for key in zone_ids]
        return Share(
            len(zones),
            sum(zone.subscribers for zone in zones),
            sum(zone.orders for zone in zones),
            sum(zone.minutes for zone in zones),
            sum(loads[zone.id] for zone in zones),
        )

    groups = tuple(
        GroupFigures(
            group.group_id,
            group.code,
            group.name,
            share(group.zones),
            len(group.people),
            basis.bounds.hold(len(group.zones)),
            _is_contiguous([facts[key] for key in group.zones]),
            group.zones,
        )
        for group in plan.groups
    )
    people = []
    for person in basis.people:
        mine = tuple(key for key in facts if plan.managers.get(key) == person.id)
        people.append(PersonFigures(person.id, person.name, group_of_person.get(person.id), share(mine), mine))
    known = {person.id for person in basis.people}
    return Figures(
        groups,
        tuple(people),
        _evenness([group.share.load for group in groups if group.share.zones]),
        _evenness([person.share.load for person in people]),
        sum(plan.managers.get(key) not in known for key in facts),
    )


def effort_of(basis: Basis, plan: Plan) -> Effort:
    """Say what it takes to get from today to a plan."""
    today = as_today(basis)
    group_of_zone = {zone: group.code for group in today.groups for zone in group.zones}
    group_of_person = {person: group.code for group in today.groups for person in group.people}
    return Effort(
        sum(group_of_zone[zone] != group.code for group in plan.groups for zone in group.zones),
        sum(plan.managers.get(zone.id) != zone.manager_id for zone in basis.zones),
        sum(group_of_person[person] != group.code for group in plan.groups for person in group.people),
        sum(group.group_id is None for group in plan.groups),
        sum(
            bool(before.zones) and not after.zones
            for before in today.groups
            for after in plan.groups
            if before.group_id == after.group_id
        ),
    )


def _is_contiguous(zones: Sequence[ZoneFact]) -> bool:
    if not zones:
        return True
    inside = {zone.id: zone for zone in zones}
    reached = {zones[0].id}
    edge = list(reached)
    while edge:
        edge = [key for one in edge for key in inside[one].touching if key in inside and key not in reached]
        edge = list(dict.fromkeys(edge))
        reached |= set(edge)
    return len(reached) == len(inside)


def _evenness(loads: Sequence[float]) -> Evenness:
    smallest = min(loads, default=0.0)
    return Evenness(spread(loads), max(loads) / smallest if smallest > 0 else None)
