"""Workbooks that are answered with."""

import io

from openpyxl import load_workbook  # type: ignore[import-untyped]

from api.xlsx_tables import workbook


def test_what_is_written_can_be_read_again():
    book = load_workbook(io.BytesIO(workbook("x" * 40, ["name", "=n"], [["张", 1], ["=cmd|x", 2.5]])))
    rows = [[one.value for one in row] for row in book.active.iter_rows()]
    assert rows == [["name", "'=n"], ["张", 1], ["'=cmd|x", 2.5]]
    assert "f" not in {one.data_type for row in book.active.iter_rows() for one in row}
