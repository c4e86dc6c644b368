"""What can be done with photos and signatures: name them, hand them in, and notice those that do not come."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select, update

from checklists.media import errors
from checklists.media.events import MediaVerified
from checklists.media.models import MediaFile
from checklists.media.pictures import Picture, check_undamaged, recognise
from checklists.media.queries import MediaRow, media_file
from checklists.media.states import MediaState
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import DISPATCHERS
from dispatch.work_orders.records import BookOrder
from kernel.actor import SYSTEM_USER, Role
from kernel.blobs import BlobStore
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork

WAIT = timedelta(days=5)
"""How long a file that was named is waited for: as long as a silent phone's ops."""
OVERDUE = "media.overdue"
DIGEST = re.compile(r"[0-9A-Fa-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Named:
    """A file that an op or answer names: of which order, by whom, and with which SHA-256 if that was told."""

    region_id: UUID
    work_order_id: UUID
    media_id: str
    user_id: UUID
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture as it was put into the blob store, and what it is."""

    digest: str
    size_bytes: int
    picture: Picture


def store_picture(
    blobs: BlobStore, source: BinaryIO, announced: str | None = None, ask: Callable[[str], None] | None = None
) -> Stored:
    """Put a picture into the blob store, durably, before any transaction begins; what is none leaves nothing there.

    `source` is read more than once, so it must be a file that can be wound back; `announced` is the SHA-256 that the sender meant
    to send. `ask` is called with the SHA-256 that it has, and raises if it would be refused: what nothing will name is not put.

    Raises Invalid (media.changed, media.not_a_picture, media.too_many_pixels, media.damaged), and what `ask` raises; OSError when
    source or store cannot be read or written now.
    """
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
    if announced is not None and announced.lower() != digest:
        raise errors.CHANGED(path="/sha256")
    source.seek(0)
    picture = recognise(source)
    if announced is None:  # otherwise these are the bytes that its sender has, and there may be no others
        check_undamaged(source, picture)
    if ask is not None:
        ask(digest)
    source.seek(0)
    return Stored(*blobs.put(source), picture)


def name_media(uow: UnitOfWork, named: Iterable[Named]) -> None:
    """Note that files are to come; those that are known already stay as they are. One statement, none without files."""
    rows: dict[tuple[UUID, str], dict[str, object]] = {}
    for one in named:
        if not _NAME.fullmatch(one.media_id):
            continue  # what cannot be handed in under this name is not waited for; the op keeps it as it was sent
        rows[one.work_order_id, one.media_id] = {
            "id": uow.new_id(),
            "region_id": one.region_id,
            "work_order_id": one.work_order_id,
            "media_id": one.media_id,
            "state": MediaState.AWAITED.value,
            "digest": one.digest,
            "user_id": one.user_id,
            "named_at": uow.now,
            "due_at": uow.now + WAIT,
            "look_attempts": 0,
        }
    insert_rows(uow.session, MediaFile, list(rows.values()), on_conflict="(work_order_id, media_id) DO NOTHING")


def hand_in(uow: UnitOfWork, *, order_id: UUID, media_id: str, stored: Stored) -> MediaRow:
    """Keep a file of an order under its name; handed in again, it is the same file.

    Raises:
        NotFound (work_order.unknown); Forbidden (media.not_yours): neither of those who do the order, nor a dispatcher over it;
        Invalid (media.name_unfit); Invalid (media.changed): the op that named it told another SHA-256;
        Conflict (media.different): another file is kept under this name.
    """
    order = may_hand_in(uow, order_id, media_id)
    take_in(uow, region_id=order.region_id, order_id=order_id, media_id=media_id, stored=stored)
    return media_file(uow, order_id, media_id)


def may_hand_in(uow: UnitOfWork, order_id: UUID, media_id: str) -> BookOrder:
    """Ask whether the caller may hand in a file of this name for an order, before any of its bytes is kept; return the order.

    Raises NotFound (work_order.unknown), Forbidden (media.not_yours), Invalid (media.name_unfit).
    """
    book = work_orders.open_book(uow, [order_id])
    order = book.find(order_id)
    roles = uow.actor.roles_over(order.region_id, order.station_id, order.group_id, order.zone_id)
    if uow.actor.user_id not in book.holders_now(order_id) and not roles & (DISPATCHERS | {Role.ADMINISTRATOR}):
        raise errors.NOT_YOURS()
    if not _NAME.fullmatch(media_id):
        raise errors.NAME_UNFIT(path="/media_id")
    return order


def take_in(uow: UnitOfWork, *, region_id: UUID, order_id: UUID, media_id: str, stored: Stored) -> None:
    """Keep a file as `hand_in` does, of somebody who was asked before whether they may.

    Raises Invalid and Conflict as `hand_in` does.
    """
    if not _NAME.fullmatch(media_id):
        raise errors.NAME_UNFIT(path="/media_id")
    if _keep(uow, order_id, media_id, stored, region_id):
        uow.publish(MediaVerified(((order_id, media_id),)))


def check_same(reading: Reading, *, order_id: UUID, media_id: str, digest: str) -> None:
    """Check that a file would be taken in under its name, before any of it is kept. Raises as `hand_in` does."""
    known = reading.session.execute(
        select(MediaFile.state, MediaFile.digest).where(
            MediaFile.work_order_id == order_id, MediaFile.media_id == media_id
        )
    ).one_or_none()
    if known is not None:
        _check_same(known.state, known.digest, digest)


def _check_same(state: str, known: str | None, digest: str) -> None:
    if known is None or known == digest:
        return
    if state == MediaState.VERIFIED:
        raise errors.DIFFERENT(path="/media_id")
    raise errors.CHANGED("the op that named it told another SHA-256", path="/media_id")


def _keep(uow: UnitOfWork, order_id: UUID, media_id: str, stored: Stored, region_id: UUID) -> bool:
    name_media(uow, [Named(region_id, order_id, media_id, uow.actor.user_id)])
    row = uow.session.execute(
        select(MediaFile.id, MediaFile.state, MediaFile.digest)
        .where(MediaFile.work_order_id == order_id, MediaFile.media_id == media_id)
        .with_for_update()
    ).one()
    _check_same(row.state, row.digest, stored.digest)
    if row.state == MediaState.VERIFIED:
        return False
    values = {
        "state": MediaState.VERIFIED.value,
        "digest": stored.digest,
        "content_type": stored.picture.content_type,
        "size_bytes": stored.size_bytes,
        "width": stored.picture.width,
        "height": stored.picture.height,
        "verified_at": uow.now,
        "look_due_at": uow.now,
        "look_attempts": 0,
    }
    uow.session.execute(update(MediaFile).where(MediaFile.id == row.id).values(**values))
    return True


def flag_overdue(uow: UnitOfWork, *, limit: int) -> int:
    """Mark the orders of files that did not come in time, for a person to ask; returns how many files there were.

    A file that comes in later is still taken. It reads an index of what is due, and takes a few statements for any number.
    """
    late = uow.session.execute(
        select(MediaFile.id, MediaFile.work_order_id, MediaFile.media_id, MediaFile.user_id)
        .where(MediaFile.state == MediaState.AWAITED.value, MediaFile.due_at <= uow.now)
        .order_by(MediaFile.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not late:
        return 0
    uow.session.execute(
        update(MediaFile)
        .where(MediaFile.id.in_([row.id for row in late]))
        .values(state=MediaState.OVERDUE.value)
        .execution_options(synchronize_session=False)
    )
    missing: dict[UUID, list[str]] = {}
    for row in late:
        missing.setdefault(row.work_order_id, []).append(row.media_id)
    book = work_orders.open_book(uow, sorted(missing))
    for order_id in book.orders:
        data = {"media": missing[order_id]}
        book.record(Entry(uow.new_id(), order_id, OVERDUE, SYSTEM_USER, uow.now, uow.now, data))
        book.flag_for_review(order_id)
    work_orders.write_book(uow, book)
    return len(late)
