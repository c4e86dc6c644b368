"""Balances groups that hang together by moving and swapping zones on their borders."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.territory.group_size import Bounds
from dispatch.zoning.packing import hangs_together, masks_of, members_of

STICKINESS = 0.005
"""What moving every zone is worth: as much as a spread (see `spread`) of seven percent."""
STEPS_PER_ZONE = 500
MOST_STEPS = 60_000
HOT, COLD = 0.02, 1e-6
"""How much worse a step may be at first and in the end, in squares of the spread."""


def spread(loads: Sequence[float]) -> float:
    """Return how far loads are from their mean: the standard deviation as a share of the mean. 0 is perfect balance."""
    mean = sum(loads) / len(loads) if loads else 0.0
    if mean == 0:
        return 0.0
    return math.sqrt(sum((load / mean - 1) ** 2 for load in loads) / len(loads))


@dataclass
class _Field:
    """The groups of zones while they are being balanced. `home` is where each zone is today (None: in none of these)."""

    near: list[int]
    loads: Sequence[float]
    bounds: Bounds
    home: Sequence[int | None]
    group_of: list[int]
    masks: list[int]
    totals: list[float]
    mean: float
    moved: int

    def cost(self) -> float:
        """The square of the spread, and a little for each zone that is not at home."""
        spread_squared = sum((total / self.mean - 1) ** 2 for total in self.totals) / len(self.totals)
        return spread_squared + STICKINESS * self.moved / len(self.near)

    def change(self, zones: Sequence[tuple[int, int]]) -> float:
        """Return what moving zones to groups would change about the cost."""
        totals: dict[int, float] = {}
        moved = 0
        for zone, target in zones:
            source = self.group_of[zone]
            totals[source] = totals.get(source, self.totals[source]) - self.loads[zone]
            totals[target] = totals.get(target, self.totals[target]) + self.loads[zone]
            moved += (self.home[zone] != target) - (self.home[zone] != source)
        before = sum((self.totals[group] / self.mean - 1) ** 2 for group in totals)
        after = sum((total / self.mean - 1) ** 2 for total in totals.values())
        return (after - before) / len(self.totals) + STICKINESS * moved / len(self.near)

    def is_legal(self, zones: Sequence[tuple[int, int]]) -> bool:
        """Tell whether all groups are within the bounds and hang together once zones have moved."""
        masks: dict[int, int] = {}
        for zone, target in zones:
            for group in (self.group_of[zone], target):
                masks[group] = masks.get(group, self.masks[group]) ^ (1 << zone)
        return all(self.bounds.hold(mask.bit_count()) for mask in masks.values()) and all(
            hangs_together(mask, self.near) for mask in masks.values()
        )

    def apply(self, zones: Sequence[tuple[int, int]]) -> None:
        for zone, target in zones:
            source = self.group_of[zone]
            self.moved += (self.home[zone] != target) - (self.home[zone] != source)
            for group, sign in ((source, -1), (target, 1)):
                self.masks[group] ^= 1 << zone
                self.totals[group] += sign * self.loads[zone]
            self.group_of[zone] = target

    def draw(self, rng: random.Random) -> list[tuple[int, int]] | None:
        """Draw a zone on a border at random, to go across it, perhaps for one that comes back."""
        zone = rng.randrange(len(self.near))
        source = self.group_of[zone]
        across = [other for other in members_of(self.near[zone]) if self.group_of[other] != source]
        if not across:
            return None
        target = self.group_of[rng.choice(across)]
        if rng.random() < 0.5:
            return [(zone, target)]
        back = rng.choice(list(members_of(self.masks[target])))
        return [(zone, target), (back, source)]


def balance(
    joined: Sequence[frozenset[int]],
    loads: Sequence[float],
    bounds: Bounds,
    groups: Sequence[Sequence[int]],
    home: Sequence[int | None],
) -> list[list[int]]:
    """Balance groups that are legal: within the bounds, each hanging together. They stay so, and come in the same order.

    Steps are drawn at random from a fixed seed, at first also some that make it worse (simulated annealing); the best that was
    seen is returned, and never one that is worse than the groups that were given. `home` is the number of the group in which each
    zone is today: of two equally good ways the one that moves fewer zones is taken.
    """
    field = _field(joined, loads, bounds, groups, home)
    if len(groups) < 2 or field.mean == 0:
        return [list(group) for group in groups]
    rng = random.Random(len(loads))  # noqa: S311 - the same way every time, not a secret
    steps = min(MOST_STEPS, STEPS_PER_ZONE * len(loads))
    now = best = field.cost()
    kept = list(field.group_of)
    for step in range(steps):
        drawn = field.draw(rng)
        if drawn is None:
            continue
        worse = field.change(drawn)
        heat = HOT * (COLD / HOT) ** (step / steps)
        if (worse <= 0 or rng.random() < math.exp(-worse / heat)) and field.is_legal(drawn):
            field.apply(drawn)
            now += worse
            if now < best - 1e-12:
                best, kept = now, list(field.group_of)
    return [[zone for zone in range(len(loads)) if kept[zone] == nth] for nth in range(len(groups))]


def _field(
    joined: Sequence[frozenset[int]],
    loads: Sequence[float],
    bounds: Bounds,
    groups: Sequence[Sequence[int]],
    home: Sequence[int | None],
) -> _Field:
    group_of = [0] * len(loads)
    for nth, group in enumerate(groups):
        for zone in group:
            group_of[zone] = nth
    masks = [sum(1 << zone for zone in group) for group in groups]
    totals = [sum(loads[zone] for zone in group) for group in groups]
    moved = sum(home[zone] != group_of[zone] for zone in range(len(loads)))
    mean = sum(loads) / max(1, len(groups))
    return _Field(masks_of(joined), loads, bounds, home, group_of, masks, totals, mean, moved)
