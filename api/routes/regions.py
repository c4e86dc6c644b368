"""The region that a request is about, where leaving it out means the caller's own."""

from uuid import UUID

from dispatch.territory import errors, queries
from kernel.unit_of_work import Reading


def region_or_own(reading: Reading, region_id: UUID | None) -> UUID:
    """Return this region, or the caller's own. Raises NotFound (territory.region_unknown) when it is not in scope."""
    wanted = region_id or reading.actor.region_id
    if wanted is None:
        raise errors.REGION_UNKNOWN("you belong to no region: say which one you mean", path="/region_id")
    return queries.region(reading, wanted).id
