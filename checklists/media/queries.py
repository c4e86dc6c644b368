"""What can be asked about photos and signatures: those of orders in the caller's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.media import errors
from checklists.media.models import MediaFile
from checklists.media.states import MediaState
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A photo or signature. `digest` is the SHA-256 of its bytes in hexadecimal; sizes are bytes and pixels."""

    media_id: str
    state: str
    digest: str | None
    content_type: str | None
    size_bytes: int | None
    width: int | None
    height: int | None
    user_id: UUID
    named_at: datetime
    due_at: datetime
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A file that was named and is not here yet, and until when it is waited for."""

    media_id: str
    due_at: datetime


_ROW = tuple(getattr(MediaFile, name) for name in MediaRow.__dataclass_fields__)


def media_of_order(reading: Reading, order_id: UUID, *, limit: int = 500) -> tuple[MediaRow, ...]:
    """Return the files of an order, the first named first. Raises NotFound (work_order.unknown)."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    rows = reading.session.execute(
        select(*_ROW)
        .where(MediaFile.work_order_id == order_id)
        .order_by(MediaFile.named_at, MediaFile.media_id)
        .limit(limit)
    )
    return tuple(MediaRow(*row) for row in rows)


def media_file(reading: Reading, order_id: UUID, media_id: str) -> MediaRow:
    """Return a file that is here. Raises NotFound (work_order.unknown, media.unknown, media.awaited)."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    found = reading.session.execute(
        select(*_ROW).where(MediaFile.work_order_id == order_id, MediaFile.media_id == media_id)
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    row = MediaRow(*found)
    if row.state != MediaState.VERIFIED or row.digest is None:
        raise errors.AWAITED()
    return row


def awaited_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, list[Awaited]]:
    """Return what is still to come, by order. Only for orders in scope: it does not ask."""
    found: dict[UUID, list[Awaited]] = {}
    if not order_ids:
        return found
    for row in session.execute(
        select(MediaFile.work_order_id, MediaFile.media_id, MediaFile.due_at)
        .where(MediaFile.work_order_id.in_(order_ids), MediaFile.state != MediaState.VERIFIED.value)
        .order_by(MediaFile.work_order_id, MediaFile.media_id)
    ):
        found.setdefault(row.work_order_id, []).append(Awaited(row.media_id, row.due_at))
    return found


def digests_of(session: Session, order_id: UUID) -> dict[str, str]:
    """Return the digests of an order's files that are known, by media id. Only for orders in scope: it does not ask."""
    rows = session.execute(
        select(MediaFile.media_id, MediaFile.digest).where(
            MediaFile.work_order_id == order_id, MediaFile.digest.is_not(None)
        )
    )
    return {row.media_id: row.digest for row in rows if row.digest is not None}


def hashes_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the digests that are known of the files of orders, by order and media id. It does not ask for scope."""
    rows = session.execute(
        select(MediaFile.work_order_id, MediaFile.media_id, MediaFile.digest).where(
            MediaFile.work_order_id.in_(order_ids), MediaFile.digest.is_not(None)
        )
    )
    found: dict[UUID, dict[str, str]] = {}
    for row in rows:
        if row.digest is not None:
            found.setdefault(row.work_order_id, {})[row.media_id] = row.digest
    return found
