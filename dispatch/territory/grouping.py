"""How zones are put together into maintenance groups by where they lie."""

import math
from collections.abc import Container, Sequence

from dispatch.territory.group_size import FEWEST, MOST


def sizes(zones: int) -> list[int]:
    """Return how many zones each group gets: as even as possible, and 3 to 5 wherever there are at least three."""
    groups = max(1, round(zones / ((FEWEST + MOST) / 2)))
    return [zones // groups + (1 if nth < zones % groups else 0) for nth in range(groups)] if zones else []


def by_proximity(points: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Put points (latitude, longitude in degrees) into groups of neighbours; returns the indices of each group.

    The ground is cut in two across its longer side, again and again, so that each part holds whole groups. The same points
    always give the same groups.
    """
    return _cut(points, list(range(len(points))), sizes(len(points)))


def fill(counts: Sequence[int], newcomers: int) -> list[int]:
    """Put zones that lie nobody knows where into groups; returns the number of the group of each.

    `counts` are the zones that the groups hold; numbers beyond them are new groups. The smallest are filled up first, as far as
    to the middle of what a group holds; then there are new groups; one or two zones too few for a group go where there is room.
    """
    held = list(counts)
    chosen: list[int] = []

    def put(group: int) -> None:
        held[group] += 1
        chosen.append(group)

    def smallest() -> int | None:
        return min(range(len(held)), key=lambda nth: (held[nth], nth), default=None)

    while len(chosen) < newcomers and (least := smallest()) is not None and held[least] < (FEWEST + MOST) // 2:
        put(least)
    left = newcomers - len(chosen)
    while 0 < left < FEWEST and (least := smallest()) is not None and held[least] < MOST:
        put(least)
        left -= 1
    for size in sizes(left):
        held.append(0)
        for _ in range(size):
            put(len(held) - 1)
    return chosen


def unused_codes(form: str, used: Container[str], count: int) -> tuple[list[str], list[int]]:
    """Return codes of a form such as `G{:02d}` that are not used yet, with the numbers in them, counted from 1."""
    codes: list[str] = []
    numbers: list[int] = []
    number = 0
    while len(codes) < count:
        number += 1
        if form.format(number) not in used:
            codes.append(form.format(number))
            numbers.append(number)
    return codes, numbers


def _cut(points: Sequence[tuple[float, float]], members: list[int], counts: list[int]) -> list[list[int]]:
    if len(counts) <= 1:
        return [sorted(members)] if members else []
    lats, lons = [points[i][0] for i in members], [points[i][1] for i in members]
    height = max(lats) - min(lats)
    width = (max(lons) - min(lons)) * math.cos(math.radians(sum(lats) / len(lats)))
    axis = 1 if width > height else 0
    ordered = sorted(members, key=lambda i: (points[i][axis], points[i][1 - axis], i))
    half = len(counts) // 2
    here = sum(counts[:half])
    return _cut(points, ordered[:here], counts[:half]) + _cut(points, ordered[here:], counts[half:])
