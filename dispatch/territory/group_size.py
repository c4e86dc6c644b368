"""How many zones a maintenance group holds: the bounds, which groups are out of them, and which changes lead out of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

FEWEST, MOST = 3, 5
"""product.md, "Territory": a maintenance group holds 3 to 5 zones. The default until a region has a policy of its own."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many zones a group holds at least and at most."""

    fewest: int = FEWEST
    most: int = MOST

    def hold(self, zones: int) -> bool:
        """Tell whether a number of zones is within the bounds."""
        return self.fewest <= zones <= self.most

    def broken_by(self, before: int, after: int) -> bool:
        """Tell whether a change leads further out of the bounds, so that it takes a reason.

        A group that is being filled comes nearer with each zone; one that is emptied altogether is being wound up.
        """
        thinner = 0 < after < self.fewest and after < before
        return thinner or (after > self.most and after > before)


@dataclass(frozen=True, slots=True)
class OddGroup:
    """A group that holds fewer or more zones than it should."""

    group_id: UUID
    zones: int


def out_of_bounds(zones_of_groups: Mapping[UUID, int], fewest: int = FEWEST, most: int = MOST) -> list[OddGroup]:
    """Report the groups whose number of zones is out of bounds, in the order of their ids. It only reports."""
    bounds = Bounds(fewest, most)
    return [OddGroup(group_id, zones) for group_id, zones in sorted(zones_of_groups.items()) if not bounds.hold(zones)]
