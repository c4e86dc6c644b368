"""Files as people have them: other encodings, delimiters, workbooks, things that want to be too large."""

import gzip
import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from dispatch.imports.batches import unpack
from dispatch.imports.tables import Limits, read_table
from dispatch.rejects import MARKS
from kernel.errors import DomainError

LIMITS = Limits(64 * 1024, 1000)


def read(data, limits=LIMITS, **options):
    return read_table(io.BytesIO(data), limits, **options)


def cells(table):
    return [list(one.record.cells) for piece in table.pieces for one in unpack(piece)]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        ("编号,名称\n1,片区\n".encode(), "utf-8-sig", ","),
        ("\ufeff编号;名称\n1;片区\n".encode(), "utf-8-sig", ";"),
        ("编号\t名称\n1\t片区\n".encode("gb18030"), "gb18030", "\t"),
        (gzip.compress("编号|名称\n1|片区\n".encode()), "utf-8-sig", "|"),
    ],
    ids=["utf-8", "mark", "gb18030", "gzip"],
)
def test_encoding_and_delimiter_are_recognised(data, encoding, delimiter):
    table = read(data)
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    assert (table.header, cells(table)) == (("编号", "名称"), [["1", "片区"]])


def test_one_broken_byte_in_utf_8_is_no_reason_to_read_the_rest_otherwise():
    table = read("编号,名称\n1,片区\n2,".encode() + b"\xff\n")
    assert (table.encoding, table.rows) == ("utf-8-sig", 2)
    assert cells(table)[1] == ["2", "\udcff"]


def test_lines_are_packed_in_pieces_and_come_back_as_they_were():
    table = read(b"a,b\n1,'=2\n\n3,4\n5,'x\n", size=2)
    assert (table.rows, len(table.pieces)) == (3, 2)
    assert cells(table) == [["1", "=2"], ["3", "4"], ["5", "'x"]]
    assert [one.record.line for piece in table.pieces for one in unpack(piece)] == [2, 4, 5]


def test_a_file_of_rejected_lines_is_read_as_the_lines_that_they_were():
    table = read(f"{','.join(MARKS)},a\n7,bad_date,why,Z-1,'=1\n".encode())
    (line,) = unpack(table.pieces[0])
    assert (table.header, list(line.record.cells), line.zone) == (("a",), ["=1"], "Z-1")


def test_a_workbook_is_what_it_shows_and_its_formulas_are_never_worked_out():
    table = read(
        workbook(
            ["when", "day", "count", "text", "formula"],
            [
                datetime(2026, 11, 20, 8, 30),  # noqa: DTZ001 - as a cell has it
                date(2026, 11, 20),
                3.0,
                "x\u3000",
                "=1+1",
            ],
            [None, None, None, None],
            [None, None, True, "'=1", None],
        )
    )
    assert table.header == ("when", "day", "count", "text", "formula")
    assert cells(table) == [
        ["2026-11-20 08:30:00", "2026-11-20", "3", "x\u3000", ""],
        ["", "", "true", "=1", ""],
    ]


def bomb():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 4_000_000)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(), "too-large"),
        (gzip.compress(b"a\n" + b"1\n" * 2_000_000), "too-large"),
        (gzip.compress(b"a,b\n1,2\n")[:-6], "table.unreadable"),
        (b"PK\x03\x04nonsense", "table.unreadable"),
        (b"", "table.unreadable"),
        ("a,b\n".encode("utf-16"), "table.unreadable"),
        (b"a\n" + b"1\n" * 1001, "import.too_many_rows"),
        ((",".join(f"c{n}" for n in range(300)) + "\n").encode(), "table.unreadable"),
        (workbook(), "table.unreadable"),
    ],
    ids=["zip-bomb", "gzip-bomb", "cut", "no-zip", "empty", "utf-16", "rows", "columns", "empty-sheet"],
)
def test_what_is_no_table_or_too_much_is_refused(data, code):
    with pytest.raises(DomainError) as caught:
        read(data)
    assert caught.value.code == code


def test_a_workbook_with_more_rows_than_may_be_is_refused_before_all_is_read():
    data = workbook(["a"], *([str(n)] for n in range(1200)))
    with pytest.raises(DomainError) as caught:
        read(data)
    assert caught.value.code == "import.too_many_rows"
