"""Reference pictures of items: handed in once for a region, named by their SHA-256, shown beside the question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from checklists.media.service import Stored
from checklists.templates import errors
from checklists.templates.locking import check_region
from checklists.templates.models import TemplatePicture
from checklists.templates.queries import in_region
from kernel.bulk import insert_rows
from kernel.errors import FieldProblem
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A reference picture; `digest` is the SHA-256 of its bytes in hexadecimal, sizes are bytes and pixels."""

    digest: str
    region_id: UUID
    content_type: str
    size_bytes: int
    width: int
    height: int
    kept_by: UUID
    kept_at: datetime


def may_keep(reading: Reading, region_id: UUID) -> None:
    """Ask whether the caller keeps pictures for a region, before any bytes are. Raises Forbidden: not regional operations."""
    check_region(reading, region_id)


def keep_picture(uow: UnitOfWork, *, region_id: UUID, stored: Stored) -> PictureRow:
    """Keep a picture for the templates of a region; handed in again, it is the same one.

    Raises Forbidden (forbidden): not regional operations.
    """
    check_region(uow, region_id)
    row = {
        "region_id": region_id,
        "digest": stored.digest,
        "content_type": stored.picture.content_type,
        "size_bytes": stored.size_bytes,
        "width": stored.picture.width,
        "height": stored.picture.height,
        "kept_by": uow.actor.user_id,
        "kept_at": uow.now,
    }
    insert_rows(uow.session, TemplatePicture, [row], on_conflict="(region_id, digest) DO NOTHING")
    return picture(uow, stored.digest)


def picture(reading: Reading, digest: str) -> PictureRow:
    """Return a picture of the caller's regions. Raises NotFound (template.picture_unknown)."""
    columns = (getattr(TemplatePicture, name) for name in PictureRow.__dataclass_fields__)
    statement = select(*columns).where(TemplatePicture.digest == digest, in_region(reading, TemplatePicture.region_id))
    row = reading.session.execute(statement.limit(1)).one_or_none()
    if row is None:
        raise errors.PICTURE_UNKNOWN()
    return PictureRow(*row)


def check_pictures(uow: UnitOfWork, region_id: UUID, steps: Sequence[Mapping[str, Any]]) -> None:
    """Check that all pictures of these steps were handed in. Raises Invalid (template.picture_missing) with each path."""
    named = {
        f"/steps/{nth}/items/{at}/pictures/{which}": digest
        for nth, step in enumerate(steps)
        for at, item in enumerate(step["items"])
        for which, digest in enumerate(item.get("pictures", ()))
    }
    if not named:
        return
    known = set(
        uow.session.scalars(
            select(TemplatePicture.digest).where(
                TemplatePicture.region_id == region_id, TemplatePicture.digest.in_(set(named.values()))
            )
        )
    )
    missing = [path for path, digest in named.items() if digest not in known]
    if missing:
        entry = errors.PICTURE_MISSING
        raise entry(fields=tuple(FieldProblem(path, entry.code, entry.title) for path in missing))
