"""What can be done with resumable uploads: begin one, go on with it, give it up, and look at what came in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from dispatch.work_orders import crew_queries
from dispatch.work_orders import errors as order_errors
from kernel.bulk import insert_rows
from kernel.settings import Settings
from kernel.unit_of_work import Reading, UnitOfWork
from sync.devices.calling import Phone
from sync.ingest.models import Op, OpState
from sync.uploads import errors
from sync.uploads.headers import Wanted
from sync.uploads.models import Upload
from sync.uploads.states import UploadState

EXPIRES = timedelta(days=7)
"""How long an upload is kept that nobody goes on with."""
LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=10)
"""After how long an upload is looked at again that could not be kept, because store or database were away."""
MOST_ATTEMPTS = 5
UNRESOLVED = (OpState.PENDING.value, OpState.HELD.value, OpState.QUARANTINED.value)


@dataclass(frozen=True, slots=True)
class UploadRow:
    """An upload: `length` in bytes, `code` why it failed, `due_at` until when it is kept (aware UTC) while it is open."""

    id: UUID
    media_id: str
    work_order_id: UUID
    length: int
    sha256: str | None
    state: UploadState
    code: str | None
    due_at: datetime


_BLIND = {"synchronize_session": False}
_ROW = tuple(getattr(Upload, name) for name in UploadRow.__dataclass_fields__)


def _row(row: Any) -> UploadRow:
    return UploadRow(**{**row._mapping, "state": UploadState(row.state)})


def begin(uow: UnitOfWork, phone: Phone, wanted: Wanted, settings: Settings) -> UploadRow:
    """Begin an upload, or return the one that this device has under this media id; one that failed begins anew.

    Raises:
        TooLarge (upload.too_large); NotFound (work_order.unknown): never an order of this person;
        Conflict (upload.different): another length or content; TooMany (upload.too_many) open ones.
    """
    if wanted.length > settings.media_max_bytes:
        raise errors.TOO_LARGE(limit_bytes=settings.media_max_bytes)
    if not crew_queries.ever_worked_on(uow, wanted.work_order_id, phone.user_id):
        raise order_errors.UNKNOWN()
    uow.session.execute(
        delete(Upload).where(
            Upload.device_id == phone.id, Upload.media_id == wanted.media_id, Upload.state == UploadState.FAILED.value
        )
    )
    open_ones = select(func.count()).where(Upload.device_id == phone.id, Upload.state == UploadState.OPEN.value)
    full = (uow.session.scalar(open_ones) or 0) >= settings.media_max_uploads
    row = {
        "id": uow.new_id(),
        "region_id": phone.region_id,
        "device_id": phone.id,
        "user_id": phone.user_id,
        "work_order_id": wanted.work_order_id,
        "media_id": wanted.media_id,
        "op_id": wanted.op_id,
        "length": wanted.length,
        "sha256": wanted.sha256,
        "filename": wanted.filename,
        "filetype": wanted.filetype,
        "state": UploadState.OPEN.value,
        "created_at": uow.now,
        "due_at": uow.now + EXPIRES,
        "attempts": 0,
    }
    if not full:
        insert_rows(uow.session, Upload, [row], on_conflict="(device_id, media_id) DO NOTHING")
    statement = select(*_ROW).where(Upload.device_id == phone.id, Upload.media_id == wanted.media_id)
    found = uow.session.execute(statement).one_or_none()
    if found is None:
        raise errors.TOO_MANY(limit_uploads=settings.media_max_uploads)
    known = _row(found)
    other = None not in (known.sha256, wanted.sha256) and known.sha256 != wanted.sha256
    if other or (known.length, known.work_order_id) != (wanted.length, wanted.work_order_id):
        raise errors.DIFFERENT(path="/Upload-Metadata/media_id")
    return known


def find(reading: Reading, phone: Phone, upload_id: UUID) -> UploadRow:
    """Return an upload of this device. Raises NotFound (upload.unknown)."""
    statement = select(*_ROW).where(Upload.id == upload_id, Upload.device_id == phone.id)
    found = reading.session.execute(statement).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    return _row(found)


def note_progress(uow: UnitOfWork, phone: Phone, upload_id: UUID, offset: int) -> UploadRow:
    """Note that bytes came in: the upload is kept longer, and with its last byte it waits to be looked at."""
    known = find(uow, phone, upload_id)
    if known.state is not UploadState.OPEN:
        return known
    values: Mapping[str, Any] = {"due_at": uow.now + EXPIRES}
    if offset == known.length:
        values = {"state": UploadState.RECEIVED.value, "due_at": uow.now}
    uow.session.execute(
        update(Upload)
        .where(Upload.id == upload_id, Upload.state == UploadState.OPEN.value)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return find(uow, phone, upload_id)


def give_up(uow: UnitOfWork, phone: Phone, upload_id: UUID) -> None:
    """Forget an upload that is not complete. Raises NotFound (upload.unknown), Conflict (upload.ended)."""
    known = find(uow, phone, upload_id)
    if known.state in (UploadState.RECEIVED, UploadState.VERIFIED):
        raise errors.ENDED()
    uow.session.execute(delete(Upload).where(Upload.id == upload_id))


@dataclass(frozen=True, slots=True)
class Received:
    """An upload in a worker's hands."""

    id: UUID
    region_id: UUID
    user_id: UUID
    device_id: UUID
    work_order_id: UUID
    media_id: str
    length: int
    sha256: str | None


