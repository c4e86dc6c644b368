"""What can be asked about imports, by those who may import there, or whose they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from dispatch.imports import errors
from dispatch.imports.batches import SourceLine, unpack
from dispatch.imports.kinds.kind import IMPORTERS
from dispatch.imports.models import Import, ImportBatch, ImportLine
from dispatch.imports.states import ACTIVE, ImportState, LineOutcome, UndoOutcome
from kernel.actor import Scope
from kernel.database import Page, read_page
from kernel.ordering import Sorts
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import, with how far it is."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    kind: str
    state: str
    filename: str | None
    format: str
    encoding: str
    delimiter: str
    header: Sequence[str]
    columns: Mapping[str, str]
    options: Mapping[str, Any]
    rows: int
    batches: int
    at_batch: int
    rows_done: int
    outcomes: Mapping[str, int]
    codes: Mapping[str, int]
    problem: Mapping[str, str] | None
    attempts: int
    version: int
    created_by: UUID
    created_at: datetime
    asked_by: UUID
    started_at: datetime | None
    ended_at: datetime | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class LineRow:
    """What became of a line, or would; `undo` and `undo_code` tell of when it was taken back."""

    nth: int
    line: int
    outcome: str
    code: str | None
    heading: str | None
    detail: str | None
    subject_id: UUID | None
    undo: str | None
    undo_code: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """An import for which a worker has something to do, and as whom."""

    id: UUID
    region_id: UUID
    kind: str
    state: ImportState
    asked_by: UUID


_ROW = tuple(getattr(Import, name) for name in ImportRow.__dataclass_fields__)
_LINE = tuple(getattr(ImportLine, name) for name in LineRow.__dataclass_fields__)
_TURN = tuple(getattr(Import, name) for name in Turn.__dataclass_fields__)
MOST_TURNS = 20
CHANGING = (ImportState.RUNNING, ImportState.UNDOING)
"""Passes that change more than the import itself."""


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the imports of places into which the caller may import, and their own.

    A file holds personal data, and what is wrong with lines tells of it: whoever may only look at a place does not see it.
    """
    actor = reading.actor
    scope = Scope.of(actor.user_id, [grant for grant in actor.grants if grant.role in IMPORTERS])
    return scope.sees(region=Import.region_id, station=Import.station_id, owner=Import.created_by)


SORTS = Sorts(Import.created_at, Import.id, by={"created_at": Import.created_at, "ended_at": Import.ended_at})


def page_of_imports(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    kind: str | None = None,
    state: ImportState | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
) -> Page[ImportRow]:
    """List imports, the latest first unless it is sorted otherwise."""
    statement = select(*_ROW).where(in_scope(reading))
    wanted = {
        Import.kind: kind,
        Import.state: None if state is None else state.value,
        Import.region_id: region_id,
        Import.station_id: station_id,
    }
    statement = statement.where(*(column == value for column, value in wanted.items() if value is not None))
    key = SORTS.order(sort)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(ImportRow(*row) for row in page.items), page.after)


def import_(reading: Reading, import_id: UUID) -> ImportRow:
    """Return an import. Raises NotFound (import.unknown)."""
    found: Any = reading.session.execute(select(*_ROW).where(Import.id == import_id, in_scope(reading))).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    return ImportRow(*found)


def page_of_lines(
    reading: Reading,
    import_id: UUID,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    outcome: LineOutcome | None = None,
    undo: UndoOutcome | None = None,
) -> Page[LineRow]:
    """List what became of the lines of an import, or would, in their order; the key is (nth).

    Raises NotFound (import.unknown).
    """
    import_(reading, import_id)
    statement = select(*_LINE).where(ImportLine.import_id == import_id)
    if outcome is not None:
        statement = statement.where(ImportLine.outcome == outcome.value)
    if undo is not None:
        statement = statement.where(ImportLine.undo == undo.value)
    page: Page[Any] = read_page(
        reading.session, statement, key=[ImportLine.nth], limit=limit, after=after, descending=False
    )
    return Page(tuple(LineRow(*row) for row in page.items), page.after)


def rejected_lines(reading: Reading, import_id: UUID, nth_batch: int) -> Iterator[tuple[SourceLine, LineRow]]:
    """Yield the rejected lines of one batch of an import that is in scope, as they came, with what is wrong with them."""
    batch = reading.session.execute(
        select(ImportBatch.first, ImportBatch.size, ImportBatch.content).where(
            ImportBatch.import_id == import_id, ImportBatch.nth == nth_batch
        )
    ).one()
    rows = reading.session.execute(
        select(*_LINE)
        .where(
            ImportLine.import_id == import_id,
            ImportLine.outcome == LineOutcome.REJECTED.value,
            ImportLine.nth.between(batch.first, batch.first + batch.size - 1),
        )
        .order_by(ImportLine.nth)
    ).all()
    lines = unpack(batch.content) if rows else []
    for row in rows:
        yield lines[row.nth - batch.first], LineRow(*row)


def turns(reading: Reading) -> list[Turn]:
    """Return the imports for which a worker has something to do, the one that waited longest first."""
    rows = reading.session.execute(
        select(*_TURN)
        .where(Import.state.in_([state.value for state in ACTIVE]))
        .order_by(Import.updated_at, Import.id)
        .limit(MOST_TURNS)
    )
    return [Turn(row.id, row.region_id, row.kind, ImportState(row.state), row.asked_by) for row in rows]
