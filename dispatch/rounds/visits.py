"""The visits of a round: on which days they are made once holidays are seen to, and from when until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
FURTHEST = 31
"""How many days a visit may be put off, or forward, because of holidays."""


class OnHoliday(StrEnum):
    """What becomes of a visit whose day is none on which people work."""

    KEEP = "keep"
    SKIP = "skip"
    NEXT = "next_workday"
    PREVIOUS = "previous_workday"


class Fate(StrEnum):
    """What became of a day of the rule: as it is, moved to a workday, left out, one with the visit that is there already.

    `unknown`: the notice for its year is not out; the visit stays on its day, and is shown as undecided.
    """

    AS_PLANNED = "as_planned"
    MOVED = "moved"
    SKIPPED = "skipped"
    MERGED = "merged"
    UNKNOWN = "unknown"


MADE = frozenset({Fate.AS_PLANNED, Fate.MOVED, Fate.UNKNOWN})


class Workdays(Protocol):
    """Says on which days people work."""

    def works_on(self, day: date) -> bool | None:
        """Tell whether a day is worked; None when nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A day of the rule, the day on which the visit is made (the same one when it is not made), and why."""

    day: date
    on: date
    fate: Fate


@dataclass(frozen=True, slots=True)
class Window:
    """From when by the wall clock, and for how many minutes, a visit may be made."""

    begins: time
    minutes: int
    zone: ZoneInfo

    def of(self, day: date) -> tuple[datetime, datetime]:
        """Return begin and end on a day, aware UTC.

        As RFC 5545 has it: whole days of the length count by the wall clock and the rest exactly; a time that the clock skips is
        read as before the change, and of one that comes twice the first is meant.
        """
        whole, rest = divmod(self.minutes, DAY_MINUTES)
        begin = datetime.combine(day, self.begins)
        return self._moment(begin), self._moment(begin + whole * DAY) + timedelta(minutes=rest)

    def _moment(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone).astimezone(UTC)


def visits(days: Sequence[date], on_holiday: OnHoliday, workdays: Workdays | None) -> Iterator[Visit]:
    """Say what becomes of these days, given in order: of visits that fall on one day one is made.

    A visit in its own place goes before one that was moved there; of several moved ones the first does.
    """
    own, taken = set(days), set[date]()
    for day in days:
        visit = _decided(day, on_holiday, workdays)
        if visit.fate is Fate.MOVED:
            if visit.on in own or visit.on in taken:
                visit = Visit(day, day, Fate.MERGED)
            else:
                taken.add(visit.on)
        yield visit


def _decided(day: date, on_holiday: OnHoliday, workdays: Workdays | None) -> Visit:
    if on_holiday is OnHoliday.KEEP or workdays is None:
        return Visit(day, day, Fate.AS_PLANNED)
    works = workdays.works_on(day)
    if works is None:
        return Visit(day, day, Fate.UNKNOWN)
    if works:
        return Visit(day, day, Fate.AS_PLANNED)
    if on_holiday is OnHoliday.SKIP:
        return Visit(day, day, Fate.SKIPPED)
    step = DAY if on_holiday is OnHoliday.NEXT else -DAY
    for nth in range(1, FURTHEST + 1):
        found = workdays.works_on(day + nth * step)
        if found is None:
            return Visit(day, day, Fate.UNKNOWN)
        if found:
            return Visit(day, day + nth * step, Fate.MOVED)
    return Visit(day, day, Fate.SKIPPED)
