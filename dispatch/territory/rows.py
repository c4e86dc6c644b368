"""What lists and details of the territory show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.territory.places import Places
from dispatch.territory.zone_index import ZoneIndex


@dataclass(frozen=True, slots=True)
class RegionRow:
    """An operations region. `timezone` is an IANA name."""

    id: UUID
    code: str
    name: str
    timezone: str
    version: int
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class StationRow:
    """A service station."""

    id: UUID
    region_id: UUID
    code: str
    name: str
    version: int
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A maintenance group."""

    id: UUID
    region_id: UUID
    station_id: UUID
    code: str
    name: str
    version: int
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone without its boundary, which may be large."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID
    code: str
    name: str
    subscribers: int
    version: int
    created_at: datetime
    retired_at: datetime | None
    coordinate_system: str

    @property
    def places(self) -> Places:
        """The zone with all that is above it."""
        return Places(self.region_id, self.station_id, self.group_id, self.id)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Somebody answers for a place, from a moment until another (None: still).

    `end_reason` says why nobody followed; `holder_gone_at` when the person left while the duty was still theirs.
    """

    id: UUID
    place_id: UUID
    kind: str
    user_id: UUID
    valid_from: datetime
    valid_to: datetime | None
    end_reason: str | None
    holder_gone_at: datetime | None

    def is_gone_at(self, at: datetime) -> bool:
        """Tell whether the person had left by a moment, though the duty was still theirs."""
        return self.holder_gone_at is not None and self.holder_gone_at <= at


@dataclass(frozen=True, slots=True)
class ZoneDetail:
    """A zone with its boundary (GeoJSON, or None if it has none), and who answers for it now."""

    row: ZoneRow
    boundary: dict[str, Any] | None
    duties: tuple[DutyRow, ...]


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """All working zones of a region, to find positions, codes and names in."""

    index: ZoneIndex
    zones: dict[UUID, ZoneRow]
