"""Tables as CSV that a spreadsheet may open without being tricked into running something."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from kernel.clock import iso

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for the machine's own coding."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Any) -> str:
    """Write one value. Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if isinstance(value, str) and text.lstrip(" \u3000").startswith(
        (*_DANGEROUS, "\uff1d", "\uff0b", "\uff0d", "\uff20")
    ):
        return "'" + text
    return text


def lines(header: Sequence[str], pages: Iterable[Iterable[Sequence[Any]]]) -> Iterator[str]:
    """Write a header and pages of rows, one piece of text for each page (RFC 4180)."""
    yield BYTE_ORDER_MARK + _write([header])
    for rows in pages:
        yield _write([cell(value) for value in row] for row in rows)


def _write(rows: Iterable[Iterable[Any]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    return sheet.getvalue()
