"""What can be done with photos and signatures: name them, hand them in, and notice those that do not come."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select, update

from checklists.media import errors
from checklists.media.events import MediaVerified
from checklists.media.models import MediaFile
from checklists.media.pictures import Picture, recognise
from checklists.media.queries import MediaRow, media_file
from checklists.media.states import MediaState
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import DISPATCHERS
from dispatch.work_orders.records import BookOrder
from kernel.actor import SYSTEM_USER, Role
from kernel.blobs import BlobStore
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

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
    """The bytes of a file as they were put into the blob store."""

    digest: str
    size_bytes: int


def store_bytes(blobs: BlobStore, source: BinaryIO) -> Stored:
    """Put bytes into the blob store, durably, before any transaction begins; those that nobody names do no harm."""
    digest, size = blobs.put(source)
    return Stored(digest, size)


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
        }
    insert_rows(uow.session, MediaFile, list(rows.values()), on_conflict="(work_order_id, media_id) DO NOTHING")


def hand_in(
    uow: UnitOfWork, *, order_id: UUID, media_id: str, stored: Stored, source: BinaryIO, announced: str | None = None
) -> MediaRow:
    """Keep a file of an order under its name; handed in again, it is the same file.

    `source` gives the bytes once more, to look at what they are; `announced` is the SHA-256 that the sender meant to send.

    Raises:
        NotFound (work_order.unknown); Forbidden (media.not_yours): neither of those who do the order, nor a dispatcher over it;
        Invalid (media.name_unfit, media.not_a_picture, media.too_many_pixels, media.changed);
        Conflict (media.different): another file is kept under this name.
    """
    order = may_hand_in(uow, order_id, media_id)
    take_in(
        uow,
        region_id=order.region_id,
        order_id=order_id,
        media_id=media_id,
        stored=stored,
        source=source,
        announced=announced,
    )
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


def take_in(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    order_id: UUID,
    media_id: str,
    stored: Stored,
    source: BinaryIO,
    announced: str | None = None,
) -> None:
    """Keep a file as `hand_in` does, of somebody who was asked before whether they may.

    Raises Invalid and Conflict as `hand_in` does.
    """
    if not _NAME.fullmatch(media_id):
        raise errors.NAME_UNFIT(path="/media_id")
    if announced is not None and announced.lower() != stored.digest:
        raise errors.CHANGED(path="/sha256")
    picture = recognise(source)
    changed = _keep(uow, order_id, media_id, stored, picture, region_id)
    if changed:
        uow.publish(MediaVerified(((order_id, media_id),)))


def _keep(uow: UnitOfWork, order_id: UUID, media_id: str, stored: Stored, picture: Picture, region_id: UUID) -> bool:
    name_media(uow, [Named(region_id, order_id, media_id, uow.actor.user_id)])
    row = uow.session.execute(
        select(MediaFile.id, MediaFile.state, MediaFile.digest)
        .where(MediaFile.work_order_id == order_id, MediaFile.media_id == media_id)
        .with_for_update()
    ).one()
    if row.state == MediaState.VERIFIED:
        if row.digest != stored.digest:
            raise errors.DIFFERENT(path="/media_id")
        return False
    if row.digest is not None and row.digest != stored.digest:
        raise errors.CHANGED("the op that named it told another SHA-256", path="/media_id")
    values = {
        "state": MediaState.VERIFIED.value,
        "digest": stored.digest,
        "content_type": picture.content_type,
        "size_bytes": stored.size_bytes,
        "width": picture.width,
        "height": picture.height,
        "verified_at": uow.now,
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
