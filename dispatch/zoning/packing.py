"""Finds a split of zones into groups that hang together and are of the right size, whenever there is one and time enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dispatch.territory.group_size import Bounds

MOST_TRIES = 20_000
"""Groups that are tried before the search gives up."""
MOST_CHOICES = 400
"""Groups that are looked at for one zone; more of them differ little."""


def masks_of(joined: Sequence[frozenset[int]]) -> list[int]:
    """Write the neighbours of each zone as a number with a bit for each."""
    return [sum(1 << other for other in others) for others in joined]


def members_of(mask: int) -> Iterator[int]:
    """Yield the numbers whose bits are set, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def hangs_together(mask: int, near: Sequence[int]) -> bool:
    """Tell whether there is a way within these zones from each to every other; of none and one there is."""
    return mask == 0 or reach(mask & -mask, mask, near) == mask


def reach(start: int, within: int, near: Sequence[int]) -> int:
    """Return all zones to which there is a way from these, within those."""
    reached = edge = start
    while edge:
        wider = 0
        for nth in members_of(edge):
            wider |= near[nth]
        edge = wider & within & ~reached
        reached |= edge
    return reached


def counts_for(zones: int, bounds: Bounds) -> range:
    """Return into how many groups this many zones can be split, by their number alone."""
    return range(-(-zones // bounds.most), zones // bounds.fewest + 1)


@dataclass
class _Search:
    near: Sequence[int]
    loads: Sequence[float]
    bounds: Bounds
    target: float
    tries: int = MOST_TRIES
    dead: set[tuple[int, int]] = field(default_factory=set)

    def run(self, left: int, groups: int) -> list[int] | None:
        if left == 0:
            return [] if groups == 0 else None
        if (left, groups) in self.dead or not self._may_work(left, groups):
            return None
        tightest = min(members_of(left), key=lambda nth: ((self.near[nth] & left).bit_count(), nth))
        for choice in self._choices(tightest, left):
            if self.tries <= 0:
                return None
            self.tries -= 1
            rest = self.run(left & ~choice, groups - 1)
            if rest is not None:
                return [choice, *rest]
        self.dead.add((left, groups))
        return None

    def _may_work(self, left: int, groups: int) -> bool:
        """Tell whether the parts of what is left can be split, by their numbers alone."""
        fewest = most = 0
        while left:
            part = reach(left & -left, left, self.near)
            counts = counts_for(part.bit_count(), self.bounds)
            if not counts:
                return False
            fewest, most = fewest + counts[0], most + counts[-1]
            left &= ~part
        return fewest <= groups <= most

    def _choices(self, first: int, left: int) -> list[int]:
        """Return groups with this zone, those whose load is nearest to the mean first."""
        found: list[int] = []
        seen: set[int] = set()
        layer = [1 << first]
        for size in range(1, self.bounds.most + 1):
            if size >= self.bounds.fewest:
                found += layer
            wider: list[int] = []
            for group in layer:
                edge = 0
                for nth in members_of(group):
                    edge |= self.near[nth]
                for nth in members_of(edge & left & ~group):
                    larger = group | 1 << nth
                    if larger not in seen:
                        seen.add(larger)
                        wider.append(larger)
            layer = wider if len(wider) <= 4 * MOST_CHOICES else self._nearest(wider, self.target * size)
        return self._nearest(found, self.target)[:MOST_CHOICES]

    def _nearest(self, groups: list[int], target: float) -> list[int]:
        def off(group: int) -> tuple[float, int]:
            return abs(sum(self.loads[nth] for nth in members_of(group)) - target), group

        return sorted(groups, key=off)[: 4 * MOST_CHOICES]


def pack(
    joined: Sequence[frozenset[int]],
    loads: Sequence[float],
    bounds: Bounds,
    groups: int,
    kept: Sequence[Sequence[int]] = (),
) -> list[list[int]] | None:
    """Split zones into this many groups, each within the bounds and hanging together; None if none was found.

    `kept` are groups among them that stay as they are.
    `loads` say which of the many ways is tried first: the one whose groups come near the mean. The same input always gives the
    same groups.
    """
    near = masks_of(joined)
    search = _Search(near, loads, bounds, sum(loads) / max(1, groups))
    taken = sum(1 << zone for group in kept for zone in group)
    found = search.run((1 << len(near)) - 1 & ~taken, groups - len(kept))
    return None if found is None else [*map(list, kept), *(list(members_of(mask)) for mask in found)]
