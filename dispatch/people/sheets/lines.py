"""A table as lines by the names of its columns, in English or Chinese; and the report on what became of each line."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from dispatch.cells import fused, has_foreign_bytes
from dispatch.csv_stream import read_records
from dispatch.people import errors
from kernel.unit_of_work import UnitOfWork

MOST_LINES = 5000
UTF_8, GB18030 = "utf-8-sig", "gb18030"
CODINGS = {"utf-8": UTF_8, "gbk": GB18030, "gb18030": GB18030}
"""How a table may be written, and what Python calls it."""

Columns = Mapping[str, tuple[str, ...]]
"""Columns by our names, with all that their headings may say in lower case."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: where it is in the file (from 1), and its cells by our names; columns that are missing are empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that was not taken, and why: a code, words, and the column if it is one."""

    line: int
    code: str
    detail: str
    column: str | None = None


@dataclass
class SheetReport:
    """What became of a table; `applied` is false for a trial, and when one bad line was to stop all of them."""

    lines: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[RejectedLine] = field(default_factory=list)
    applied: bool = False

    def reject(self, line: int, code: str, detail: str, column: str | None = None) -> None:
        """Note that a line is not taken."""
        self.rejected.append(RejectedLine(line, code, detail, column))

    def count(self, how: str) -> None:
        """Count a line that was taken: `added`, `changed` or `unchanged`."""
        setattr(self, how, getattr(self, how) + 1)

    def finish(self, *, applied: bool) -> "SheetReport":
        """Put the rejected lines in order, and say whether all else was stored."""
        self.rejected.sort(key=lambda one: (one.line, one.column or ""))
        self.applied = applied
        return self


class Undone(Exception):
    """Takes back everything that was done since the attempt began; nobody beyond it sees this."""


def coding_of(data: bytes) -> str:
    """Return how a table is written: UTF-8, with or without a byte order mark, or else GB 18030 (which holds GBK)."""
    try:
        data.decode(UTF_8)
    except UnicodeDecodeError:
        return GB18030
    return UTF_8


def read_header_and_lines(
    data: bytes, coding: str | None = None
) -> tuple[list[str], list[tuple[int, list[str]]], list[RejectedLine]]:
    """Return the headings of a table, its lines with their numbers, and the lines that cannot be read at all.

    Raises Invalid (table.unreadable), Invalid (people.too_many_lines).
    """
    lines: list[tuple[int, list[str]]] = []
    broken: list[RejectedLine] = []
    header: list[str] = []
    with closing(read_records(io.BytesIO(data), encoding=CODINGS[coding] if coding else coding_of(data))) as records:
        header = [cell.strip().casefold() for cell in next(records).cells]
        for record in records:
            if len(lines) + len(broken) >= MOST_LINES:
                raise errors.TOO_MANY_LINES(f"more than {MOST_LINES}")
            problem = record.problem
            if problem is None and any(has_foreign_bytes(cell) for cell in record.cells):
                problem = "these bytes are not of the file's encoding"
            if problem is not None:
                broken.append(RejectedLine(record.line, errors.LINE_WRONG.code, problem))
            elif any(cell.strip() for cell in record.cells):
                lines.append((record.line, [fused(cell).strip() for cell in record.cells]))
    return header, lines, broken


def by_columns(
    header: Sequence[str], lines: Sequence[tuple[int, list[str]]], columns: Columns, needed: Sequence[str]
) -> list[Line]:
    """Return lines by our names of the columns; headings that are not known are passed over.

    Raises Invalid (people.columns_missing): one that is needed is not there.
    """
    places = {
        name: header.index(found) for name, said in columns.items() if (found := _first(header, said)) is not None
    }
    missing = [name for name in needed if name not in places]
    if missing:
        raise errors.COLUMNS_MISSING(", ".join(missing), missing=missing)
    return [
        Line(
            number,
            {name: cells[places[name]] if name in places and places[name] < len(cells) else "" for name in columns},
        )
        for number, cells in lines
    ]


def _first(header: Sequence[str], said: Sequence[str]) -> str | None:
    return next((one for one in header if one in said), None)


@contextmanager
def attempt(uow: UnitOfWork) -> Iterator[None]:
    """Do something that leaves nothing behind when it is refused, so that the rest of the transaction can go on.

    Raises what it raises, after all that it stored and announced was taken back; `Undone` ends here.
    """
    with suppress(Undone), uow.attempt():
        yield