def take(uow: UnitOfWork) -> Received | None:
    """Take the upload that has waited longest to be looked at; a worker that dies gives it back when the lease ends."""
    columns = tuple(getattr(Upload, name) for name in Received.__dataclass_fields__)
    row = uow.session.execute(
        select(*columns, Upload.attempts)
        .where(Upload.state == UploadState.RECEIVED.value, Upload.due_at <= uow.now)
        .order_by(Upload.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        settle(uow, row.id, code="internal-error")
        return take(uow)
    uow.session.execute(
        update(Upload).where(Upload.id == row.id).values(attempts=row.attempts + 1, due_at=uow.now + LEASE)
    )
    return Received(*row[:-1])


def postpone(uow: UnitOfWork, upload_id: UUID) -> None:
    """Look at an upload again after a while, as often as it takes: what keeps it from being kept is not its fault."""
    uow.session.execute(
        update(Upload)
        .where(Upload.id == upload_id, Upload.state == UploadState.RECEIVED.value)
        .values(attempts=Upload.attempts - 1, due_at=uow.now + PAUSE)
        .execution_options(synchronize_session=False)
    )


def unknown(reading: Reading, upload_ids: Sequence[UUID]) -> list[UUID]:
    """Return those of these uploads whose bytes nobody needs any more: forgotten, verified or failed."""
    needed = (UploadState.OPEN.value, UploadState.RECEIVED.value)
    kept = set(reading.session.scalars(select(Upload.id).where(Upload.id.in_(upload_ids), Upload.state.in_(needed))))
    return [key for key in upload_ids if key not in kept]


def settle(uow: UnitOfWork, upload_id: UUID, *, code: str | None = None) -> None:
    """Note what an upload came to: verified, or failed with a code."""
    state = UploadState.VERIFIED if code is None else UploadState.FAILED
    uow.session.execute(
        update(Upload)
        .where(Upload.id == upload_id)
        .values(state=state.value, code=code)
        .execution_options(synchronize_session=False)
    )


def expire(uow: UnitOfWork, *, limit: int, size_of: Callable[[UUID], int]) -> tuple[list[UUID], list[UUID]]:
    """Forget open uploads that nobody went on with; while the op of one is unresolved it is kept.

    One that `size_of` knows to be complete (bytes that are here) waits to be looked at from now on, whatever the state of its op.
    Returns the ids of those that are complete, and of those that are gone.
    """
    unresolved = (
        select(Op.op_id)
        .where(Op.region_id == Upload.region_id, Op.op_id == Upload.op_id, Op.state.in_(UNRESOLVED))
        .exists()
    )
    due = uow.session.execute(
        select(Upload.id, Upload.length)
        .where(Upload.state == UploadState.OPEN.value, Upload.due_at <= uow.now, ~unresolved)
        .order_by(Upload.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    complete = [key for key, length in due if size_of(key) == length]
    gone = [key for key, _ in due if key not in complete]
    if complete:
        received = {"state": UploadState.RECEIVED.value, "due_at": uow.now}
        uow.session.execute(update(Upload).where(Upload.id.in_(complete)).values(**received), execution_options=_BLIND)
    if gone:
        uow.session.execute(delete(Upload).where(Upload.id.in_(gone)), execution_options=_BLIND)
    return complete, gone
