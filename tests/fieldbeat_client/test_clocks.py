"""The two clocks of a phone."""

from datetime import UTC, datetime, timedelta

from fieldbeat_client.clocks import PhoneClock


def test_the_wall_clock_is_wrong_by_its_skew_and_says_its_zone():
    clock = PhoneClock("b1", skew_seconds=3600)
    ahead = clock.wall() - datetime.now(UTC)
    assert abs(ahead - timedelta(hours=1)) < timedelta(seconds=5)
    assert clock.wall_text().endswith("+08:00")


def test_the_monotonic_clock_does_not_care_about_the_skew():
    clock = PhoneClock("b1", skew_seconds=-86_400, up_seconds=100)
    first = clock.mono_ms()
    assert 100_000 <= first < 105_000
    assert clock.mono_ms() >= first
