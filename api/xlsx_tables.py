"""Answers with a table as an Excel workbook that cannot trick anybody into running something."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

from api import csv_export

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cell(value: Any) -> Any:
    """Return a value as a cell holds it: numbers as numbers, text never as a formula, without what no workbook can hold."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", csv_export.cell(value))


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append([cell(one) for one in header])
    for row in rows:
        sheet.append([cell(one) for one in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def respond(filename: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Answer with a workbook; for tables that a person reads, whose rows are at hand."""
    response = Response(workbook(title, header, rows), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.vary.add("Accept-Language")
    return response
