"""When a service clock runs: round the clock, or in the shifts of a week, less holidays and with make-up workdays (调休).

A calendar says by the wall clock of its zone when work is done: a second counts if the wall clock shows a working time then.
In the night when clocks are put back, an hour of a shift that comes twice counts twice; one that is skipped does not count.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
YEARS_AHEAD = 10
"""How far ahead a calendar is asked what it knows."""


class Span(NamedTuple):
    """A stretch of time from a moment until before another, in UTC."""

    start: datetime
    end: datetime


class Calendar(Protocol):
    """Says when a clock runs."""

    @property
    def name(self) -> str:
        """What people call it."""

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield the working time between two moments, in order and without overlap; nothing from `unknown_from` on."""

    def unknown_from(self, start: datetime) -> datetime | None:
        """Return the first moment at or after `start` that the calendar knows nothing about; None when it knows all."""


class Holidays(Protocol):
    """Which days are off and which are worked by way of exception. Years without an official notice are not known."""

    def knows(self, year: int) -> bool:
        """Tell whether the notice for a year is out."""

    def works(self, day: date) -> bool | None:
        """Tell whether a day is a make-up workday (True) or off (False); None when it is as in any week."""


@dataclass(frozen=True, slots=True)
class AroundTheClock:
    """Every second counts (24×7)."""

    name: str = "24x7"

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield the whole of it."""
        if start < end:
            yield Span(start, end)

    def unknown_from(self, _start: datetime) -> datetime | None:
        """There is nothing that it does not know."""
        return None


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours in minutes after local midnight; one that goes on after midnight ends beyond 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeeklyShifts:
    """Shifts for each day of the week (0: Monday) by the wall clock of a zone.

    With `holidays`, days off have no shifts and make-up workdays have those of `made_up`; years whose notice is not out are
    not known, and never guessed.
    """

    name: str
    zone: ZoneInfo
    week: Mapping[int, tuple[Shift, ...]]
    holidays: Holidays | None = None
    made_up: tuple[Shift, ...] = ()
    _days: dict[date, tuple[Shift, ...]] = field(default_factory=dict, compare=False, repr=False)

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield the working time between two moments, merged; nothing from `unknown_from` on."""
        limit = self.unknown_from(start)
        end = end if limit is None else min(end, limit)
        held: Span | None = None
        for piece, offset in _pieces(self.zone, start, end):
            for local in self._local_spans(_local(piece.start, offset), _local(piece.end, offset)):
                span = Span(_moment(local[0], offset), _moment(local[1], offset))
                if held is not None and span.start <= held.end:
                    held = Span(held.start, max(held.end, span.end))
                    continue
                if held is not None:
                    yield held
                held = span
        if held is not None:
            yield held

    def unknown_from(self, start: datetime) -> datetime | None:
        """Return the local New Year of the first year without a notice, or `start` if its own year has none."""
        if self.holidays is None:
            return None
        year = start.astimezone(self.zone).year
        if not self.holidays.knows(year):
            return start
        for later in range(year + 1, year + YEARS_AHEAD + 1):
            if not self.holidays.knows(later):
                return datetime(later, 1, 1, tzinfo=self.zone).astimezone(UTC)
        return None

    def works_on(self, day: date) -> bool | None:
        """Tell whether a day has shifts; None when the notice for its year is not out."""
        if self.holidays is not None and not self.holidays.knows(day.year):
            return None
        return bool(self._shifts(day))

    def _local_spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the shifts between two readings of the wall clock; one may touch or overlap the one before it."""
        day = start.date() - DAY  # a shift of the day before may reach over midnight
        while (midnight := datetime.combine(day, time())) < end:
            for shift in self._shifts(day):
                begins = max(start, midnight + timedelta(minutes=shift.start))
                ends = min(end, midnight + timedelta(minutes=shift.end))
                if begins < ends:
                    yield begins, ends
            day += DAY

    def _shifts(self, day: date) -> tuple[Shift, ...]:
        found = self._days.get(day)
        if found is None:
            works = None if self.holidays is None else self.holidays.works(day)
            usual = self.week.get(day.weekday(), ())
            found = self._days[day] = usual if works is None else self.made_up if works else ()
        return found


def _local(moment: datetime, offset: timedelta) -> datetime:
    return moment.replace(tzinfo=None) + offset


def _moment(local: datetime, offset: timedelta) -> datetime:
    return (local - offset).replace(tzinfo=UTC)


def _pieces(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[Span, timedelta]]:
    """Cut a stretch of time where the zone's distance to UTC changes."""
    here = start = start.astimezone(UTC)
    offset = _offset(zone, start)
    while here < end:
        there = min(here + DAY, end)
        if _offset(zone, there) == offset:
            here = there
            # Long stretches are handed over a month at a time, so that whoever needs only the beginning pays for no more.
            if here - start >= 28 * DAY:
                yield Span(start, here), offset
                start = here
            continue
        change = _change(zone, here, there)
        if start < change:
            yield Span(start, change), offset
        here = start = change
        offset = _offset(zone, change)
    if start < end:
        yield Span(start, end), offset


def _change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """Find the second in which the zone's distance to UTC changes between two moments."""
    before = _offset(zone, start)

    def changed(seconds: int) -> bool:
        return _offset(zone, start + seconds * SECOND) != before

    return start + bisect_left(range((end - start) // SECOND + 1), True, key=changed) * SECOND


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
