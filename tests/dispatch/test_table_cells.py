"""Cells: numbers stay numbers, moments say when, and no text is ever a formula."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from dispatch.table_cells import sheet_cell, text_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 100",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "　=cmd|' /C calc'!A0",
        "＝1+1",
        "'=1",
        "＠SUM(A1)",
        '=HYPERLINK("http://x","y")',
    ],
)
def test_text_that_looks_like_a_formula_is_defused(text):
    assert text_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "有线电视无信号", "a=b", "1-2", "a@b", "-1", "'s-Gravenhage"])
def test_plain_text_stays_as_it_is(text):
    assert text_cell(text) == text


def test_values_of_our_own_are_written_plainly():
    beijing = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    key = UUID("01930000-0000-7000-8000-00000000000a")
    assert [text_cell(value) for value in (None, True, False, -7, 1.5, beijing, key)] == [
        "",
        "yes",
        "no",
        "-7",
        "1.5",
        "2026-11-22T01:00:00.000Z",
        str(key),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, 7),
        (97.5, 97.5),
        (True, "yes"),
        (None, ""),
        ("=1+1", "'=1+1"),
        ("\x01=1+1", "'=1+1"),
        ("＋86", "'＋86"),
        ("@x", "'@x"),
        ("a\x07b", "ab"),
        (datetime(2026, 11, 22, 1, tzinfo=UTC), "2026-11-22T01:00:00.000Z"),
    ],
)
def test_a_cell_holds_a_number_or_text_that_does_nothing(value, shown):
    assert sheet_cell(value) == shown


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_with_a_zone_moments_are_what_its_clocks_show(zone):
    at, clock = datetime(2026, 11, 1, 5, 30, 15, 250_000, tzinfo=UTC), ZoneInfo(zone)
    there = at.astimezone(clock)
    assert datetime.fromisoformat(text_cell(at, clock)) == at.replace(microsecond=0)
    assert text_cell(at, clock).startswith(f"{there:%Y-%m-%dT%H:%M:%S}")
    assert sheet_cell(at, clock) == there.replace(tzinfo=None, microsecond=0)
    assert sheet_cell(date(2026, 11, 22), clock) == date(2026, 11, 22)
