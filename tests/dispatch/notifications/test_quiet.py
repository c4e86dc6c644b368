from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.notifications.quiet import NIGHT, QuietHours, quiet_hours

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-22T21:59", None),
        ("2026-11-22T22:00", "2026-11-23T07:00"),
        ("2026-11-23T00:30", "2026-11-23T07:00"),
        ("2026-11-23T06:59:59", "2026-11-23T07:00"),
        ("2026-11-23T07:00", None),
    ],
)
def test_the_night_is_quiet_from_its_beginning_up_to_its_end(moment, end):
    assert NIGHT.until(at(moment), SHANGHAI) == (None if end is None else at(end))


def test_quiet_hours_may_lie_within_a_day():
    noon = QuietHours(time(12), time(14))
    assert noon.until(at("2026-11-22T13:00"), SHANGHAI) == at("2026-11-22T14:00")
    assert noon.until(at("2026-11-22T14:00"), SHANGHAI) is None


def test_without_two_different_times_there_are_none():
    assert quiet_hours(None, None) is None
    assert quiet_hours(time(7), time(7)) is None
    assert quiet_hours(time(22), time(7)) == NIGHT


def test_an_end_that_the_night_of_the_change_skips_or_repeats_comes_after_the_moment():
    early = QuietHours(time(22), time(2, 30))
    skipped = early.until(at("2026-03-29T01:30", BERLIN), BERLIN)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    second_half_past_two = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert early.until(second_half_past_two, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@settings(max_examples=150)
@given(
    st.integers(0, 366 * 24 * 3600).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    st.sampled_from([SHANGHAI, BERLIN, "America/New_York", "Australia/Lord_Howe"]),
)
def test_the_end_is_ahead_less_than_a_day_and_itself_not_quiet_for_long(moment, begins, ends, zone):
    hours = quiet_hours(begins, ends)
    end = None if hours is None else hours.until(moment, zone)
    if end is not None:
        assert moment < end <= moment + timedelta(hours=25)
        # An end that the clock skips or repeats may fall into the same hours once more, and never for ever.
        again = hours.until(end, zone)
        assert again is None or again <= end + timedelta(hours=1)
