"""What commands look at beside the order itself: the rules of its region, where its site is, and what its technician does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from dispatch.work_orders.geofence import Position
from dispatch.work_orders.reasons import Catalogue
from dispatch.work_orders.rules import OrderRules
from dispatch.work_orders.windows import Window


@dataclass(frozen=True, slots=True)
class RegionRules:
    """What a region decides about its orders; the product's defaults where it says nothing."""

    rules: OrderRules = field(default_factory=OrderRules)
    catalogue: Catalogue = field(default_factory=Catalogue)


@dataclass
class Surroundings:
    """All of it, for the orders of one transaction. What was not loaded is not looked at.

    `diaries` has the agreed windows of technicians, `trips` the orders that they are on the way to; both by order. They follow
    what happens in the book.
    """

    regions: dict[UUID, RegionRules] = field(default_factory=dict)
    positions: dict[UUID, Position] = field(default_factory=dict)
    diaries: dict[UUID, dict[UUID, Window]] = field(default_factory=dict)
    trips: dict[UUID, set[UUID]] = field(default_factory=dict)

    def region(self, region_id: UUID) -> RegionRules:
        """Return the rules of a region."""
        return self.regions.get(region_id) or RegionRules()

    def in_the_way(self, technician_id: UUID | None, order_id: UUID, window: Window, travel: timedelta) -> UUID | None:
        """Return another order that a technician has an appointment for at about that time, or None."""
        if technician_id is None:
            return None
        others = self.diaries.get(technician_id, {})
        found = (other for other, agreed in others.items() if other != order_id and agreed.meets(window, travel))
        return min(found, default=None)

    def other_trips(self, technician_id: UUID, order_id: UUID) -> Iterator[UUID]:
        """Yield the other orders that a technician is on the way to."""
        yield from sorted(self.trips.get(technician_id, set()) - {order_id})

    def enter(self, technician_id: UUID | None, order_id: UUID, window: Window | None, *, travelling: bool) -> None:
        """Note what a technician has to do about an order from now on; nobody else has anything to do about it."""
        for diary in self.diaries.values():
            diary.pop(order_id, None)
        for trips in self.trips.values():
            trips.discard(order_id)
        if technician_id is None:
            return
        if window is not None and technician_id in self.diaries:
            self.diaries[technician_id][order_id] = window
        if travelling and technician_id in self.trips:
            self.trips[technician_id].add(order_id)
