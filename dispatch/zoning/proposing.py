"""Proposes how a station is split: groups that hang together, of the right size, evenly loaded, with people for each zone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from dispatch.territory.group_size import Bounds
from dispatch.territory.grouping import unused_codes
from dispatch.territory.importing import GROUP_NAME
from dispatch.zoning import errors
from dispatch.zoning.balancing import balance, spread
from dispatch.zoning.basis import Basis, GroupFact
from dispatch.zoning.packing import counts_for, hangs_together, masks_of, pack
from dispatch.zoning.plan import Plan, PlannedGroup
from dispatch.zoning.staffing import staff

Groups = list[list[int]]


@dataclass(frozen=True, slots=True)
class _Ground:
    """Zones by their numbers: their loads, what each is joined to, and the bounds of a group."""

    joined: tuple[frozenset[int], ...]
    loads: tuple[float, ...]
    bounds: Bounds


def propose(basis: Basis, groups: int | None = None, used_codes: Collection[str] = ()) -> Plan:
    """Propose a split of a station into `groups` groups (None: as many as today, if that is possible).

    Where today's groups are legal, the proposal is never less even than they are. Zones that touch nothing are joined to those
    nearest to them; where no split hangs together, zones a few steps apart go together. The same basis always gives the same
    plan. `used_codes` are those that new groups may not have.

    Raises Invalid (zoning.groups_impossible): groups of the right size cannot be that many; path `/groups`.
    """
    ground = _ground(basis)
    today = _today(basis)
    wanted = _how_many(ground, today, groups)
    found, home = _split(ground, today, wanted)
    matched = _match(found, home, basis, today)
    number_of = {fact.id: nth for nth, fact in enumerate(matched) if fact is not None}
    managers = {nth: zone.manager_id for nth, zone in enumerate(basis.zones) if zone.manager_id is not None}
    staffed = staff(
        found, ground.loads, {person.id: number_of.get(person.group_id) for person in basis.people}, managers
    )
    return _plan(basis, found, matched, staffed.people, staffed.managers, used_codes)


def _ground(basis: Basis) -> _Ground:
    number = {zone.id: nth for nth, zone in enumerate(basis.zones)}
    joined = tuple(
        frozenset(number[key] for key in (*zone.touching, *zone.bridged) if key in number) for zone in basis.zones
    )
    return _Ground(joined, basis.loads(), basis.bounds)


def _today(basis: Basis) -> Groups:
    """Return the zones of each group of today by their numbers, in the order of the groups; some may be empty."""
    return [[nth for nth, zone in enumerate(basis.zones) if zone.group_id == group.id] for group in basis.groups]


def _is_legal(ground: _Ground, groups: Groups) -> bool:
    near = masks_of(ground.joined)
    return all(
        ground.bounds.hold(len(group)) and hangs_together(sum(1 << zone for zone in group), near) for group in groups
    )


def _how_many(ground: _Ground, today: Groups, wanted: int | None) -> int:
    """Return the number of groups: the one wanted, or else the possible one that is nearest to today's."""
    possible = counts_for(len(ground.loads), ground.bounds)
    if wanted is not None:
        if wanted not in possible:
            raise errors.GROUPS_IMPOSSIBLE(
                f"{len(ground.loads)} zones make {possible.start} to {possible.stop - 1} groups", path="/groups"
            )
        return wanted
    present = sum(bool(group) for group in today)
    if possible:
        return min(max(present, possible[0]), possible[-1])
    # No number of groups is of the right size; the one that comes nearest.
    return max(1, -(-len(ground.loads) // ground.bounds.most))


def _split(ground: _Ground, today: Groups, count: int) -> tuple[Groups, list[int | None]]:
    """Split the zones, and say in which of these groups each zone is today."""
    present = [group for group in today if group]
    best: tuple[float, Groups, list[int | None]] | None = None
    if len(present) == count and _is_legal(ground, present):
        home: list[int | None] = [None] * len(ground.loads)
        for nth, group in enumerate(present):
            for zone in group:
                home[zone] = nth
        kept = balance(ground.joined, ground.loads, ground.bounds, present, home)
        best = (_unevenness(ground, kept), kept, home)
    joined, bounds, fresh = _packed(ground, present, count)
    fresh, home = _ordered(fresh, present)
    fresh = balance(joined, ground.loads, bounds, fresh, home)
    # A wholly new split must be better by more than all that moves for it.
    if best is None or _unevenness(ground, fresh) < 0.5 * best[0]:
        return fresh, home
    return best[1], best[2]


def _unevenness(ground: _Ground, groups: Groups) -> float:
    return spread([sum(ground.loads[zone] for zone in group) for group in groups])


def _packed(ground: _Ground, present: Groups, count: int) -> tuple[tuple[frozenset[int], ...], Bounds, Groups]:
    """Find a first split, with those groups of today that are legal if possible.

    Where there is none that hangs together, zones that are two, three … steps apart may go together.
    """
    bounds = ground.bounds
    legal = [group for group in present if _is_legal(ground, [group])]
    if len(legal) < min(len(present), count + 1):
        found = pack(ground.joined, ground.loads, bounds, count, legal)
        if found is not None:
            return ground.joined, bounds, found
    if count not in counts_for(len(ground.loads), bounds):
        bounds = Bounds(len(ground.loads) // count, -(-len(ground.loads) // count))
    joined = ground.joined
    while True:
        found = pack(joined, ground.loads, bounds, count)
        if found is not None:
            return joined, bounds, found
        joined = tuple(
            frozenset({far for near in others for far in joined[near]} | others) - {nth}
            for nth, others in enumerate(joined)
        )


def _ordered(fresh: Groups, present: Groups) -> tuple[Groups, list[int | None]]:
    """Put new groups into the order of those of today that they have most in common with, the others after them."""
    pairs = sorted(
        (-len(set(mine) & set(theirs)), old, new)
        for old, theirs in enumerate(present)
        for new, mine in enumerate(fresh)
        if set(mine) & set(theirs)
    )
    new_of: dict[int, int] = {}
    for _, old, new in pairs:
        if old not in new_of and new not in new_of.values():
            new_of[old] = new
    order = [new_of[old] for old in sorted(new_of)]
    order += [new for new in range(len(fresh)) if new not in order]
    place_of_old = {old: order.index(new) for old, new in new_of.items()}
    home: list[int | None] = [None] * sum(len(group) for group in fresh)
    for old, theirs in enumerate(present):
        for zone in theirs:
            home[zone] = place_of_old.get(old)
    return [fresh[new] for new in order], home


def _match(found: Groups, home: Sequence[int | None], basis: Basis, today: Groups) -> list[GroupFact | None]:
    """Say which group of today each new one is: by what its zones call home, then empty ones; None is opened."""
    matched: list[GroupFact | None] = [None] * len(found)
    for fact, group in zip(basis.groups, today, strict=True):
        place = home[group[0]] if group else None
        if place is not None:
            matched[place] = fact
    spare = [fact for fact, group in zip(basis.groups, today, strict=True) if fact not in matched and not group]
    spare += [fact for fact, group in zip(basis.groups, today, strict=True) if fact not in matched and group]
    return [fact if fact is not None else (spare.pop(0) if spare else None) for fact in matched]


def _plan(
    basis: Basis,
    found: Groups,
    matched: Sequence[GroupFact | None],
    people: Sequence[tuple[UUID, ...]],
    managers: Mapping[int, UUID],
    used_codes: Collection[str],
) -> Plan:
    codes, numbers = unused_codes("G{:02d}", {*used_codes, *(group.code for group in basis.groups)}, len(found))
    fresh = iter(zip(codes, numbers, strict=True))
    groups = []
    for zones, fact, crowd in zip(found, matched, people, strict=True):
        ids = tuple(basis.zones[zone].id for zone in zones)
        if fact is None:
            code, number = next(fresh)
            groups.append(PlannedGroup(None, code, GROUP_NAME.replace("{n}", str(number)), ids, crowd))
        else:
            groups.append(PlannedGroup(fact.id, fact.code, fact.name, ids, crowd))
    gone = [PlannedGroup(fact.id, fact.code, fact.name, (), ()) for fact in basis.groups if fact not in matched]
    return Plan(
        tuple(sorted([*groups, *gone], key=lambda group: group.code)),
        {basis.zones[zone].id: user_id for zone, user_id in sorted(managers.items())},
    )
