"""What happens to the territory, for the rooms above to act on within the same transaction."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dispatch.territory.places import Places
from kernel.actor import Level


class MovedLevel(StrEnum):
    """What can move: a zone to another group, a group to another station."""

    ZONE = "zone"
    GROUP = "group"


class OpenOrders(StrEnum):
    """What becomes of open orders that a move or a retirement would strand: the decision of whoever asks for it.

    Kept ones stay with their assignee. Reopened ones go back to be dispatched anew, unless somebody is already at the customer's.
    """

    KEEP = "keep_with_assignee"
    REOPEN = "reopen_for_dispatch"


@dataclass(frozen=True, slots=True)
class PlaceMoved:
    """A zone or a group went elsewhere: all that was above it before, and all that is now."""

    before: Places
    after: Places


@dataclass(frozen=True, slots=True)
class PlacesMoved:
    """Zones went to other groups, or groups with all their zones to other stations.

    `zones` holds every zone whose places changed, also those inside of moved groups; `open_orders` is what was decided about
    orders that are stranded by it (None: nothing, so there may be none).
    """

    zones: tuple[PlaceMoved, ...]
    groups: tuple[PlaceMoved, ...] = ()
    open_orders: OpenOrders | None = None


@dataclass(frozen=True, slots=True)
class PlaceRetired:
    """A zone, group, station or region is taken out of work."""

    level: Level
    places: Places
    open_orders: OpenOrders | None = None


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody is to answer for places: whoever knows that they cannot refuses now."""

    user_ids: tuple[UUID, ...]
