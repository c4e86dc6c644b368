"""The visits of one plan in time."""

from datetime import date, time
from zoneinfo import ZoneInfo

from dispatch.rounds.recurrence import Rule
from dispatch.rounds.schedule import Schedule
from dispatch.rounds.visits import Window


def test_a_schedule_ends_with_its_rule_and_finds_what_is_years_away():
    window = Window(time(8), 60, ZoneInfo("Asia/Shanghai"))
    three = Schedule(Rule("FREQ=WEEKLY;COUNT=3"), date(2026, 1, 5), window, 0)
    assert [one.day for one in three.after(date(2026, 1, 5))] == [date(2026, 1, 12), date(2026, 1, 19)]
    leap = Schedule(Rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), date(2026, 1, 5), window, 0)
    assert next(leap.after(date(2028, 2, 29))).day == date(2032, 2, 29)
