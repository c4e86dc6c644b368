"""The on-time flags of a real city's requests, reproduced by service clocks."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from dispatch.sla.calendars import AroundTheClock, Shift, WeeklyShifts
from dispatch.sla.clock import ClockEvent, EventKind, Rules, Terms, evaluate
from dispatch.sla.segments import seconds_of

FILE = Path(__file__).parents[4] / "shared" / "data" / "requests" / "boston311_2015-2024_sample_4995.csv.gz"
BOSTON = ZoneInfo("America/New_York")
ROUND_THE_CLOCK, OFFICE_HOURS = UUID(int=1), UUID(int=2)
# Read off the file: what is opened out of hours is due so many days after 08:30 of the next weekday, in the file's own UTC.
OFFICE = WeeklyShifts("office", ZoneInfo("UTC"), dict.fromkeys(range(5), (Shift(8 * 60 + 30, 17 * 60),)))
POLICIES: dict[UUID | None, Rules] = {ROUND_THE_CLOCK: Rules(AroundTheClock()), OFFICE_HOURS: Rules(OFFICE)}
WORKING_DAY = timedelta(hours=8, minutes=30) // timedelta(seconds=1)
NEARLY = 120
"""Seconds: the file's targets are often a minute later than a whole number of days."""


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=BOSTON).astimezone(UTC) if text else None


def flagged() -> Iterator[tuple[datetime, datetime | None, datetime, str]]:
    if not FILE.exists():
        pytest.skip("the city's file is not at hand")
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            opened, closed = moment(row["OPEN_DT"]), moment(row["CLOSED_DT"])
            if row["OnTime_Status"]:
                assert opened is not None
                assert closed is not None
                yield opened, moment(row["TARGET_DT"]), closed, row["OnTime_Status"]


def verdict(opened: datetime, closed: datetime, terms: Terms) -> str:
    events = [
        ClockEvent(UUID(int=1), EventKind.START, opened, opened, terms),
        ClockEvent(UUID(int=2), EventKind.STOP, closed, closed, reason="done"),
    ]
    state = evaluate(events, POLICIES, max(opened, closed))
    assert state is not None
    return "ONTIME" if state.breached_at is None else "OVERDUE"


def test_every_flag_of_the_city_is_reproduced_from_the_moment_it_promised():
    checked = 0
    for opened, target, closed, flag in flagged():
        assert verdict(opened, closed, Terms(ROUND_THE_CLOCK, due_at=target)) == flag, (opened, target, closed)
        checked += 1
    assert checked == 4994


def test_every_flag_is_reproduced_from_working_days_or_plain_days_too():
    found = {"working days": 0, "plain time": 0, "nothing promised": 0}
    for opened, target, closed, flag in flagged():
        rule, terms = terms_of(opened, target)
        assert verdict(opened, closed, terms) == flag, (opened, target, closed)
        found[rule] += 1
    assert found == {"working days": 3894, "plain time": 389, "nothing promised": 711}


def terms_of(opened: datetime, target: datetime | None) -> tuple[str, Terms]:
    """Tell by which rule the city promised, and how much time by that rule's calendar."""
    if target is None:
        return "nothing promised", Terms(ROUND_THE_CLOCK)
    working = sum(seconds_of(one.end - one.start) for one in OFFICE.spans(opened, target))
    days = round(working / WORKING_DAY)
    in_hours = any(OFFICE.spans(target, target + timedelta(seconds=1)))
    if days >= 1 and in_hours and abs(working - days * WORKING_DAY) <= NEARLY:
        return "working days", Terms(OFFICE_HOURS, working)
    return "plain time", Terms(ROUND_THE_CLOCK, seconds_of(target - opened))
