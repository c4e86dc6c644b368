from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rounds.recurrence import Rule, days
from dispatch.rounds.schedule import Schedule
from dispatch.rounds.visits import OnHoliday, Window, visits
from dispatch.sla.calendar_document import read_calendar
from tests.dispatch.rounds.reference import moment_of, visit_days

WORK = {"mon": [["08:00", "17:00"]], "tue": [["08:00", "17:00"]], "wed": [["08:00", "17:00"]]}
WORK |= {"thu": [["08:00", "17:00"]], "fri": [["08:00", "17:00"]]}
CHINA = read_calendar("cn", {"timezone": "Asia/Shanghai", "week": WORK, "holidays": "CN"})
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Havana")


@settings(max_examples=60)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
def test_a_visit_begins_when_the_wall_clock_says_so_whatever_is_done_to_it(name, day, wall):
    zone = ZoneInfo(name)
    begin, end = Window(wall, 90, zone).of(day)
    assert begin == moment_of(day, wall, zone)
    assert end - begin == timedelta(minutes=90)


CHANGES = [
    ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:30:00+00:00"),  # skipped
    ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00+00:00"),  # comes twice
    ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:45:00+00:00"),  # half an hour
]


@pytest.mark.parametrize(("name", "day", "wall", "moment"), CHANGES)
def test_in_the_nights_in_which_clocks_are_changed(name, day, wall, moment):
    zone = ZoneInfo(name)
    assert Window(wall, 60, zone).of(day)[0] == datetime.fromisoformat(moment) == moment_of(day, wall, zone)


def test_whole_days_of_a_window_end_by_the_wall_clock():
    begin, end = Window(time(8), 3 * 1440 + 600, ZoneInfo("America/New_York")).of(date(2026, 3, 6))
    assert (end - begin) == timedelta(days=3, hours=9), "one night is an hour short"
    assert end.astimezone(ZoneInfo("America/New_York")).hour == 18


@settings(max_examples=60)
@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=FR,SA,SU", "FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,-1"]),
    st.sampled_from(list(OnHoliday)),
    st.dates(date(2025, 9, 1), date(2026, 10, 1)),
    st.integers(0, 500),
)
def test_holidays_are_seen_to_as_looking_at_every_day_says_wherever_one_begins(text, on_holiday, starts_on, offset):
    rule, last = Rule(text), starts_on + timedelta(days=offset)
    until = last + timedelta(days=500)
    known = []
    for day in days(rule, starts_on):
        if day > until + timedelta(days=100):
            break
        known.append(day)
    expected = visit_days(known, on_holiday.value, CHINA.works_on)
    assert {one.day: (one.fate.value, one.on) for one in visits(known, on_holiday, CHINA)} == expected
    window = Window(time(8), 60, ZoneInfo("Asia/Shanghai"))
    schedule = Schedule(rule, starts_on, window, 7, on_holiday, CHINA)
    found = {}
    for visit in schedule.after(last):
        if visit.day > until:
            break
        found[visit.day] = (visit.fate.value, visit.start_at)
    assert found == {day: (fate, window.of(on)[0]) for day, (fate, on) in expected.items() if last < day <= until}


def test_make_up_workdays_are_worked_and_a_year_without_a_notice_is_not_guessed():
    new_year = [date(2026, 1, 1) + timedelta(days=nth) for nth in range(4)]
    made = {one.day: (one.fate.value, one.on) for one in visits(new_year, OnHoliday.NEXT, CHINA)}
    assert made[date(2026, 1, 1)] == ("merged", date(2026, 1, 1)), "the 4th, a Sunday, is worked, and has its own visit"
    assert made[date(2026, 1, 4)] == ("as_planned", date(2026, 1, 4))
    (unknown,) = visits([date(2031, 5, 1)], OnHoliday.SKIP, CHINA)
    assert (unknown.fate.value, unknown.on) == ("unknown", date(2031, 5, 1))
