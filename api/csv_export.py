"""Tables as CSV that a spreadsheet may open without being tricked into running something."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dispatch.table_cells import BYTE_ORDER_MARK, text_cell


def lines(header: Sequence[str], pages: Iterable[Iterable[Sequence[Any]]]) -> Iterator[str]:
    """Write a header and pages of rows, one piece of text for each page (RFC 4180)."""
    yield BYTE_ORDER_MARK + _write([header])
    for rows in pages:
        yield _write([text_cell(value) for value in row] for row in rows)


def _write(rows: Iterable[Iterable[Any]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    return sheet.getvalue()
