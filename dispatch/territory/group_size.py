"""How many zones a maintenance group holds, and which groups hold too few or too many."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

FEWEST, MOST = 3, 5
"""product.md, "Territory": a maintenance group holds 3 to 5 zones. The default until a region has a policy of its own."""


@dataclass(frozen=True, slots=True)
class OddGroup:
    """A group that holds fewer or more zones than it should."""

    group_id: UUID
    zones: int


def out_of_bounds(zones_of_groups: Mapping[UUID, int], fewest: int = FEWEST, most: int = MOST) -> list[OddGroup]:
    """Report the groups whose number of zones is out of bounds, in the order of their ids. It only reports."""
    return [
        OddGroup(group_id, zones) for group_id, zones in sorted(zones_of_groups.items()) if not fewest <= zones <= most
    ]
