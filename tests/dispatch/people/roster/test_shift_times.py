import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.roster.shift_times import check_clock, day_span, days_of, shift_span
from dispatch.people.spans import Span
from tests.dispatch.people.refusing import refused_at

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
"""The days on which New York changes its clocks."""


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def hours(span):
    return (span.end - span.start) / timedelta(hours=1)


def test_a_shift_is_by_the_clock_on_the_wall():
    assert shift_span(date(2026, 11, 22), "08:30", "17:00", SHANGHAI) == Span(
        utc(2026, 11, 22, 0, 30), utc(2026, 11, 22, 9)
    )


def test_a_shift_that_ends_at_or_before_its_start_ends_on_the_day_after():
    assert shift_span(date(2026, 11, 22), "22:00", "06:00", SHANGHAI) == Span(
        utc(2026, 11, 22, 14), utc(2026, 11, 22, 22)
    )
    assert hours(shift_span(date(2026, 11, 22), "08:00", "08:00", SHANGHAI)) == 24


@pytest.mark.parametrize(
    ("day", "expected"), [(SPRING - timedelta(days=1), 7), (AUTUMN - timedelta(days=1), 9), (SPRING, 8)]
)
def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer(day, expected):
    assert hours(shift_span(day, "22:00", "06:00", NEW_YORK)) == expected


def test_a_shift_that_the_clocks_skip_is_empty():
    assert hours(shift_span(SPRING, "02:00", "03:00", NEW_YORK)) == 0
    assert hours(shift_span(SPRING, "02:00", "03:30", NEW_YORK)) == 0.5


def test_days_where_clocks_change_are_longer_or_shorter():
    assert [hours(day_span(day, NEW_YORK)) for day in (SPRING, AUTUMN, date(2026, 5, 1))] == [23, 25, 24]
    assert days_of(date(2026, 2, 27), date(2026, 3, 1)) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]


@settings(max_examples=150)
@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.lists(st.integers(0, 95), min_size=2, max_size=4, unique=True).map(sorted),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo"]),
)
def test_shifts_that_meet_on_the_wall_leave_no_hole_and_never_overlap(day, quarters, zone):
    """A whole day round the clock in two to four shifts, over whatever the clocks do that night."""
    clocks = [f"{one // 4:02d}:{one % 4 * 15:02d}" for one in quarters]
    zone = ZoneInfo(zone)
    spans = [shift_span(day, *pair, zone) for pair in zip(clocks, [*clocks[1:], clocks[0]], strict=True)]
    spans.append(shift_span(day + timedelta(days=1), clocks[0], clocks[1], zone))
    for one, following in itertools.pairwise(spans):
        assert one.end == following.start
        assert one.start <= one.end


@pytest.mark.parametrize("text", ["24:00", "8:00", "08:60", "", "08:00:00", "八点"])
def test_what_is_no_time_of_day_is_refused_with_its_path(text):
    assert check_clock("23:59", path="/starts") == "23:59"
    assert refused_at(check_clock, text, path="/starts") == ("people.clock_wrong", ["/starts"])
