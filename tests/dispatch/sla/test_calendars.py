from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.sla.calendars import AroundTheClock, Shift, Span, WeeklyShifts
from dispatch.sla.published_days import ChinesePublicHolidays
from dispatch.sla.segments import seconds_of

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
DAY_SHIFT = (Shift(9 * 60, 17 * 60),)
WEEKDAYS = dict.fromkeys(range(5), DAY_SHIFT)


def seconds(calendar, start, end):
    return sum(seconds_of(one.end - one.start) for one in calendar.spans(start, end))


def local(zone, *parts):
    return datetime(*parts, tzinfo=zone).astimezone(UTC)


def test_round_the_clock_every_second_counts():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert list(AroundTheClock().spans(start, start + timedelta(days=400))) == [
        Span(start, start + timedelta(days=400))
    ]
    assert list(AroundTheClock().spans(start, start)) == []
    assert AroundTheClock().unknown_from(start) is None


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ((2025, 1, 26), 8),  # a Sunday that is worked
        ((2025, 1, 28), 0),  # a Tuesday of the Spring Festival
        ((2025, 2, 8), 8),  # a Saturday that is worked
        ((2025, 2, 9), 0),
        ((2025, 10, 1), 0),
        ((2025, 10, 9), 8),
    ],
)
def test_holidays_are_off_and_make_up_days_are_worked(day, hours):
    calendar = WeeklyShifts("工作日", SHANGHAI, WEEKDAYS, ChinesePublicHolidays(), DAY_SHIFT)
    start = local(SHANGHAI, *day)
    assert seconds(calendar, start, start + timedelta(days=1)) == hours * 3600


def test_a_year_without_a_notice_is_not_known_and_not_guessed():
    calendar = WeeklyShifts("工作日", SHANGHAI, WEEKDAYS, ChinesePublicHolidays(), DAY_SHIFT)
    new_year = local(SHANGHAI, 2027, 1, 1)
    assert calendar.unknown_from(local(SHANGHAI, 2026, 6, 1)) == new_year
    assert calendar.unknown_from(new_year + timedelta(days=3)) == new_year + timedelta(days=3)
    assert list(calendar.spans(new_year, new_year + timedelta(days=30))) == []
    before = seconds(calendar, local(SHANGHAI, 2026, 12, 31), new_year + timedelta(days=30))
    assert before == 8 * 3600


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ((2025, 3, 8, 22), (2025, 3, 9, 6), 7),  # an hour of the night is skipped
        ((2025, 11, 1, 22), (2025, 11, 2, 6), 9),  # and one comes twice
        ((2025, 6, 7, 22), (2025, 6, 8, 6), 8),
    ],
)
def test_a_night_shift_goes_by_the_wall_clock_when_clocks_change(start, end, hours):
    night = WeeklyShifts("night", NEW_YORK, dict.fromkeys(range(7), (Shift(22 * 60, 30 * 60),)))
    assert seconds(night, local(NEW_YORK, *start), local(NEW_YORK, *end)) == hours * 3600


def test_shifts_that_touch_are_one_span():
    calendar = WeeklyShifts("x", SHANGHAI, dict.fromkeys(range(7), (Shift(0, 720), Shift(720, 1440))))
    start = local(SHANGHAI, 2026, 3, 2)
    assert list(calendar.spans(start, start + timedelta(days=60))) == [Span(start, start + timedelta(days=60))]


def test_the_published_days_know_their_years_only():
    days = ChinesePublicHolidays()
    assert [days.knows(year) for year in (2003, 2004, 2026, 2027)] == [False, True, True, False]
    assert [days.works(date(2026, 1, day)) for day in (1, 4, 5)] == [False, True, None]
