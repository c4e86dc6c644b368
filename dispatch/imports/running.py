"""Goes through the lines of an import, to try them or to bring them in: a batch with how far it came, or nothing of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import DataError, IntegrityError

from dispatch.cells import cut, has_foreign_bytes
from dispatch.imports import errors
from dispatch.imports.batches import SourceLine, unpack
from dispatch.imports.kinds.catalogue import KINDS
from dispatch.imports.kinds.kind import Bringing, Brought, Plan, ReadLine, Refusal
from dispatch.imports.models import Import, ImportBatch, ImportLine
from dispatch.imports.queries import Turn
from dispatch.imports.states import AFTER, ImportState, LineOutcome
from dispatch.imports.undoing import undo_lines
from dispatch.territory import queries as territory
from kernel.bulk import insert_rows
from kernel.errors import DomainError
from kernel.identifiers import content_id
from kernel.unit_of_work import UnitOfWork

MOST_ATTEMPTS = 5
"""How often a batch may break a worker before the import is failed."""
Result = Brought | Refusal


class _Rehearsed(Exception):
    """Takes back what a trial has done; nobody beyond it sees this."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A line of the batch: its number, and what tells which other lines are about the same."""

    nth: int
    line: SourceLine
    key: UUID | None = None


def go_on(uow: UnitOfWork, turn: Turn) -> bool:
    """Do the next batch of an import in this transaction; tells whether there was one to do.

    Whoever holds the import's row has the batch: another worker passes over it, and one that dies leaves it as it was.

    Raises DomainError for what makes the whole import impossible.
    """
    row: Any = _taken(uow, turn)
    if row is None:
        return False
    undoing = turn.state is ImportState.UNDOING
    # What was built last is taken down first.
    nth = row.batches - 1 - row.at_batch if undoing else row.at_batch
    batch: Any = uow.session.execute(
        select(ImportBatch.first, ImportBatch.size, ImportBatch.content).where(
            ImportBatch.import_id == turn.id, ImportBatch.nth == nth
        )
    ).one_or_none()
    outcomes: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    if batch is not None and undoing:
        outcomes, codes = undo_lines(uow, turn.kind, turn.id, batch.first, batch.size)
    elif batch is not None:
        results = _do(uow, row, batch.first, unpack(batch.content), rehearsal=turn.state is ImportState.CHECKING)
        outcomes.update((LineOutcome.REJECTED if isinstance(one, Refusal) else one.outcome).value for one in results)
        codes.update(one.code for one in results if isinstance(one, Refusal))
    _note_progress(uow, row, 0 if batch is None else batch.size, outcomes, codes)
    return True


