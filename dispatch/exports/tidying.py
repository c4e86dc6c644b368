"""What becomes of exports whose time is over: first the file goes, then what was known of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update

from dispatch.exports.models import Export
from dispatch.exports.states import ExportState
from kernel.unit_of_work import Reading, UnitOfWork

REMEMBERED = timedelta(days=30)
"""For how long it is shown what somebody exported, after its file is gone."""
_LEFT = (ExportState.CANCELLED.value, ExportState.FAILED.value, ExportState.DISCARDED.value)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that nobody is to have any more, of which export."""

    export_id: UUID
    digest: str


def leftovers(reading: Reading, *, limit: int) -> list[Leftover]:
    """Return files to delete: those whose time is over, and those of exports that were given up, once no worker is at them."""
    over = and_(Export.state == ExportState.DONE.value, Export.expires_at <= reading.now)
    given_up = and_(Export.state.in_(_LEFT), Export.due_at <= reading.now)
    rows = reading.session.execute(
        select(Export.id, Export.file_digest)
        .where(Export.file_digest.is_not(None), or_(over, given_up))
        .order_by(Export.id)
        .limit(limit)
    )
    return [Leftover(row.id, row.file_digest) for row in rows]


def forget_files(uow: UnitOfWork, gone: Collection[Leftover]) -> None:
    """Note that these files are deleted; nobody can fetch them, nor read a copy of them, for the keys go too."""
    ids = [one.export_id for one in gone]
    no_file = {"file_digest": None, "file_key": None, "version": Export.version + 1}
    uow.session.execute(update(Export).where(Export.id.in_(ids)).values(**no_file))
    uow.session.execute(
        update(Export)
        .where(Export.id.in_(ids), Export.state == ExportState.DONE.value)
        .values(state=ExportState.EXPIRED.value)
    )


def forget(uow: UnitOfWork) -> None:
    """Drop exports that have no file any more: those thrown away, and those that ended long ago."""
    thrown_away = and_(Export.state == ExportState.DISCARDED.value, Export.due_at <= uow.now)
    uow.session.execute(
        delete(Export).where(Export.file_digest.is_(None), or_(thrown_away, Export.ended_at <= uow.now - REMEMBERED))
    )
