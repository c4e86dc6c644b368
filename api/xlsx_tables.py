"""Answers with a table as an Excel workbook that cannot trick anybody into running something."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from dispatch.table_cells import sheet_cell

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a workbook of one sheet."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append([sheet_cell(one) for one in header])
    for row in rows:
        sheet.append([sheet_cell(one) for one in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def respond(filename: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Answer with a workbook; for tables that a person reads, whose rows are at hand."""
    response = Response(workbook(title, header, rows), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.vary.add("Accept-Language")
    return response
