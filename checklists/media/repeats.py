"""Which photos were handed in more than once; for inspections, without a scope of its own."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from checklists.media.models import MediaFile
from checklists.media.states import MediaState
from kernel.database import one_of
from kernel.unit_of_work import Reading


def used_elsewhere(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return of these orders those that have a photo which another order has, too, or which they have under two names.

    With the SHA-256 of one such photo. One statement, along the index of digests.
    """
    other = aliased(MediaFile)
    again = select(other.id).where(
        other.digest == MediaFile.digest,
        other.id != MediaFile.id,
        other.region_id == MediaFile.region_id,
        other.state == MediaState.VERIFIED.value,
    )
    rows = reading.session.execute(
        select(MediaFile.work_order_id, func.min(MediaFile.digest))
        .where(
            one_of(reading.session, MediaFile.work_order_id, order_ids),
            MediaFile.state == MediaState.VERIFIED.value,
            again.exists(),
        )
        .group_by(MediaFile.work_order_id)
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}
