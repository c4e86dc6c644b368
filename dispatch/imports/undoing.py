"""Takes back what an import made, batch by batch from its last line to its first, as far as nothing else is built on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.imports import errors
from dispatch.imports.kinds.catalogue import UNDOS
from dispatch.imports.kinds.kind import MadeLine, Undo
from dispatch.imports.models import ImportLine
from dispatch.imports.states import LineOutcome, UndoOutcome
from kernel.bulk import update_rows
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork

Kept = Mapping[int, str | None]
"""By the numbers of lines: the code of why what was made stays, or None where it is gone."""


def undo_lines(uow: UnitOfWork, kind: str, import_id: UUID, first: int, size: int) -> tuple[Counter[str], Counter[str]]:
    """Take back what some lines made, and note for each what became of it; returns how often each came, and each code."""
    rows = uow.session.execute(
        select(ImportLine.nth, ImportLine.outcome, ImportLine.subject_id, ImportLine.made)
        .where(
            ImportLine.import_id == import_id,
            ImportLine.nth.between(first, first + size - 1),
            ImportLine.outcome.in_([LineOutcome.CREATED.value, LineOutcome.UPDATED.value]),
            ImportLine.undo.is_distinct_from(UndoOutcome.UNDONE.value),
        )
        .order_by(ImportLine.nth)
    ).all()
    kept: dict[int, str | None] = {
        row.nth: errors.UNDO_UPDATED.code for row in rows if row.outcome == LineOutcome.UPDATED
    }
    made = [_made(row) for row in rows if row.outcome == LineOutcome.CREATED]
    kept |= _in_halves(uow, UNDOS[kind], made)
    values = [
        {
            "import_id": import_id,
            "nth": nth,
            "undo": (UndoOutcome.UNDONE if code is None else UndoOutcome.KEPT).value,
            "undo_code": code,
        }
        for nth, code in sorted(kept.items())
    ]
    update_rows(uow.session, ImportLine, values, key=["import_id", "nth"])
    codes = Counter(code for code in kept.values() if code is not None)
    return Counter(str(value["undo"]) for value in values), codes


def _made(row: Any) -> MadeLine:
    made = {table: UUID(key) for table, key in (row.made or {}).items()}
    return MadeLine(row.nth, row.subject_id, made)


def _in_halves(uow: UnitOfWork, undo: Undo, lines: Sequence[MadeLine]) -> Kept:
    """Take lines back together; if something refers to one of them after all, half by half, until that one stays alone."""
    if not lines:
        return {}
    try:
        with uow.attempt():
            return undo(uow, lines)
    except DomainError as refused:
        if len(lines) == 1:
            return {lines[0].nth: refused.code}
    except IntegrityError:
        if len(lines) == 1:
            return {lines[0].nth: errors.UNDO_IN_USE.code}
    middle = len(lines) // 2
    return {**_in_halves(uow, undo, lines[:middle]), **_in_halves(uow, undo, lines[middle:])}
