"""Writes a table row by row, as CSV or as a workbook, in little memory however long it is."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from dispatch.exports.states import ExportFormat
from dispatch.table_cells import BYTE_ORDER_MARK, sheet_cell, text_cell
from kernel.locked_blobs import LockingFile

CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Writer(Protocol):
    """Writes a table. Moments are shown in the zone that it was made with."""

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows."""

    def close(self) -> None:
        """Write what is left; nothing can be added any more."""


class CsvWriter:
    """Writes CSV (RFC 4180) in UTF-8 with a byte order mark; moments with their offset."""

    def __init__(self, target: LockingFile, header: Sequence[str], zone: ZoneInfo) -> None:
        self._target = target
        self._zone = zone
        self._write([header], BYTE_ORDER_MARK)

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        self._write([text_cell(value, self._zone) for value in row] for row in rows)

    def close(self) -> None:
        self._target.flush()

    def _write(self, rows: Iterable[Sequence[str]], before: str = "") -> None:
        piece = io.StringIO(before)
        piece.seek(0, io.SEEK_END)
        csv.writer(piece).writerows(rows)
        self._target.write(piece.getvalue().encode())


class XlsxWriter:
    """Writes a workbook of one sheet, whose first line stays in sight; moments as dates and times by the clocks of the zone."""

    def __init__(self, target: LockingFile, title: str, header: Sequence[str], zone: ZoneInfo) -> None:
        from openpyxl import Workbook  # type: ignore[import-untyped]

        self._target = target
        self._zone = zone
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title[:31])
        self._sheet.freeze_panes = "A2"
        self._sheet.append([sheet_cell(one) for one in header])

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self._sheet.append([sheet_cell(value, self._zone) for value in row])

    def close(self) -> None:
        self._book.save(self._target)
        self._target.flush()


def writer_of(kind: ExportFormat, target: LockingFile, *, title: str, header: Sequence[str], zone: ZoneInfo) -> Writer:
    """Begin a table of this format with its line of headings."""
    if kind is ExportFormat.XLSX:
        return cast(Writer, XlsxWriter(target, title, header, zone))
    return CsvWriter(target, header, zone)
