"""The visits of one plan in time: which come next, from when until when, and when their orders are to be made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dispatch.rounds.recurrence import Rule, days, read_rule
from dispatch.rounds.visits import DAY, FURTHEST, MADE, Fate, OnHoliday, Window, Workdays, visits

STRETCH = 366 * DAY
AROUND = 2 * FURTHEST * DAY
"""How far around a day others must be known to say whether visits fall on the same day."""


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """A day of the rule with its visit's window (aware UTC): the day's own where no visit is made."""

    day: date
    fate: Fate
    start_at: datetime
    end_at: datetime

    @property
    def is_made(self) -> bool:
        """Whether a visit is made for this day of the rule."""
        return self.fate in MADE


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a plan's visits are made, and how many days ahead their orders."""

    rule: Rule
    starts_on: date
    window: Window
    lead_days: int
    on_holiday: OnHoliday = OnHoliday.KEEP
    workdays: Workdays | None = None

    def after(self, last: date) -> Iterator[TimedVisit]:
        """Yield what becomes of the days of the rule after a day, in order."""
        begin = max(last, self.starts_on - DAY)
        source, known, more = days(self.rule, self.starts_on), list[date](), True
        while more or (known and known[-1] > begin):
            until = begin + STRETCH
            while more and (not known or known[-1] <= until + AROUND):
                day = next(source, None)
                if day is None:
                    more = False
                elif day >= begin - AROUND:
                    known.append(day)
            for visit in visits(known, self.on_holiday, self.workdays):
                if begin < visit.day <= until:
                    yield TimedVisit(visit.day, visit.fate, *self.window.of(visit.on))
            known = [day for day in known if day >= until - AROUND]
            begin = until

    def passed(self, now: datetime, yesterday: date) -> date:
        """Return the last day of the rule whose visit is over by now: a plan that begins, or goes on, begins after it."""
        over = takewhile(lambda visit: visit.end_at <= now, self.after(yesterday))
        return max((visit.day for visit in over), default=yesterday)

    def look_at(self, visit: TimedVisit) -> datetime:
        """Return when the orders of a visit are to be made."""
        return visit.start_at - timedelta(days=self.lead_days)


def schedule_of(
    *,
    rule: str,
    starts_on: date,
    begins_at: time,
    window_minutes: int,
    lead_days: int,
    on_holiday: str,
    zone: ZoneInfo,
    workdays: Workdays | None,
) -> Schedule:
    """Return the schedule of a plan as it is stored."""
    window = Window(begins_at, window_minutes, zone)
    return Schedule(read_rule(rule, zone), starts_on, window, lead_days, OnHoliday(on_holiday), workdays)
