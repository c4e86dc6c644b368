"""Reads working calendars as people write them down, and the yearly notices that are added to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.sla import errors
from dispatch.sla.calendars import AroundTheClock, Calendar, Holidays, Shift, WeeklyShifts
from dispatch.sla.published_days import ChinesePublicHolidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
DAY_MINUTES = 24 * 60


class PublicHolidays(StrEnum):
    """Where the public holidays of a calendar come from: none, only what is uploaded, or published data besides."""

    NONE = "none"
    UPLOADED = "uploaded"
    CHINA = "CN"


@dataclass(frozen=True, slots=True)
class UploadedDays:
    """Years whose notice was uploaded, with their exceptions; for other years the published data is asked, if any."""

    years: frozenset[int]
    days: Mapping[date, bool]
    published: Holidays | None = None

    def knows(self, year: int) -> bool:
        """Tell whether the notice for a year was uploaded or published."""
        return year in self.years or (self.published is not None and self.published.knows(year))

    def works(self, day: date) -> bool | None:
        """Tell whether a day is a make-up workday (True) or off (False); None when it is as in any week."""
        if day in self.days or day.year in self.years or self.published is None:
            return self.days.get(day)
        return self.published.works(day)


def read_calendar(name: str, document: Mapping[str, Any]) -> Calendar:
    """Make a calendar from its document: `{"timezone", "week": {"mon": [["08:00", "12:00"], …]}, "made_up": […], "holidays",
    "notices": {"2027": {"off": […], "work": […]}}}`; without a week it runs round the clock.

    A shift that ends before it starts ends on the day after. Raises Invalid (sla.calendar_wrong) with the path.
    """
    week = document.get("week")
    if week is None:
        return AroundTheClock(name)
    if not isinstance(week, Mapping):
        raise errors.CALENDAR_WRONG("a week has days with shifts", path="/week")
    zone = _zone(document.get("timezone"))
    shifts = {nth: _shifts(week.get(day, ()), f"/week/{day}") for nth, day in enumerate(WEEKDAYS)}
    strange = sorted(set(week) - set(WEEKDAYS))
    if strange:
        raise errors.CALENDAR_WRONG("a day of the week is one of " + ", ".join(WEEKDAYS), path=f"/week/{strange[0]}")
    if not any(shifts.values()):
        raise errors.CALENDAR_WRONG("a calendar without any shift never runs", path="/week")
    source = _source(document.get("holidays") or PublicHolidays.NONE)
    made_up = _shifts(document.get("made_up") or (), "/made_up") or next(one for one in shifts.values() if one)
    holidays = None if source is PublicHolidays.NONE else _uploaded(document.get("notices") or {}, source)
    return WeeklyShifts(name, zone, shifts, holidays, made_up)


def read_notice(given: Mapping[str, Any]) -> tuple[int, dict[str, list[str]]]:
    """Read the notice of one year: `{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true, "name": "元旦"}, …]}`.

    This is the form in which the community publishes the State Council's notices. Raises Invalid (sla.calendar_wrong).
    """
    year, days = given.get("year"), given.get("days")
    if not isinstance(year, int) or isinstance(year, bool) or not 1970 <= year <= 2200:
        raise errors.CALENDAR_WRONG("which year the notice is for", path="/year")
    if not isinstance(days, Sequence) or isinstance(days, str) or not days:
        raise errors.CALENDAR_WRONG("a notice names days", path="/days")
    found: dict[str, bool] = {}
    for nth, one in enumerate(days):
        off = one.get("isOffDay") if isinstance(one, Mapping) else None
        day = _date(one.get("date"), f"/days/{nth}/date") if isinstance(one, Mapping) else None
        if day is None or not isinstance(off, bool):
            raise errors.CALENDAR_WRONG("a day has a date and says whether it is off", path=f"/days/{nth}")
        if abs(day.year - year) > 1 or found.get(day.isoformat(), off) is not off:
            raise errors.CALENDAR_WRONG("a day of another year, or both off and worked", path=f"/days/{nth}/date")
        found[day.isoformat()] = off
    off_days = sorted(day for day, off in found.items() if off)
    return year, {"off": off_days, "work": sorted(set(found) - set(off_days))}


def _uploaded(notices: Mapping[str, Any], source: PublicHolidays) -> UploadedDays:
    days: dict[date, bool] = {}
    for notice in notices.values():
        days |= {date.fromisoformat(day): False for day in notice["off"]}
        days |= {date.fromisoformat(day): True for day in notice["work"]}
    published = ChinesePublicHolidays() if source is PublicHolidays.CHINA else None
    return UploadedDays(frozenset(int(year) for year in notices), days, published)


def _source(name: object) -> PublicHolidays:
    if not isinstance(name, str) or name not in list(PublicHolidays):
        raise errors.CALENDAR_WRONG("one of " + ", ".join(PublicHolidays), path="/holidays")
    return PublicHolidays(name)


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError) as error:
        raise errors.CALENDAR_WRONG("not a time zone of the IANA list", path="/timezone") from error


def _shifts(given: Any, path: str) -> tuple[Shift, ...]:
    found: list[Shift] = []
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise errors.CALENDAR_WRONG("the shifts of a day are a list of pairs", path=path)
    for nth, pair in enumerate(given):
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise errors.CALENDAR_WRONG("a shift is a pair of times", path=f"{path}/{nth}")
        start, end = (_minutes(one, f"{path}/{nth}/{side}") for side, one in enumerate(pair))
        end = end if end > start else end + DAY_MINUTES
        if start >= DAY_MINUTES or (found and start < found[-1].end):
            raise errors.CALENDAR_WRONG("shifts of a day follow each other", path=f"{path}/{nth}")
        found.append(Shift(start, end))
    return tuple(found)


def _minutes(text: object, path: str) -> int:
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise errors.CALENDAR_WRONG("a time of the day such as 08:30", path=path)
    return int(text[:2]) * 60 + int(text[3:])


def _date(text: object, path: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise errors.CALENDAR_WRONG("not a date", path=path) from error
