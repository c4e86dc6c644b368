"""Tables of imports: each with its lines as they came, and what became of every one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.imports.states import FileFormat, ImportState, LineOutcome, UndoOutcome
from kernel.database import PERSONAL, SECRET, SILENT, Base, Document, word, words

_ACTIVE = text("state IN ('checking', 'running', 'undoing')")


class Import(Base):
    """An import: a file of one kind of thing for a region, or for one station of it.

    `columns` leads from a field to the heading of its column. `at_batch` is the batch that the present pass comes to next,
    `outcomes` and `codes` count what became of the lines that it has done. `attempts` counts how often that batch broke a worker.
    """

    __tablename__ = "imports"
    __table_args__ = (
        words("state", ImportState),
        words("format", FileFormat),
        Index("ix_imports_region_id", "region_id", "created_at", "id"),
        Index("ix_imports_station_id", "station_id", "created_at", "id"),
        Index("ix_imports_created_by", "created_by", "created_at", "id"),
        Index("ix_imports_active", "updated_at", "id", postgresql_where=_ACTIVE, sqlite_where=_ACTIVE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("regions.id"))
    station_id: Mapped[UUID | None] = mapped_column(ForeignKey("stations.id"))
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(word(ImportState))
    filename: Mapped[str | None] = mapped_column(String(200))
    digest: Mapped[bytes]
    format: Mapped[str] = mapped_column(word(FileFormat))
    encoding: Mapped[str] = mapped_column(String(32))
    delimiter: Mapped[str] = mapped_column(String(1))
    header: Mapped[list[Any]] = mapped_column(Document)
    columns: Mapped[dict[str, Any]] = mapped_column(Document)
    options: Mapped[dict[str, Any]] = mapped_column(Document)
    rows: Mapped[int]
    batches: Mapped[int]
    at_batch: Mapped[int]
    rows_done: Mapped[int]
    outcomes: Mapped[dict[str, Any]] = mapped_column(Document)
    codes: Mapped[dict[str, Any]] = mapped_column(Document)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Document)
    attempts: Mapped[int]
    version: Mapped[int]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    # Who wanted the present pass: it is done as them, with the roles that they hold while it is done.
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ImportBatch(Base):
    """Some hundreds of lines of a file as they were read, packed (`batches.py`); `first` is the number of its first line."""

    __tablename__ = "import_batches"
    __table_args__ = ({"info": SILENT},)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(info=SECRET)


class ImportLine(Base):
    """What became of one line: `nth` counts the lines of the file from 1, `line` is where it begins in the file.

    `key` is what tells whether two lines are about the same thing; `made` names what was made of it, by table.
    """

    __tablename__ = "import_lines"
    __table_args__ = (
        words("outcome", LineOutcome),
        words("undo", UndoOutcome),
        Index("ix_import_lines_key", "import_id", "key"),
        Index("ix_import_lines_outcome", "import_id", "outcome", "nth"),
        {"info": SILENT},
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    nth: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    key: Mapped[UUID | None]
    outcome: Mapped[str] = mapped_column(word(LineOutcome))
    code: Mapped[str | None] = mapped_column(String(64))
    heading: Mapped[str | None] = mapped_column(String(200))
    detail: Mapped[str | None] = mapped_column(String(400), info=PERSONAL)
    subject_id: Mapped[UUID | None]
    made: Mapped[dict[str, Any] | None] = mapped_column(Document)
    undo: Mapped[str | None] = mapped_column(word(UndoOutcome))
    undo_code: Mapped[str | None] = mapped_column(String(64))
