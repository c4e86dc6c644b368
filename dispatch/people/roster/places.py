"""The station or group that a roster is for, with its time zone."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.people import errors
from dispatch.territory import queries as territory
from dispatch.territory.places import Places
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """A station (`group_id` is None) or a group, which has a roster; `timezone` is the region's."""

    region_id: UUID
    station_id: UUID
    group_id: UUID | None
    timezone: ZoneInfo

    @property
    def place_id(self) -> UUID:
        """The id of the group, or of the station."""
        return self.group_id or self.station_id

    @property
    def places(self) -> Places:
        """It, with all that is above."""
        return Places(self.region_id, self.station_id, self.group_id)

    def day_of(self, at: datetime) -> date:
        """Return which day it is there."""
        return at.astimezone(self.timezone).date()

    def columns(self) -> dict[str, UUID | None]:
        """Return the columns of a row that belongs here."""
        return {
            "region_id": self.region_id,
            "station_id": self.station_id,
            "group_id": self.group_id,
            "place_id": self.place_id,
        }


def roster_place(reading: Reading, *, group_id: UUID | None, station_id: UUID | None) -> RosterPlace:
    """Find a group or station in scope. Three statements at most.

    Raises Invalid (people.place_wrong): not exactly one is named; NotFound (territory.group_unknown, territory.station_unknown).
    """
    if (group_id is None) == (station_id is None):
        raise errors.PLACE_WRONG(path="/group_id")
    if group_id is not None:
        group = territory.group(reading, group_id)
        region_id, above = group.region_id, group.station_id
    else:
        assert station_id is not None
        station = territory.station(reading, station_id)
        region_id, above = station.region_id, station.id
    return RosterPlace(region_id, above, group_id, zone_of(reading, region_id))


def zone_of(reading: Reading, region_id: UUID) -> ZoneInfo:
    """Return the time zone of a region that the caller knows from something in scope. One statement."""
    return ZoneInfo(territory.timezones_of(reading, [region_id])[region_id])
