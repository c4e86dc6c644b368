"""Clocks tell aware UTC, and moments are shown as the API shows them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kernel.clock import FixedClock, SystemClock, iso, parse_moment

SHANGHAI = timezone(timedelta(hours=8))


def test_the_system_clock_tells_the_present_moment_in_utc():
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_a_fixed_clock_stands_still_until_it_is_moved():
    clock = FixedClock(datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI))
    assert clock.now() == clock.now() == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.at += timedelta(hours=1)
    assert clock.now() == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_a_fixed_clock_refuses_a_naive_time():
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 11, 22))  # noqa: DTZ001 - what must not get in


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI), "2026-11-22T01:00:00.000Z"),
        (datetime(2026, 11, 22, 1, 0, 0, 999_999, tzinfo=UTC), "2026-11-22T01:00:00.999Z"),
        (datetime(2026, 1, 1, 3, 0, 0, 1_000, tzinfo=SHANGHAI), "2025-12-31T19:00:00.001Z"),
    ],
)
def test_a_moment_is_shown_in_utc_to_the_millisecond(moment, shown):
    assert iso(moment) == shown


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:00:00+08:00", datetime(2026, 11, 22, 1, 0, tzinfo=UTC)),
        ("2026-11-22T01:00:00.123456Z", datetime(2026, 11, 22, 1, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-22T01:00:00", None),
        ("2026-11-22", None),
        ("soon", None),
        ("", None),
        (1_790_000_000, None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-08:00", None),
        ("2026-02-30T00:00:00Z", None),
    ],
)
def test_a_moment_is_read_as_utc_or_not_at_all(text, moment):
    read = parse_moment(text)
    assert read == moment
    assert read is None or read.tzinfo is UTC
