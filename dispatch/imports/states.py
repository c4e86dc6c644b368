"""The words of imports: what is brought in, how far an import is, and what becomes of a line."""

from enum import StrEnum


class ImportState(StrEnum):
    """How far an import is.

    `needs_columns`: columns that are needed were not recognised. While it is `checking`, `running` or `undoing` a worker goes
    through its lines; `checked`, it waits for its start. A `cancelled` one may be started again, and goes on where it was.
    """

    NEEDS_COLUMNS = "needs_columns"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


ACTIVE = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)
"""States in which a worker has something to do."""
AFTER = {
    ImportState.CHECKING: ImportState.CHECKED,
    ImportState.RUNNING: ImportState.DONE,
    ImportState.UNDOING: ImportState.UNDONE,
}
"""What an import is when the worker is through."""


class LineOutcome(StrEnum):
    """What became of a line, or would: after a trial it is what the import would do."""

    CREATED = "created"
    UPDATED = "updated"
    ALREADY_THERE = "already_there"
    REJECTED = "rejected"


class UndoOutcome(StrEnum):
    """What became of a line when its import was undone: what it had made is gone, or stayed."""

    UNDONE = "undone"
    KEPT = "kept"


class FileFormat(StrEnum):
    """What a file is."""

    CSV = "csv"
    XLSX = "xlsx"
