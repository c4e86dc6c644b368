"""When a shift is, by the clock on the wall: also over midnight, and in the nights when clocks are changed."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dispatch.people import errors
from dispatch.people.spans import Span

DAY = timedelta(days=1)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check_clock(text: str, *, path: str) -> str:
    """Return a time of day such as `08:30`. Raises Invalid (people.clock_wrong) with the path."""
    if not _CLOCK.fullmatch(text):
        raise errors.CLOCK_WRONG(repr(text), path=path)
    return text


def moment(day: date, clock: str, timezone: tzinfo) -> datetime:
    """Return when the clock on the wall shows a time on a day, in UTC.

    A time that comes twice is the first one. One that is skipped is as long after midnight as it would have been, so that what
    ends and what begins at the same time on the wall always meet, without a hole and without an overlap.
    """
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=timezone).astimezone(UTC)


def shift_span(day: date, starts: str, ends: str, timezone: tzinfo) -> Span:
    """Return from when until when a shift of a day is; one that ends at or before its start ends on the day after.

    It is empty when the clocks skip all of it.
    """
    last = day if ends > starts else day + DAY
    start = moment(day, starts, timezone)
    return Span(start, max(start, moment(last, ends, timezone)))


def day_span(day: date, timezone: tzinfo) -> Span:
    """Return from when until when it is this day there: 23 to 25 hours where clocks are changed."""
    return Span(moment(day, "00:00", timezone), moment(day + DAY, "00:00", timezone))


def days_of(first: date, last: date) -> list[date]:
    """Return all days from one to another, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
