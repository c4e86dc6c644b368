"""What can be done with imports: take a file, say which column is what, start, stop and take back what was brought in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from dispatch.csv_stream import Record
from dispatch.imports import errors
from dispatch.imports.batches import unpack
from dispatch.imports.kinds.catalogue import CHECKS, KINDS
from dispatch.imports.kinds.kind import ImportKind, Plan, may_import
from dispatch.imports.models import Import, ImportBatch, ImportLine
from dispatch.imports.queries import in_scope
from dispatch.imports.states import ACTIVE, ImportState
from dispatch.imports.tables import Table
from dispatch.requests.guessing import guess_columns
from dispatch.territory import errors as territory_errors
from dispatch.territory import queries as territory
from dispatch.texts import optional_line
from kernel.bulk import insert_rows
from kernel.errors import FORBIDDEN, STALE
from kernel.unit_of_work import UnitOfWork

CHANGEABLE = (ImportState.NEEDS_COLUMNS, ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED)
UNDOABLE = (
    ImportState.DONE,
    ImportState.CANCELLED,
    ImportState.FAILED,
    ImportState.UNDONE,
    ImportState.UNDOING,
)
STARTABLE = (ImportState.CHECKED, ImportState.CANCELLED, ImportState.FAILED, ImportState.RUNNING)


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that somebody wants to bring in: of which kind, and for which region, or for one station of it only."""

    kind: str
    region_id: UUID
    station_id: UUID | None = None
    filename: str | None = None
    id: UUID | None = None


def receive(uow: UnitOfWork, *, new: NewImport, table: Table) -> UUID:
    """Keep the lines of a file, recognise its columns, and have it tried; returns the import's id. Nothing is brought in yet.

    The same file under the same id is the same import.

    Raises:
        NotFound (territory.region_unknown, territory.station_unknown);
        Forbidden (forbidden): the actor does not import there; Conflict (import.id_taken); Invalid (invalid).
    """
    region = territory.region(uow, new.region_id)
    station_id = _station(uow, new)
    kind = KINDS[new.kind]
    if not may_import(uow, new.region_id, None if kind.regional else station_id):
        raise FORBIDDEN()
    columns = guess_columns(table.header, kind.headings())
    plan = Plan(new.region_id, station_id, region.timezone, table.header, columns)
    missing = kind.missing(columns)
    row = {
        "id": new.id or uow.new_id(),
        "region_id": new.region_id,
        "station_id": station_id,
        "kind": new.kind,
        "state": (ImportState.NEEDS_COLUMNS if missing else ImportState.CHECKING).value,
        "filename": optional_line(new.filename, longest=200, path="/filename"),
        "digest": table.digest,
        "format": table.format.value,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header": list(table.header),
        "columns": columns,
        "options": {} if missing else kind.guess(plan, _first_records(table.pieces)),
        "rows": table.rows,
        "batches": len(table.pieces),
        "version": 1,
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
        "asked_by": uow.actor.user_id,
        "started_at": None,
        "updated_at": uow.now,
        **_afresh(),
    }
    if not insert_rows(uow.session, Import, [row], on_conflict="(id) DO NOTHING", returning=["id"]):
        return _same(uow, row)
    _keep_lines(uow, row["id"], table)
    key: UUID = row["id"]
    return key


def _station(uow: UnitOfWork, new: NewImport) -> UUID | None:
    """Return the one station that an import is for: the one that was named, or the only one that the actor imports into."""
    if new.station_id is not None:
        if territory.station(uow, new.station_id).region_id != new.region_id:
            raise territory_errors.STATION_UNKNOWN(path="/station_id")
        return new.station_id
    if may_import(uow, new.region_id, None):
        return None
    stations = [
        one.id
        for one in territory.stations(uow, region_id=new.region_id, limit=1000).items
        if may_import(uow, new.region_id, one.id)
    ]
    return stations[0] if len(stations) == 1 else None


