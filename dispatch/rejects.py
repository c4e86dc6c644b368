"""The file of rows that were not imported: written for a person, who mends it and imports it again."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO, Protocol

from dispatch.cells import defused, fused
from dispatch.csv_stream import Record

MARKS = ("reject_line", "reject_code", "reject_reason", "reject_zone")
"""The columns before those of the original: its physical line, why, why in words, and room for the code of the right zone."""


class Rejection(Protocol):
    """A row that was not imported: why, in words for a person, and the column it lies at, if one."""

    @property
    def record(self) -> Record:
        """The row as it was."""

    @property
    def code(self) -> str:
        """Why, for programs."""

    @property
    def reason(self) -> str:
        """Why, in words."""

    @property
    def column(self) -> str | None:
        """The heading of the column."""


class RejectsFile:
    """Writes rejected rows as they were, in the encoding they came in, with what starts a formula defused.

    Nothing is written before the first row.
    """

    def __init__(self, target: BinaryIO, header: Sequence[str], *, encoding: str, delimiter: str) -> None:
        self._text = io.TextIOWrapper(
            target, encoding=encoding, errors="surrogateescape", newline="", write_through=True
        )
        self._csv = csv.writer(self._text, delimiter=delimiter)
        self._header = header
        self.rows = 0

    def write(self, rejected: Sequence[Rejection]) -> None:
        """Append rows."""
        if rejected and not self.rows:
            self._csv.writerow([*MARKS, *self._header])
        for one in rejected:
            why = one.reason if one.column is None else f"{one.column}: {one.reason}"
            marks = (one.record.line, str(one.code), defused(why), "")
            self._csv.writerow([*marks, *(defused(cell) for cell in one.record.cells)])
        self.rows += len(rejected)

    def finish(self) -> None:
        """Hand everything on to the target, and leave it open."""
        self._text.flush()
        self._text.detach()


def is_rejects_header(header: Sequence[str]) -> bool:
    """Tell whether a file is one that `RejectsFile` wrote."""
    return tuple(header[: len(MARKS)]) == MARKS


def as_original(record: Record) -> tuple[Record, str | None]:
    """Turn a record of a rejects file back into the original one, with the zone that a person wrote into it, if any.

    Its line is that in the rejects file.
    """
    cells = [fused(cell) for cell in record.cells[len(MARKS) :]]
    zone = fused(record.cells[len(MARKS) - 1]).strip() if len(record.cells) >= len(MARKS) else ""
    return replace(record, cells=cells), zone or None
