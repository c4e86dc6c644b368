"""Tables read back with what others read them with."""

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from dispatch.exports.states import ExportFormat
from dispatch.exports.writers import writer_of
from kernel.locked_blobs import LockedBlobs, LockingFile, new_file_key
from tests.kernel.test_locked_blobs import InMemory

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE, MIDNIGHT = datetime.fromisoformat("2026-11-22T09:00"), datetime.fromisoformat("2026-11-22T00:00")
AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def written(form, header, *pages):
    key, aside = new_file_key(), io.BytesIO()
    writer = writer_of(form, LockingFile(aside, key), title="工单" * 20, header=header, zone=SHANGHAI)
    for page in pages:
        writer.add(page)
    writer.close()
    return b"".join(LockedBlobs(InMemory(aside.getvalue()), key).read("x"))


def test_a_csv_opens_as_utf_8_and_says_when_exactly():
    read = written(ExportFormat.CSV, ["标题", "at"], [["=1+1", AT], ["两\n行", None]], [], [["a,b", True]])
    assert read.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(read.decode("utf-8-sig"), newline=""))) == [
        ["标题", "at"],
        ["'=1+1", "2026-11-22T09:00:00+08:00"],
        ["两\n行", ""],
        ["a,b", "yes"],
    ]


def test_a_workbook_has_numbers_dates_and_times_and_no_formula():
    rows = [["=cmd|x", AT, 7, date(2026, 11, 22), None], ["\x01=1", None, 2.5, None, False]]
    book = load_workbook(io.BytesIO(written(ExportFormat.XLSX, ["=n", "at", "n", "on", "x"], rows)))
    (sheet,) = book.worksheets
    assert len(sheet.title) == 31
    assert sheet.freeze_panes == "A2"
    read = [[one.value for one in row] for row in sheet.iter_rows()]
    assert read[0] == ["'=n", "at", "n", "on", "x"]
    assert read[1][:4] == ["'=cmd|x", NINE, 7, MIDNIGHT]
    assert read[2] == ["'=1", None, 2.5, None, "no"]
    assert "f" not in {one.data_type for row in sheet.iter_rows() for one in row}


@pytest.mark.parametrize("form", list(ExportFormat))
def test_a_table_without_rows_has_its_headings(form):
    read = written(form, ["a", "b"])
    if form is ExportFormat.CSV:
        assert read == b"\xef\xbb\xbfa,b\r\n"
    else:
        rows = load_workbook(io.BytesIO(read)).active.iter_rows(values_only=True)
        assert list(rows) == [("a", "b")]
