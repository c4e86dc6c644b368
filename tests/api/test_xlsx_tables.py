"""Workbooks: numbers stay numbers, and no text is ever a formula."""

import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from api.xlsx_tables import cell, workbook


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, 7),
        (97.5, 97.5),
        (True, "yes"),
        (None, ""),
        ("=1+1", "'=1+1"),
        ("＋86", "'＋86"),
        ("@x", "'@x"),
        ("a\x07b", "ab"),
        (datetime(2026, 11, 22, 1, tzinfo=UTC), "2026-11-22T01:00:00.000Z"),
    ],
)
def test_a_cell_holds_a_number_or_text_that_does_nothing(value, shown):
    assert cell(value) == shown


def test_what_is_written_can_be_read_again():
    book = load_workbook(io.BytesIO(workbook("x" * 40, ["name", "=n"], [["张", 1], ["=cmd|x", 2.5]])))
    rows = [[one.value for one in row] for row in book.active.iter_rows()]
    assert rows == [["name", "'=n"], ["张", 1], ["'=cmd|x", 2.5]]
    assert "f" not in {one.data_type for row in book.active.iter_rows() for one in row}
