"""Answers with a whole list as a CSV table, page by page, so that any number of rows takes the memory of one page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from api import csv_export, transactions
from api.pages import MAX_LIMIT
from api.personal import tells_personal
from kernel.database import Page
from kernel.unit_of_work import Reading

Columns = Mapping[str, tuple[str, str]]
"""Names of a row's members with their titles in English and Chinese."""
ReadPage = Callable[[Reading, int, Sequence[Any] | None], Page[Any]]
"""Reads one page of a list: how many rows at most, and after which key."""


def respond(filename: str, columns: Columns, read: ReadPage, *, plain_header: bool = False) -> Response:
    """Answer with all rows that the caller may see. The first page is read at once, so that a refusal is one.

    With `plain_header` the header has the members' names, for a table that can be read in again.
    """
    nth = transactions.language() == "zh-CN"
    header = list(columns) if plain_header else [titles[nth] for titles in columns.values()]
    pages = _pages(columns, read)
    first = next(pages)
    lines = csv_export.lines(header, _chain(first, pages))
    response = Response(transactions.streamed(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.vary.add("Accept-Language")
    return response


def _chain(first: list[list[Any]], others: Iterator[list[list[Any]]]) -> Iterator[list[list[Any]]]:
    yield first
    yield from others


def _pages(columns: Columns, read: ReadPage) -> Iterator[list[list[Any]]]:
    """Read page after page, each in a transaction of its own, as whoever the caller still is."""
    after: Sequence[Any] | None = None
    while True:
        with transactions.request_reading() as reading:
            page = read(reading, MAX_LIMIT, after)
            rows = [[getattr(row, name) for name in columns] for row in page.items]
        if tells_personal(columns):
            transactions.note_shown(page.items)
        yield rows
        after = page.after
        if after is None:
            return