def _same(uow: UnitOfWork, row: Mapping[str, Any]) -> UUID:
    there: Any = uow.session.execute(
        select(Import.id, Import.created_by, Import.kind, Import.digest).where(Import.id == row["id"])
    ).one_or_none()
    mine = (row["id"], uow.actor.user_id, row["kind"], row["digest"])
    if there is None or tuple(there) != mine:
        raise errors.ID_TAKEN(path="/id")
    key: UUID = there.id
    return key


def _keep_lines(uow: UnitOfWork, import_id: UUID, table: Table) -> None:
    first = 1
    rows = []
    for nth, piece in enumerate(table.pieces):
        size = len(unpack(piece))
        rows.append({"import_id": import_id, "nth": nth, "first": first, "size": size, "content": piece})
        first += size
    insert_rows(uow.session, ImportBatch, rows)


def _first_records(pieces: Sequence[bytes]) -> list[Record]:
    return [one.record for one in unpack(pieces[0])] if pieces else []


def _afresh() -> dict[str, Any]:
    """Return the columns of a pass that begins with the first line."""
    return {
        "at_batch": 0,
        "rows_done": 0,
        "outcomes": {},
        "codes": {},
        "problem": None,
        "attempts": 0,
        "ended_at": None,
    }


def change(
    uow: UnitOfWork,
    *,
    import_id: UUID,
    columns: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> None:
    """Say which column is what, and how to bring the lines in, before anything is; the file is tried anew.

    `columns` leads from fields to headings, and replaces what was recognised; of `options` those that are given are replaced.

    Raises:
        NotFound (import.unknown); Conflict (import.state_wrong); Stale (stale); Invalid (import.columns_missing,
        import.column_unknown, import.option_wrong, request.mapping_wrong), with the path.
    """
    row = _locked(uow, import_id, CHANGEABLE, expected_version)
    if row.started_at is not None:
        raise errors.STATE_WRONG("something was brought in already")
    kind = KINDS[row.kind]
    new_columns = row.columns if columns is None else dict(columns)
    _check_columns(kind, row.header, new_columns)
    zone = territory.timezones_of(uow, [row.region_id])[row.region_id]
    plan = Plan(row.region_id, row.station_id, zone, row.header, new_columns, row.options)
    if columns is not None or not row.options:
        pieces = uow.session.scalars(
            select(ImportBatch.content).where(ImportBatch.import_id == import_id, ImportBatch.nth == 0)
        )
        guessed = kind.guess(plan, _first_records(list(pieces)))
        plan = replace(plan, options={**guessed, **_kept(row.options)})
    plan = replace(plan, options={**plan.options, **(options or {})})
    CHECKS[row.kind](plan)
    uow.session.execute(delete(ImportLine).where(ImportLine.import_id == import_id))
    values = {"columns": dict(new_columns), "options": dict(plan.options), "state": ImportState.CHECKING.value}
    _write(uow, row, {**values, **_afresh()})


def _kept(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that do not follow from how cells are written."""
    return {name: value for name, value in options.items() if name not in ("date_formats", "values")}


def _check_columns(kind: ImportKind, header: Sequence[str], columns: Mapping[str, str]) -> None:
    for name, heading in columns.items():
        if name not in kind.columns:
            raise errors.COLUMN_UNKNOWN("there are " + ", ".join(kind.columns), path=f"/columns/{name}")
        if list(header).count(heading) != 1:
            raise errors.COLUMN_UNKNOWN(f"the file has: {', '.join(header)}"[:400], path=f"/columns/{name}")
    missing = kind.missing(columns)
    if missing:
        raise errors.COLUMNS_MISSING(", ".join(missing), path=f"/columns/{missing[0]}", missing=missing)


def start(uow: UnitOfWork, *, import_id: UUID, expected_version: int | None = None) -> None:
    """Bring the lines in, for real; one that was cancelled, or failed on its way, goes on where it was.

    Asked again while it runs, nothing changes.

    Raises NotFound (import.unknown); Conflict (import.state_wrong); Stale (stale); Forbidden (forbidden).
    """
    row = _locked(uow, import_id, STARTABLE, expected_version)
    _check_may(uow, row)
    if row.state == ImportState.RUNNING:
        return
    if row.state == ImportState.FAILED and row.started_at is None:
        raise errors.STATE_WRONG("it failed when it was tried")
    begins = _afresh() if row.state == ImportState.CHECKED else {"ended_at": None, "problem": None, "attempts": 0}
    values = {"state": ImportState.RUNNING.value, "started_at": row.started_at or uow.now, **begins}
    _write(uow, row, {**values, "asked_by": uow.actor.user_id})


def cancel(uow: UnitOfWork, *, import_id: UUID, expected_version: int | None = None) -> None:
    """Stop an import between two batches: what was brought in stays until it is undone.

    Raises NotFound (import.unknown); Conflict (import.state_wrong); Stale (stale).
    """
    row = _locked(uow, import_id, (ImportState.RUNNING, ImportState.CANCELLED), expected_version)
    if row.state != ImportState.CANCELLED:
        _write(uow, row, {"state": ImportState.CANCELLED.value, "ended_at": uow.now})


def undo(uow: UnitOfWork, *, import_id: UUID, expected_version: int | None = None) -> None:
    """Take back what an import made, from its last line to its first, as far as nothing else is built on it.

    The lines tell what stayed, and why. Asked again while it goes on, nothing changes; asked again after it, what stayed is
    tried once more.

    Raises NotFound (import.unknown); Conflict (import.state_wrong); Stale (stale); Forbidden (forbidden).
    """
    row = _locked(uow, import_id, UNDOABLE, expected_version)
    _check_may(uow, row)
    if row.state == ImportState.UNDOING:
        return
    if row.started_at is None:
        raise errors.STATE_WRONG("nothing was brought in")
    _write(uow, row, {**_afresh(), "state": ImportState.UNDOING.value, "asked_by": uow.actor.user_id})


def discard(uow: UnitOfWork, *, import_id: UUID, expected_version: int | None = None) -> None:
    """Forget a file with what became of its lines. What was brought in stays, and can no longer be undone together.

    Raises NotFound (import.unknown); Conflict (import.state_wrong): it runs, or is being undone; Stale (stale).
    """
    idle = [state for state in ImportState if state not in (ImportState.RUNNING, ImportState.UNDOING)]
    row = _locked(uow, import_id, idle, expected_version)
    drop(uow, [row.id])


def drop(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Delete imports with their lines."""
    for model in (ImportLine, ImportBatch):
        uow.session.execute(delete(model).where(model.import_id.in_(ids)))
    uow.session.execute(delete(Import).where(Import.id.in_(ids)))


def forget(uow: UnitOfWork, *, before: datetime, limit: int) -> int:
    """Drop imports that are not being worked on and were not touched since a moment; returns how many."""
    ids = uow.session.scalars(
        select(Import.id)
        .where(Import.updated_at < before, Import.state.not_in([state.value for state in ACTIVE]))
        .order_by(Import.updated_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    drop(uow, ids)
    return len(ids)


def _check_may(uow: UnitOfWork, row: Any) -> None:
    station_id = None if KINDS[row.kind].regional else row.station_id
    if not may_import(uow, row.region_id, station_id):
        raise FORBIDDEN()


def _locked(
    uow: UnitOfWork, import_id: UUID, states: Collection[ImportState], expected_version: int | None = None
) -> Any:
    columns = (
        Import.id,
        Import.region_id,
        Import.station_id,
        Import.kind,
        Import.state,
        Import.header,
        Import.columns,
        Import.options,
        Import.started_at,
        Import.version,
    )
    row = uow.session.execute(
        select(*columns).where(Import.id == import_id, in_scope(uow)).with_for_update()
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    if expected_version is not None and expected_version != row.version:
        raise STALE(f"the import is at version {row.version}")
    if row.state not in states:
        raise errors.STATE_WRONG(f"it is {row.state}")
    return row


def _write(uow: UnitOfWork, row: Any, values: Mapping[str, Any]) -> None:
    changed = {**values, "version": row.version + 1, "updated_at": uow.now}
    uow.session.execute(
        update(Import).where(Import.id == row.id).values(changed).execution_options(synchronize_session=False)
    )


def is_active(state: str) -> bool:
    """Tell whether a worker has something to do."""
    return state in ACTIVE
