"""Records and the physical lines they lie on, out of plain and packed files, whole and broken ones."""

import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.csv_stream import read_records
from kernel.errors import DomainError

PACKED = gzip.compress(b"".join(b"%d,%d\n" % (n, n * n) for n in range(20_000)))


def read(data, **options):
    return list(read_records(io.BytesIO(data), **options))


def test_each_record_knows_the_line_it_begins_on():
    records = read(b'a,b\n1,"two\nlines"\n\n3,"x\r\ny\r\nz"\r\n4,4\n')
    assert [(one.line, one.last_line, list(one.cells)) for one in records] == [
        (1, 1, ["a", "b"]),
        (2, 3, ["1", "two\nlines"]),
        (5, 7, ["3", "x\r\ny\r\nz"]),
        (8, 8, ["4", "4"]),
    ]


def test_a_packed_file_reads_like_a_plain_one():
    assert read(gzip.compress(b"a,b\n1,2\n")) == read(b"a,b\n1,2\n")


def test_the_mark_at_the_start_of_many_files_is_no_part_of_the_header():
    assert read("\ufeff工单号,b\n".encode())[0].cells == ["工单号", "b"]


def test_other_encodings_and_delimiters_are_read():
    (header,) = read("工单号;时间\n".encode("gb18030"), encoding="gb18030", delimiter=";")
    assert header.cells == ["工单号", "时间"]


def test_bytes_of_another_encoding_can_be_written_back_as_they_were():
    broken = "宽带".encode("gb18030")
    _, record = read(b"a\n" + broken + b"\n")
    assert record.cells[0].encode("utf-8", "surrogateescape") == broken


def test_a_cell_without_end_is_reported_with_its_lines_and_the_rest_is_read_on():
    lines = b"x" * 1000 + b"\n"
    records = read(b'a\n"' + lines * 140 + b'end"\nlast\n')
    assert records[1].problem.startswith("lines 2 to ")
    assert "field" in records[1].problem
    assert records[-1].cells == ["last"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "nothing"),
        (b"\n\n", "nothing"),
        ("a,b".encode("utf-16"), "UTF-16"),
        (b"\x1f\x8bnot gzip at all", "unpacked"),
        (PACKED[: len(PACKED) // 2], "breaks off"),
        (PACKED[:20_000] + bytes(1000) + PACKED[21_000:], "breaks off"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data, says):
    with pytest.raises(DomainError, match=says) as caught:
        read(data)
    assert caught.value.code == "table.unreadable"


def test_the_source_stays_open_for_its_owner():
    source = io.BytesIO(b"a\n1\n")
    list(read_records(source))
    assert source.tell() == 4


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@given(st.lists(st.lists(cell, min_size=2, max_size=2), min_size=1, max_size=8))
def test_whatever_a_program_writes_is_read_as_it_was_and_on_its_lines(rows):
    text = io.StringIO(newline="")
    starts = []
    for row in rows:
        so_far = text.getvalue()
        starts.append(len(io.StringIO(so_far, newline=None).read().split("\n")))
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(row)
    records = read(text.getvalue().encode(), encoding="utf-8")
    assert [list(one.cells) for one in records] == rows
    assert [one.line for one in records] == starts