def _taken(uow: UnitOfWork, turn: Turn) -> Any:
    columns = [
        getattr(Import, name)
        for name in (
            *("id", "region_id", "station_id", "kind", "state", "header", "columns", "options"),
            *("batches", "at_batch", "rows_done", "outcomes", "codes", "version"),
        )
    ]
    return uow.session.execute(
        select(*columns)
        .where(Import.id == turn.id, Import.state == turn.state.value, Import.asked_by == turn.asked_by)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _do(uow: UnitOfWork, row: Any, first: int, lines: Sequence[SourceLine], *, rehearsal: bool) -> list[Result]:
    timezone = territory.timezones_of(uow, [row.region_id])[row.region_id]
    plan = Plan(row.region_id, row.station_id, timezone, row.header, row.columns, row.options)
    known: dict[int, _Known] = {}
    results: list[Result] = []

    def work() -> None:
        bringing = KINDS[row.kind].open(uow, plan)
        readable, refused = _read(bringing, row, first, lines, known)
        fresh, twice = _without_twins(uow, row.id, first, readable, known)
        results.extend([*refused, *twice, *in_halves(uow, bringing, fresh)])

    if rehearsal:
        _rehearse(uow, work)
    else:
        work()
    _keep(uow, row.id, known, results)
    return results


def _rehearse(uow: UnitOfWork, work: Callable[[], None]) -> None:
    """Do it and take it back: what a trial says is what the rules said, and not what they might."""
    try:
        with uow.attempt():
            work()
            uow.session.flush()
            raise _Rehearsed
    except _Rehearsed:
        return


def _read(
    bringing: Bringing, row: Any, first: int, lines: Sequence[SourceLine], known: dict[int, _Known]
) -> tuple[list[ReadLine], list[Refusal]]:
    readable, refused = [], []
    for nth, line in enumerate(lines, first):
        found = _shapeless(line, len(row.header)) or bringing.read(line)
        key = None
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            key = content_id(found.key.encode("utf-8", "surrogatepass"))
            readable.append(found)
        known[line.record.line] = _Known(nth, line, key)
    return readable, refused


def _shapeless(line: SourceLine, width: int) -> Refusal | None:
    """Refuse a line whose cells cannot be trusted."""
    record = line.record
    if record.problem is not None:
        return Refusal(record, errors.LINE_UNREADABLE.code, record.problem)
    if len(record.cells) != width:
        return Refusal(record, errors.COLUMNS_WRONG.code, f"{len(record.cells)} columns instead of {width}")
    if any(has_foreign_bytes(cell) for cell in record.cells):
        return Refusal(record, errors.ENCODING_WRONG.code, "there are bytes of another encoding")
    return None


def _without_twins(
    uow: UnitOfWork, import_id: UUID, first: int, lines: Sequence[ReadLine], known: dict[int, _Known]
) -> tuple[list[ReadLine], list[Refusal]]:
    """Pass over lines about what an earlier line of the file is about. One statement."""
    keys = {known[one.record.line].key for one in lines}
    rows = uow.session.execute(
        select(ImportLine.key, func.min(ImportLine.line))
        .where(ImportLine.import_id == import_id, ImportLine.nth < first, ImportLine.key.in_(keys))
        .group_by(ImportLine.key)
    )
    earlier: dict[UUID | None, int] = {row[0]: row[1] for row in rows}
    fresh, twice = [], []
    for one in lines:
        key = known[one.record.line].key
        there = earlier.setdefault(key, one.record.line)
        if there == one.record.line:
            fresh.append(one)
        else:
            twice.append(Refusal(one.record, errors.DUPLICATE_IN_FILE.code, f"line {there} is about the same"))
    return fresh, twice


def in_halves(uow: UnitOfWork, bringing: Bringing, lines: Sequence[ReadLine]) -> list[Result]:
    """Bring lines in together; if that is refused, half by half, until the one that cannot be is found and left out alone."""
    if not lines:
        return []
    try:
        with uow.attempt():
            return bringing.bring(uow, lines)
    except DomainError as refused:
        if len(lines) == 1:
            return [_refusal(lines[0], refused)]
    except (DataError, IntegrityError) as refused:
        if len(lines) == 1:
            return [Refusal(lines[0].record, errors.LINE_REFUSED.code, type(refused.orig).__name__)]
    middle = len(lines) // 2
    return [*in_halves(uow, bringing, lines[:middle]), *in_halves(uow, bringing, lines[middle:])]


def _refusal(line: ReadLine, refused: DomainError) -> Refusal:
    field = refused.fields[0] if refused.fields else None
    code = refused.code if field is None else field.code
    detail = refused.detail or (refused.entry.title if field is None else field.detail)
    return Refusal(line.record, code, detail)


def _keep(uow: UnitOfWork, import_id: UUID, known: dict[int, _Known], results: Sequence[Result]) -> None:
    """Write what became of the lines, over what a trial said. One statement."""
    rows = []
    for one in results:
        there = known[one.record.line]
        rows.append(
            {
                "import_id": import_id,
                "nth": there.nth,
                "line": one.record.line,
                "key": there.key,
                "outcome": (LineOutcome.REJECTED if isinstance(one, Refusal) else one.outcome).value,
                "code": one.code if isinstance(one, Refusal) else None,
                "heading": one.column if isinstance(one, Refusal) else None,
                "detail": cut(plain(one.reason), 400) if isinstance(one, Refusal) else None,
                "subject_id": None if isinstance(one, Refusal) else one.subject_id,
                "made": None if isinstance(one, Refusal) or not one.made else dict(one.made),
                "undo": None,
                "undo_code": None,
            }
        )
    names = [name for name in (rows[0] if rows else ()) if name not in ("import_id", "nth")]
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    insert_rows(uow.session, ImportLine, rows, on_conflict=f"(import_id, nth) DO UPDATE SET {sets}")


def plain(text: str) -> str:
    """Return a text as every database can keep it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _note_progress(uow: UnitOfWork, row: Any, size: int, outcomes: Counter[str], codes: Counter[str]) -> None:
    """Note how far an import is, and that it is through once its last batch is done."""
    through = row.at_batch + 1 >= row.batches
    values = {
        "at_batch": row.at_batch + 1,
        "rows_done": row.rows_done + size,
        "outcomes": dict(Counter(row.outcomes) + outcomes),
        "codes": dict(Counter(row.codes) + codes),
        "attempts": 0,
        "version": row.version + 1,
        "updated_at": uow.now,
    }
    if through:
        values |= {"state": AFTER[ImportState(row.state)].value, "ended_at": uow.now}
    _write(uow, row.id, values)


def fail(uow: UnitOfWork, import_id: UUID, refused: DomainError) -> None:
    """Note that an import cannot go on, and why."""
    problem = {"code": refused.code, "detail": refused.detail}
    values = {"state": ImportState.FAILED.value, "problem": problem, "ended_at": uow.now}
    _write(uow, import_id, {**values, "version": Import.version + 1, "updated_at": uow.now})


def note_broken(uow: UnitOfWork, import_id: UUID) -> None:
    """Count that a batch broke a worker; after some attempts the import is failed, and no worker is broken by it any more."""
    attempts = uow.session.scalar(select(Import.attempts).where(Import.id == import_id).with_for_update())
    if attempts is None:
        return
    if attempts + 1 >= MOST_ATTEMPTS:
        fail(uow, import_id, errors.BROKEN())
    else:
        _write(uow, import_id, {"attempts": attempts + 1, "updated_at": uow.now})


def _write(uow: UnitOfWork, import_id: UUID, values: dict[str, Any]) -> None:
    uow.session.execute(
        update(Import).where(Import.id == import_id).values(values).execution_options(synchronize_session=False)
    )
