"""What can be done with exports: want one, stop it, throw it away; and how a worker takes one and hands its file over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from dispatch.exports import errors
from dispatch.exports.kinds.catalogue import KINDS
from dispatch.exports.kinds.names import KindName
from dispatch.exports.models import Export
from dispatch.exports.states import ACTIVE, ExportFormat, ExportState, Language
from dispatch.exports.stored_filters import pack
from dispatch.territory.queries import timezones_of
from dispatch.turns import take_turn
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

MOST_KEPT = 20
"""Files that one person may have at a time."""


@dataclass(frozen=True, slots=True)
class NewExport:
    """A list to export: asked with `filters` (of the kind's own dataclass), these columns or all, moments as a zone's clocks say.

    Without `timezone` it is that of the person's region.
    """

    kind: KindName
    filters: Any
    format: ExportFormat
    language: Language
    columns: tuple[str, ...] = ()
    timezone: str | None = None
    id: UUID | None = None


def want(uow: UnitOfWork, *, new: NewExport, at_once: int) -> UUID:
    """Ask for a list as a file, once for ever by its id; a worker writes it as the caller then sees it.

    Raises:
        Invalid (export.column_unknown): with the path.
        Conflict (export.id_taken): somebody else has used the id.
        TooMany (export.too_many): `at_once` of theirs are being written, or they have as many files as one may have.
    """
    me = uow.actor.user_id
    if new.id is not None:
        owner = uow.session.scalar(select(Export.user_id).where(Export.id == new.id))
        if owner is not None and owner != me:
            raise errors.ID_TAKEN(path="/id")
        if owner == me:
            return new.id
    kind = KINDS[new.kind]
    _check_columns(new.columns, kind.columns)
    _check_number(uow, at_once)
    timezone = new.timezone or _zone_of(uow)
    title = kind.titles[new.language is Language.CHINESE]
    key = new.id or uow.new_id()
    row = {
        "id": key,
        "kind": new.kind.value,
        "state": ExportState.WAITING.value,
        "format": new.format.value,
        "language": new.language.value,
        "timezone": timezone,
        "columns": list(new.columns or kind.columns),
        "filters": pack(new.filters),
        "grants": [],
        "rows": None,
        "rows_done": 0,
        "filename": f"{title}-{uow.now.astimezone(ZoneInfo(timezone)):%Y-%m-%d}.{new.format.value}",
        "attempts": 0,
        "version": 1,
        "user_id": me,
        "created_at": uow.now,
        "due_at": uow.now,
    }
    insert_rows(uow.session, Export, [row])
    return key


def _check_columns(wanted: Sequence[str], known: Any) -> None:
    for nth, name in enumerate(wanted):
        if name not in known or name in wanted[:nth]:
            raise errors.COLUMN_UNKNOWN(f"columns are {', '.join(known)}", path=f"/columns/{nth}")


def _check_number(uow: UnitOfWork, at_once: int) -> None:
    me = uow.actor.user_id
    take_turn(uow, "exports", str(me))
    states = [*ACTIVE, ExportState.DONE]
    found = uow.session.execute(
        select(Export.state, func.count())
        .where(Export.user_id == me, Export.state.in_([one.value for one in states]))
        .group_by(Export.state)
    )
    count = {row[0]: row[1] for row in found}
    if sum(count.get(one.value, 0) for one in ACTIVE) >= at_once:
        raise errors.TOO_MANY(f"{at_once} at a time")
    if sum(count.values()) >= MOST_KEPT:
        raise errors.TOO_MANY(f"{MOST_KEPT} files")


def _zone_of(uow: UnitOfWork) -> str:
    home = uow.actor.region_id
    return "UTC" if home is None else timezones_of(uow, [home]).get(home, "UTC")


def cancel(uow: UnitOfWork, *, export_id: UUID) -> None:
    """Stop an export that is not written yet; one that is stopped already stays so.

    Raises NotFound (export.unknown), Conflict (export.state_wrong).
    """
    state = _own_state(uow, export_id)
    if state is ExportState.CANCELLED:
        return
    if state not in ACTIVE:
        raise errors.STATE_WRONG(state_now=state.value)
    _end(uow, export_id, ExportState.CANCELLED)


def discard(uow: UnitOfWork, *, export_id: UUID) -> None:
    """Throw an export away with its file, which nobody can read from now on. Raises NotFound (export.unknown)."""
    _own_state(uow, export_id)
    _end(uow, export_id, ExportState.DISCARDED)


def _own_state(uow: UnitOfWork, export_id: UUID) -> ExportState:
    found = uow.session.scalar(
        select(Export.state)
        .where(
            Export.id == export_id,
            Export.user_id == uow.actor.user_id,
            Export.state != ExportState.DISCARDED.value,
        )
        .with_for_update()
    )
    if found is None:
        raise errors.UNKNOWN()
    return ExportState(found)


def _end(uow: UnitOfWork, export_id: UUID, state: ExportState) -> None:
    # `due_at` stays: until then a worker may still be about to store the file.
    uow.session.execute(
        update(Export)
        .where(Export.id == export_id)
        .values(
            state=state.value,
            file_key=None,
            ended_at=func.coalesce(Export.ended_at, uow.now),
            version=Export.version + 1,
        )
    )
