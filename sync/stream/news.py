"""What the process that holds phones asks the database: one statement for all of them, whatever their number."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.accounts import queries as accounts
from kernel.change_feed import EPOCH_SIZE, FeedHead, FeedRow
from sync.devices.models import Device, DeviceToken
from sync.devices.states import DeviceStatus

CHUNK = 10_000
"""Parameters of one statement."""


def heads(session: Session, regions: Collection[UUID]) -> dict[UUID, int]:
    """Return how far each of these regions has come."""
    rows = session.execute(
        select(FeedHead.region_id, FeedHead.epoch, FeedHead.n).where(FeedHead.region_id.in_(regions))
    )
    return {row.region_id: row.epoch * EPOCH_SIZE + row.n for row in rows}


def latest(session: Session, region_id: UUID, scopes: Collection[str], *, since: int) -> dict[str, int]:
    """Return the newest change of each of these recipients that has one after `since`."""
    found: dict[str, int] = {}
    listed = list(scopes)
    for at in range(0, len(listed), CHUNK):
        rows = session.execute(
            select(FeedRow.scope, func.max(FeedRow.seq))
            .where(FeedRow.region_id == region_id, FeedRow.scope.in_(listed[at : at + CHUNK]), FeedRow.seq > since)
            .group_by(FeedRow.scope)
        )
        found.update((scope, seq) for scope, seq in rows)
    return found


def still_good(session: Session, token_hashes: Collection[bytes]) -> set[bytes]:
    """Return those of these tokens whose phones may still listen, and whose users may sign in."""
    listed, good = list(token_hashes), set()
    for at in range(0, len(listed), CHUNK):
        good |= set(
            session.scalars(
                select(DeviceToken.token_hash)
                .join(Device, Device.id == DeviceToken.device_id)
                .where(
                    DeviceToken.token_hash.in_(listed[at : at + CHUNK]),
                    Device.status == DeviceStatus.ACTIVE.value,
                    Device.user_id.in_(accounts.active_ids()),
                )
            )
        )
    return good
