"""Which pictures wait for a look into them, and what it brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from checklists.media.exif import Claims
from checklists.media.models import MediaFile
from checklists.media.states import ThumbnailSize
from dispatch.territory import queries as territory
from kernel.unit_of_work import UnitOfWork

LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=10)
"""After how long a picture is looked at again whose bytes could not be read, or thumbnails not kept."""
MOST_ATTEMPTS = 5
_BLIND = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture in a worker's hands: the digest of its bytes, and the time zone of its region."""

    id: UUID
    region_id: UUID
    digest: str
    timezone: str


def take(uow: UnitOfWork) -> Waiting | None:
    """Take the picture that has waited longest; a worker that dies gives it back when the lease ends.

    One that took workers with it again and again is not looked at any more.
    """
    while True:
        row = uow.session.execute(
            select(MediaFile.id, MediaFile.region_id, MediaFile.digest, MediaFile.look_attempts)
            .where(MediaFile.look_due_at <= uow.now)
            .order_by(MediaFile.look_due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        over = row.look_attempts >= MOST_ATTEMPTS
        values = {"look_due_at": None if over else uow.now + LEASE, "look_attempts": row.look_attempts + 1}
        uow.session.execute(update(MediaFile).where(MediaFile.id == row.id).values(**values), execution_options=_BLIND)
        if not over:
            zone = territory.timezones_of(uow, [row.region_id])[row.region_id]
            return Waiting(row.id, row.region_id, row.digest, zone)


def postpone(uow: UnitOfWork, file_id: UUID) -> None:
    """Look again after a while, as often as it takes: the store is away, and that is not the picture's fault."""
    values = {"look_due_at": uow.now + PAUSE, "look_attempts": MediaFile.look_attempts - 1}
    uow.session.execute(update(MediaFile).where(MediaFile.id == file_id).values(**values), execution_options=_BLIND)


def keep(uow: UnitOfWork, file_id: UUID, claims: Claims, thumbnails: Mapping[ThumbnailSize, tuple[str, int]]) -> None:
    """Keep what a look brought: what the picture claims, and digest and bytes of each thumbnail."""
    values = {
        "look_due_at": None,
        "taken_at": claims.taken_at,
        "taken_by_clock": None if claims.basis is None else claims.basis.value,
        "taken_lat": claims.lat,
        "taken_lon": claims.lon,
        "camera": claims.camera,
    }
    for size, (digest, size_bytes) in thumbnails.items():
        values |= {f"{size.value}_digest": digest, f"{size.value}_bytes": size_bytes}
    uow.session.execute(update(MediaFile).where(MediaFile.id == file_id).values(**values), execution_options=_BLIND)
