"""What can be asked about photos and signatures: those of orders in the caller's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists.media import errors
from checklists.media.models import MediaFile
from checklists.media.states import MediaState, ThumbnailSize
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
from kernel.by_ids import ByIds
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
    """Return a file that is here. Raises NotFound (work_order.unknown, media.unknown, media.awaited); Gone (media.erased)."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    found = reading.session.execute(
        select(*_ROW, MediaFile.erased_at).where(MediaFile.work_order_id == order_id, MediaFile.media_id == media_id)
    ).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    *values, erased_at = found
    row = MediaRow(*values)
    if erased_at is not None:
        raise errors.ERASED()
    if row.state != MediaState.VERIFIED or row.digest is None:
        raise errors.AWAITED()
    return row


def thumbnail(reading: Reading, order_id: UUID, media_id: str, size: ThumbnailSize) -> tuple[str, int]:
    """Return digest and bytes of a file's thumbnail. Raises what `media_file` raises; NotFound (media.no_thumbnail)."""
    media_file(reading, order_id, media_id)
    columns = (getattr(MediaFile, f"{size.value}_{what}") for what in ("digest", "bytes"))
    digest, size_bytes = reading.session.execute(
        select(*columns).where(MediaFile.work_order_id == order_id, MediaFile.media_id == media_id)
    ).one()
    if digest is None:
        raise errors.NO_THUMBNAIL()
    return digest, size_bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a file that is here says of itself: when it was taken (aware UTC) by which clock, where (WGS 84), with what camera."""

    media_id: str
    digest: str | None
    looked_at: bool
    taken_at: datetime | None
    taken_by_clock: str | None
    lat: float | None
    lon: float | None
    camera: str | None


def claims_of(session: Session, order_id: UUID, *, limit: int = 500) -> tuple[Claimed, ...]:
    """Return what an order's files say of themselves, the first named first. Only for orders in scope: it does not ask."""
    rows = session.execute(
        select(
            MediaFile.media_id,
            MediaFile.digest,
            MediaFile.look_due_at.is_(None),
            MediaFile.taken_at,
            MediaFile.taken_by_clock,
            MediaFile.taken_lat,
            MediaFile.taken_lon,
            MediaFile.camera,
        )
        .where(MediaFile.work_order_id == order_id, MediaFile.state == MediaState.VERIFIED.value)
        .order_by(MediaFile.named_at, MediaFile.media_id)
        .limit(limit)
    )
    return tuple(Claimed(*row) for row in rows)


def awaited_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, list[Awaited]]:
    """Return what is still to come, by order. Only for orders in scope: it does not ask."""
    found: dict[UUID, list[Awaited]] = {}
    for row in _AWAITED.rows(session, order_ids):
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
    found: dict[UUID, dict[str, str]] = {}
    for row in _HASHES.rows(session, order_ids):
        found.setdefault(row.work_order_id, {})[row.media_id] = row.digest
    return found


def backlog(session: Session) -> tuple[int, datetime | None]:
    """Count the pictures of all regions that wait for a look into them, and when the first came in (aware UTC)."""
    waiting = MediaFile.look_due_at.is_not(None)
    row = session.execute(select(func.count(), func.min(MediaFile.verified_at)).where(waiting)).one()
    return row[0], row[1]


def kept(session: Session, *, limit: int, beyond: str | None = None) -> list[str]:
    """Return digests of files that are here, of all regions: the last ones, or those that follow `beyond` in their order."""
    wanted = select(MediaFile.digest).where(MediaFile.state == MediaState.VERIFIED.value).limit(limit)
    if beyond is None:
        wanted = wanted.order_by(MediaFile.id.desc())
    else:
        wanted = wanted.where(MediaFile.digest > beyond).order_by(MediaFile.digest)
    return [digest for digest in session.scalars(wanted) if digest is not None]


_AWAITED = ByIds(
    select(MediaFile.work_order_id, MediaFile.media_id, MediaFile.due_at)
    .where(MediaFile.state != MediaState.VERIFIED.value)
    .order_by(MediaFile.work_order_id, MediaFile.media_id),
    MediaFile.work_order_id,
)
_HASHES = ByIds(
    select(MediaFile.work_order_id, MediaFile.media_id, MediaFile.digest).where(MediaFile.digest.is_not(None)),
    MediaFile.work_order_id,
)
