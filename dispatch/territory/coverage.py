"""How zones lie to each other on the ground: where two of them claim the same."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from dispatch.territory.geometry import as_shape

METRES_PER_DEGREE = 111_195.0
"""Length of a degree of latitude on a sphere of 6,371 km; of longitude, times the cosine of the latitude."""

WORTH_REPORTING = 0.001
"""The share of the smaller zone from which on an overlap is more than two surveys of the same border."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two zones claim the same ground: how much in square metres, and as a share of the smaller of the two."""

    first: UUID
    second: UUID
    square_metres: float
    share: float


def overlaps(boundaries: Mapping[UUID, Mapping[str, Any]], least_share: float = WORTH_REPORTING) -> list[Overlap]:
    """Find the pairs of zones that overlap by at least a share of the smaller one, the largest overlap first."""
    ids = sorted(boundaries)
    shapes = np.array([as_shape(boundaries[zone_id]) for zone_id in ids], dtype=np.object_)
    left, right = shapely.STRtree(shapes).query(shapes)
    pairs = left < right
    left, right = left[pairs], right[pairs]
    common = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    smaller = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
    found = []
    for a, b, area, whole in zip(left.tolist(), right.tolist(), common.tolist(), smaller.tolist(), strict=True):
        if area >= least_share * whole and area > 0:
            lat = shapely.get_y(shapely.centroid(shapes[a]))
            metres = area * METRES_PER_DEGREE**2 * math.cos(math.radians(lat))
            found.append(Overlap(ids[a], ids[b], metres, area / whole))
    return sorted(found, key=lambda one: -one.square_metres)
