from datetime import date, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rounds.recurrence import Rule, check_fires, days, read_rule
from kernel.errors import DomainError
from tests.dispatch.rounds.reference import Parts, days_by

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2026, 11, 23)


def refused(text: str) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        check_fires(read_rule(text, SHANGHAI), START, START)
    return caught.value.code, [field.path for field in caught.value.fields]


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    numbers = st.lists(st.integers(1, 12), max_size=3, unique=True).map(tuple)
    counted = frequency == "MONTHLY" and draw(st.booleans())
    ordinal = st.integers(-2, 3).filter(bool) if counted else st.just(0)
    weekdays = draw(st.lists(st.tuples(ordinal, st.integers(0, 6)), max_size=3, unique=True).map(tuple))
    days_of_month = st.lists(st.integers(-31, 31).filter(bool), max_size=2, unique=True).map(tuple)
    ends = draw(st.sampled_from(["never", "count", "until"]))
    months = draw(numbers) if draw(st.booleans()) else ()
    month_days = () if frequency == "WEEKLY" else draw(days_of_month)
    chooses = frequency in ("MONTHLY", "YEARLY") and (months or month_days or weekdays)
    return Parts(
        frequency,
        draw(st.integers(1, 4)),
        draw(st.integers(1, 20)) if ends == "count" else None,
        START + timedelta(days=draw(st.integers(0, 900))) if ends == "until" else None,
        months,
        month_days,
        weekdays,
        draw(st.lists(st.sampled_from([1, 2, -1]), max_size=1).map(tuple)) if chooses else (),
    )


@settings(max_examples=150)
@given(rules(), st.integers(0, 800))
def test_a_rule_fires_on_the_days_that_looking_at_every_day_finds(parts, offset):
    starts_on, last = START + timedelta(days=offset), START + timedelta(days=offset + 1200)
    rule = read_rule(parts.text(), SHANGHAI)
    found = []
    for day in days(rule, starts_on):
        if day > last:
            break
        found.append(day)
    assert found == days_by(parts, starts_on, last)


def test_a_rule_is_stored_plainly_and_its_end_is_the_day_there():
    assert str(read_rule(" rrule:freq=weekly;byday=mo ", SHANGHAI)) == "FREQ=WEEKLY;BYDAY=MO"
    assert read_rule("FREQ=DAILY;UNTIL=20261231T170000Z", SHANGHAI).until == date(2027, 1, 1)
    rule = read_rule("FREQ=DAILY;UNTIL=20261125", SHANGHAI)
    assert str(rule) == "FREQ=DAILY;UNTIL=20261125"
    assert list(days(rule, START)) == [START + timedelta(days=nth) for nth in range(3)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=SOMETIMES",
        "BYDAY=MO",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20271301",
        "FREQ=DAILY;UNTIL=19991231",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=MO,1TU",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYWEEKNO=1",
        "FREQ=DAILY;BYSETPOS=1;BYDAY=MO",
        "FREQ=WEEKLY;BYSETPOS=1;BYDAY=MO",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=WEEKLY;WKST=XX",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;",
        "FREQ=DAILY;BYMONTH=²",
        "FREQ=DAILY;" + "BYDAY=" + ",".join(["MO"] * 200),
    ],
)
def test_what_is_no_rule_is_refused_with_its_field(text):
    assert refused(text) == ("round.rule_wrong", ["/rule"])


@pytest.mark.parametrize(
    "text", ["FREQ=HOURLY", "FREQ=MINUTELY;BYDAY=MO", "FREQ=DAILY;BYHOUR=8,9", "FREQ=DAILY;BYSECOND=0"]
)
def test_what_fires_more_than_once_a_day_is_refused(text):
    assert refused(text) == ("round.too_often", ["/rule"])


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2",
        "FREQ=DAILY;UNTIL=20261122",
        "FREQ=YEARLY;INTERVAL=10;BYMONTH=1;BYMONTHDAY=1",
    ],
)
def test_what_never_fires_is_refused_and_costs_no_more_than_a_moment(text):
    begun = perf_counter()
    assert refused(text) == ("round.never_fires", ["/rule"])
    assert perf_counter() - begun < 2


def test_the_29th_of_february_is_no_never():
    leap = Rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert check_fires(leap, START, START) == [date(2028, 2, 29)]
