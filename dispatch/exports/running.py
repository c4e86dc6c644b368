"""An export in a worker's hands: taken for a lease, told of as it grows, handed over when it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.exports import errors
from dispatch.exports.kinds.catalogue import KINDS
from dispatch.exports.kinds.kind import ExportKind
from dispatch.exports.models import Export
from dispatch.exports.states import ACTIVE, ExportFormat, ExportState, Language
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.locked_blobs import new_file_key
from kernel.unit_of_work import UnitOfWork

LEASE = timedelta(minutes=3)
"""A worker says something far more often; one that does not has died, and another begins anew."""
MOST_ATTEMPTS = 3


class Stopped(Exception):
    """The export is no longer this worker's: it was stopped, thrown away, or taken by another after the lease."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An export in a worker's hands. `left_behind` is the digest of what an earlier worker may have stored."""

    id: UUID
    kind_name: str
    format: ExportFormat
    language: Language
    timezone: str
    columns: tuple[str, ...]
    filters: Mapping[str, Any]
    user_id: UUID
    attempt: int
    key: bytes
    left_behind: str | None

    @property
    def kind(self) -> ExportKind:
        """What it is made of."""
        return KINDS[self.kind_name]


def take(uow: UnitOfWork) -> Taken | None:
    """Take the export that has waited longest, for the length of the lease; a worker that dies gives it back so."""
    row = uow.session.execute(
        select(Export.__table__)
        .where(Export.state.in_([state.value for state in ACTIVE]), Export.due_at <= uow.now)
        .order_by(Export.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        values = {"state": ExportState.FAILED.value, "problem": errors.BROKEN.code, "file_key": None}
        uow.session.execute(
            update(Export).where(Export.id == row.id).values(**values, ended_at=uow.now, version=row.version + 1)
        )
        return take(uow)
    taken = Taken(
        row.id,
        row.kind,
        ExportFormat(row.format),
        Language(row.language),
        row.timezone,
        tuple(row.columns),
        row.filters,
        row.user_id,
        row.attempts + 1,
        new_file_key(),
        row.file_digest,
    )
    uow.session.execute(
        update(Export)
        .where(Export.id == row.id)
        .values(
            state=ExportState.RUNNING.value,
            attempts=taken.attempt,
            due_at=uow.now + LEASE,
            started_at=uow.now,
            rows=None,
            rows_done=0,
            file_key=taken.key,
            version=row.version + 1,
        )
    )
    return taken


def begin(uow: UnitOfWork, taken: Taken, *, rows: int, actor: Actor) -> None:
    """Say how many rows it will have, and under which roles they are read. Raises Stopped."""
    grants = sorted(written(actor))
    _say(uow, taken, rows=rows, grants=[list(one) for one in grants])


def written(actor: Actor) -> set[tuple[str, str, str | None]]:
    """Return somebody's roles as they are kept with a file."""
    return {
        (grant.role.value, grant.level.value, None if grant.place_id is None else str(grant.place_id))
        for grant in actor.grants
    }


def go_on(uow: UnitOfWork, taken: Taken, *, rows_done: int) -> None:
    """Say how far it is. Raises Stopped."""
    _say(uow, taken, rows_done=rows_done)


def about_to_store(uow: UnitOfWork, taken: Taken, *, digest: str, size: int) -> None:
    """Say under which digest the file will be stored, so that nothing is left behind if the worker dies. Raises Stopped."""
    _say(uow, taken, file_digest=digest, size_bytes=size)


def hand_over(uow: UnitOfWork, taken: Taken, *, keep: timedelta) -> None:
    """Say that the file is stored: from now on its person may fetch it, until its time is over. Raises Stopped."""
    _say(uow, taken, state=ExportState.DONE.value, ended_at=uow.now, expires_at=uow.now + keep)


def fail(uow: UnitOfWork, taken: Taken, refused: DomainError) -> None:
    """Say why it cannot be written. Raises Stopped."""
    _say(uow, taken, state=ExportState.FAILED.value, problem=refused.code, ended_at=uow.now, file_key=None)


def _say(uow: UnitOfWork, taken: Taken, **values: Any) -> None:
    said = uow.session.execute(
        update(Export)
        .where(
            Export.id == taken.id,
            Export.attempts == taken.attempt,
            Export.state == ExportState.RUNNING.value,
        )
        .values(**values, due_at=uow.now + LEASE, version=Export.version + 1)
        .returning(Export.id)
    ).all()
    if not said:
        raise Stopped
