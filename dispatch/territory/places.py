"""Where something lies in the territory."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Places:
    """A place with all that is above it: zone → maintenance group → service station → region."""

    region_id: UUID
    station_id: UUID | None = None
    group_id: UUID | None = None
    zone_id: UUID | None = None
