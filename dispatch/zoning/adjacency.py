"""Which zones are neighbours on the ground, and what joins those that are not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from dispatch.territory.coverage import METRES_PER_DEGREE
from dispatch.territory.geometry import as_shape

GAP_METRES = 30.0
"""Surveys of one border differ by a few metres; zones that lie this close together touch."""
LEAST_BORDER_METRES = 50.0
"""A border shorter than this is a corner: nobody gets from one zone to the other across it."""
DETAIL_METRES = 5.0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each zone, by its number, those that it touches, and those that a bridge joins it to.

    Bridges join what touches nothing: an island to the zone nearest to it, an undrawn zone to those of its group.
    """

    touching: tuple[frozenset[int], ...]
    bridged: tuple[frozenset[int], ...]

    @property
    def joined(self) -> tuple[frozenset[int], ...]:
        """For each zone all that it is joined to, by border or bridge; from each zone there is a way to every other."""
        return tuple(a | b for a, b in zip(self.touching, self.bridged, strict=True))


def neighbours(
    boundaries: Sequence[Mapping[str, Any] | None], groups: Sequence[object], gap_metres: float = GAP_METRES
) -> Neighbours:
    """Find the neighbours of zones from their boundaries (GeoJSON, WGS 84; None: not drawn) and their present groups."""
    count = len(boundaries)
    drawn = [nth for nth, boundary in enumerate(boundaries) if boundary is not None]
    shapes = _in_metres([boundary for boundary in boundaries if boundary is not None])
    touching = _touching(count, drawn, shapes, gap_metres)
    bridged: list[set[int]] = [set() for _ in range(count)]

    def bridge(one: int, other: int) -> None:
        bridged[one].add(other)
        bridged[other].add(one)

    for nth in range(count):
        if boundaries[nth] is None:
            for other in range(count):
                if other != nth and groups[other] == groups[nth]:
                    bridge(nth, other)
    while len(parts := components([touching[nth] | bridged[nth] for nth in range(count)])) > 1:
        bridge(*_nearest(min(parts, key=lambda part: (len(part), part[0])), drawn, shapes, count))
    return Neighbours(tuple(map(frozenset, touching)), tuple(map(frozenset, bridged)))


def components(joined: Sequence[set[int] | frozenset[int]]) -> list[list[int]]:
    """Return the parts of which each hangs together, in the order of their first members."""
    left, found = set(range(len(joined))), []
    while left:
        reached = {min(left)}
        edge = set(reached)
        while edge:
            edge = {other for nth in edge for other in joined[nth]} - reached
            reached |= edge
        found.append(sorted(reached))
        left -= reached
    return found


def _touching(count: int, drawn: Sequence[int], shapes: Any, gap_metres: float) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in range(count)]
    if len(drawn) < 2:
        return found
    wide = shapely.buffer(shapes, gap_metres / 2, quad_segs=2)
    left, right = shapely.STRtree(wide).query(wide, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    common = shapely.area(shapely.intersection(wide[left], wide[right]))
    # Along a border the widened zones share a strip as wide as the gap; around a corner little more than its square.
    border = common >= gap_metres * LEAST_BORDER_METRES
    for a, b in zip(left[border].tolist(), right[border].tolist(), strict=True):
        found[drawn[a]].add(drawn[b])
        found[drawn[b]].add(drawn[a])
    return found


def _nearest(part: Sequence[int], drawn: Sequence[int], shapes: Any, count: int) -> tuple[int, int]:
    """Return the member of a part and the zone outside that lie nearest to each other; by number where there is no ground."""
    inside = [place for place, nth in enumerate(drawn) if nth in set(part)]
    outside = [place for place, nth in enumerate(drawn) if nth not in set(part)]
    if not inside or not outside:
        return part[0], next(nth for nth in range(count) if nth not in set(part))
    tree = shapely.STRtree(shapes[outside])
    (mine, theirs), distances = tree.query_nearest(shapes[inside], return_distance=True)
    best = min(zip(distances.tolist(), mine.tolist(), theirs.tolist(), strict=True))
    return drawn[inside[best[1]]], drawn[outside[best[2]]]


def _in_metres(boundaries: Sequence[Mapping[str, Any]]) -> Any:
    """Return the shapes on a plane in metres, simplified; good for the ground of one station."""
    shapes = np.array([as_shape(one) for one in boundaries], dtype=np.object_)
    if not len(shapes):
        return shapes
    latitude = float(np.mean(shapely.get_y(shapely.centroid(shapes))))
    scale = np.array([METRES_PER_DEGREE * math.cos(math.radians(latitude)), METRES_PER_DEGREE])
    return shapely.simplify(shapely.transform(shapes, lambda points: points * scale), DETAIL_METRES)
