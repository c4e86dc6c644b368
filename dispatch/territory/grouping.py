"""How zones are put together into maintenance groups by where they lie."""

import math
from collections.abc import Sequence

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
