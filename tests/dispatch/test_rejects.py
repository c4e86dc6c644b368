"""The file of rejected rows: safe to open, and fit to be imported again."""

import csv
import io

from dispatch.csv_stream import Record, read_records
from dispatch.rejects import MARKS, RejectsFile, as_original, is_rejects_header
from dispatch.requests.mapping import Reason, Rejected


def written(rejected, header=("ref", "title"), encoding="utf-8-sig", delimiter=","):
    target = io.BytesIO()
    sink = RejectsFile(target, header, encoding=encoding, delimiter=delimiter)
    sink.write(rejected)
    sink.finish()
    return target.getvalue()


def rejected(*cells, line=5, code=Reason.BAD_DATE, reason="why", column="opened"):
    return Rejected(Record(line, line, list(cells)), code, reason, column)


def rows(data, **options):
    return [list(record.cells) for record in read_records(io.BytesIO(data), **options)]


def test_each_row_has_its_line_its_code_and_its_reason_before_its_own_columns():
    assert rows(written([rejected("A-1", "No picture")])) == [
        [*MARKS, "ref", "title"],
        ["5", "bad_date", "opened: why", "", "A-1", "No picture"],
    ]


def test_nothing_rejected_writes_nothing():
    assert written([]) == b""


def test_formulas_are_defused_and_numbers_are_not():
    data = written([rejected("=1+1", "-118.27", reason="=2", column=None)])
    assert rows(data)[1] == ["5", "bad_date", "'=2", "", "'=1+1", "-118.27"]


def test_it_comes_in_the_encoding_and_with_the_delimiter_of_the_original():
    data = written([rejected("工单", "x")], encoding="gb18030", delimiter=";")
    assert "工单;x".encode("gb18030") in data


def test_bytes_of_another_encoding_come_out_as_they_were():
    foreign = "宽带".encode("gb18030")
    data = written([rejected(foreign.decode("utf-8", "surrogateescape"), "x")])
    assert foreign in data


def test_the_file_is_known_by_its_header_and_gives_back_the_original_rows():
    data = written([rejected("=1+1", "'tis"), rejected("a\nb", "", line=9)])
    header, first, second = read_records(io.BytesIO(data))
    assert is_rejects_header(header.cells)
    assert not is_rejects_header(["ref", "title"])
    assert [as_original(one)[0].cells for one in (first, second)] == [["=1+1", "'tis"], ["a\nb", ""]]
    assert as_original(first)[1] is None
    assert as_original(second)[0].line == 3


def test_a_zone_that_a_person_wrote_into_it_is_read():
    table = io.StringIO()
    csv.writer(table).writerows([[*MARKS, "ref"], [5, "in_two_zones", "…", " 44 ", "A-1"]])
    _, record = read_records(io.BytesIO(table.getvalue().encode()))
    original, zone = as_original(record)
    assert (original.cells, zone) == (["A-1"], "44")


def test_a_row_that_was_cut_short_is_still_read():
    assert as_original(Record(2, 2, ["5", "x"])) == (Record(2, 2, []), None)
