import csv
import io
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from api.csv_export import BYTE_ORDER_MARK, cell, lines


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 100",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "　=cmd|' /C calc'!A0",
        "＝1+1",
        "＠SUM(A1)",
        '=HYPERLINK("http://x","y")',
    ],
)
def test_text_that_looks_like_a_formula_is_defused(text):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "有线电视无信号", "a=b", "1-2", "a@b", "'=1"])
def test_plain_text_stays_as_it_is(text):
    assert cell(text) == text


def test_values_of_our_own_are_written_plainly():
    beijing = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    key = UUID("01930000-0000-7000-8000-00000000000a")
    assert [cell(value) for value in (None, True, False, -7, 1.5, beijing, key)] == [
        "",
        "yes",
        "no",
        "-7",
        "1.5",
        "2026-11-22T01:00:00.000Z",
        str(key),
    ]


def test_a_table_can_be_read_again_and_opens_as_utf_8():
    rows = [['他说："好"', "a,b"], ["两\n行", "=1"]]
    text = "".join(lines(["甲", "乙"], [rows[:1], [], rows[1:]]))
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)))) == [
        ["甲", "乙"],
        ['他说："好"', "a,b"],
        ["两\n行", "'=1"],
    ]


def test_a_page_is_only_read_when_it_is_wanted():
    asked = []

    def pages():
        for number in range(3):
            asked.append(number)
            yield [[number]]

    pieces = lines(["n"], pages())
    next(pieces)
    assert asked == []
    next(pieces)
    assert asked == [0]
