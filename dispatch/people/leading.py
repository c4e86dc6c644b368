"""Who leads whom: the leader of the group, or where there is none whoever manages the station."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from kernel.unit_of_work import Reading


class Placed(Protocol):
    """Somebody with a place of work."""

    @property
    def id(self) -> UUID:
        """Who it is."""

    @property
    def station_id(self) -> UUID:
        """Where they work."""

    @property
    def group_id(self) -> UUID:
        """In which group they work."""


def leaders_of(reading: Reading, people: Collection[Placed]) -> dict[UUID, tuple[UUID, ...]]:
    """Return who is to be told about each of these people, never they themselves; nobody where nobody leads. One statement."""
    places = {one.group_id for one in people} | {one.station_id for one in people}
    holders = territory.holders(reading, places, reading.now)
    found: dict[UUID, tuple[UUID, ...]] = {}
    for one in people:
        chain = (
            holders.get(one.group_id, {}).get(DutyKind.GROUP_LEADER),
            holders.get(one.station_id, {}).get(DutyKind.STATION_MANAGER),
        )
        found[one.id] = next(((key,) for key in chain if key is not None and key != one.id), ())
    return found
