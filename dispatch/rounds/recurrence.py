"""The days on which a round is due, by a rule of recurrence as RFC 5545 writes it: `FREQ=MONTHLY;BYDAY=1MO`.

A rule names days. The time of the day is that of the visit's window, by the wall clock of the region, so that the nights in which
clocks are changed make no day longer, shorter or another one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from dispatch.rounds import errors

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""The years in which a round may begin or end."""
WITHIN_YEARS = 5
"""A rule that does not fire for so long never does, as far as anybody can plan."""
LONGEST = 400
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
FREQUENCIES = (DAILY, WEEKLY, MONTHLY, YEARLY)
FINER = ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "INTERVAL": (1, 1000),
    "COUNT": (1, 10_000),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}
_LISTS = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_ONLY: Mapping[str, tuple[str, ...]] = {
    "BYMONTHDAY": (DAILY, MONTHLY, YEARLY),
    "BYYEARDAY": (YEARLY,),
    "BYWEEKNO": (YEARLY,),
    "BYSETPOS": (MONTHLY, YEARLY),
}
_DAY = re.compile(r"([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read: its text without its end, and the last day on which it may fire (None: no end)."""

    text: str
    until: date | None = None

    def __str__(self) -> str:
        return self.text if self.until is None else f"{self.text};UNTIL={self.until:%Y%m%d}"


def read_rule(text: str, zone: ZoneInfo, path: str = "/rule") -> Rule:
    """Read a rule as somebody wrote it. A moment as its end is the day that it is then in the zone.

    Raises:
        Invalid (round.rule_wrong): not of RFC 5545, or about nothing that a round has; with the path.
        Invalid (round.too_often): it fires several times a day, or names times of the day; with the path.
    """
    given = text.strip().upper().removeprefix("RRULE:")
    if len(given) > LONGEST or not given.isascii():
        raise errors.RULE_WRONG(f"at most {LONGEST} ASCII characters", path=path)
    parts: dict[str, str] = {}
    for part in given.split(";"):
        name, equals, value = part.partition("=")
        if name in FINER or value in FINER:
            raise errors.RULE_TOO_OFTEN("a rule names days; the time of the day is that of the window", path=path)
        if not equals or not value or name in parts:
            raise errors.RULE_WRONG(f"{part[:40]!r} is no part of a rule, or comes twice", path=path)
        parts[name] = value
    _check(parts, path)
    until = None if "UNTIL" not in parts else _until(parts.pop("UNTIL"), zone, path)
    return Rule(";".join(f"{name}={value}" for name, value in parts.items()), until)


def _check(parts: Mapping[str, str], path: str) -> None:
    frequency = parts.get("FREQ")
    if frequency not in FREQUENCIES:
        raise errors.RULE_WRONG("FREQ is one of " + ", ".join(FREQUENCIES), path=path)
    if "COUNT" in parts and "UNTIL" in parts:
        raise errors.RULE_WRONG("COUNT and UNTIL exclude each other", path=path)
    for name, value in parts.items():
        if name in _ONLY and frequency not in _ONLY[name]:
            raise errors.RULE_WRONG(f"{name} does not go with FREQ={frequency}", path=path)
        if name in _NUMBERS:
            _check_numbers(name, value, path)
        elif name == "BYDAY":
            _check_days(value, frequency, "BYWEEKNO" in parts, path)
        elif name == "WKST":
            if value not in WEEKDAYS:
                raise errors.RULE_WRONG("WKST is a day of the week such as MO", path=path)
        elif name not in ("FREQ", "UNTIL"):
            raise errors.RULE_WRONG(f"{name[:40]} is no part of a rule", path=path)
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise errors.RULE_WRONG("BYSETPOS chooses among the days of another BY…", path=path)


def _check_numbers(name: str, value: str, path: str) -> None:
    low, high = _NUMBERS[name]
    for one in value.split(",") if name in _LISTS else [value]:
        if not re.fullmatch(r"[+-]?\d{1,5}", one) or not low <= int(one) <= high or int(one) == 0:
            raise errors.RULE_WRONG(f"{name} is from {low} to {high}, and not 0", path=path)


def _check_days(value: str, frequency: str, by_week: bool, path: str) -> None:
    most = {MONTHLY: 5, YEARLY: 53}.get(frequency, 0)
    if len({one[:1].isalpha() for one in value.split(",")}) > 1:
        # The library takes only days that are both.
        raise errors.RULE_WRONG("days such as MO and days such as 1TU are two rules", path=path)
    for one in value.split(","):
        match = _DAY.fullmatch(one)
        if match is None:
            raise errors.RULE_WRONG("BYDAY names days such as MO, 1MO or -1FR", path=path)
        if match[1] is not None and (abs(int(match[1])) > most or by_week):
            raise errors.RULE_WRONG(f"there is no {one} in this rule", path=path)


def _until(text: str, zone: ZoneInfo, path: str) -> date:
    try:
        if not _UNTIL.fullmatch(text):
            raise ValueError
        day = datetime.strptime(text[:8], "%Y%m%d")  # noqa: DTZ007 - a day, or a reading of the wall clock
        if text.endswith("Z"):
            day = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError
    except ValueError as error:
        raise errors.RULE_WRONG("UNTIL is a day such as 20271231, or a moment", path=path) from error
    return day.date()


def days(rule: Rule, starts_on: date) -> Iterator[date]:
    """Yield the days on which a rule fires, in order, from its first day on.

    The first day itself is among them, and counts, only if the rule names it.
    """
    # Four hundred years later the calendar is the same, weekdays and leap years. There a rule that never fires again is looked
    # at for some hundreds of years and not for eight thousand: the library looks on until the year 9999.
    years = (9999 - (LAST_YEAR - FIRST_YEAR) - starts_on.year) // 400 * 400
    begin = datetime(starts_on.year + years, starts_on.month, starts_on.day)  # noqa: DTZ001 - days have no zone
    for found in rrulestr(rule.text, dtstart=begin):
        day = date(found.year - years, found.month, found.day)
        if rule.until is not None and day > rule.until:
            return
        yield day


def check_fires(rule: Rule, starts_on: date, today: date, path: str = "/rule") -> list[date]:
    """Return the next days on which a rule fires, up to a year after the first of them.

    Raises Invalid (round.never_fires) with the path, when there is none from today on within five years.
    """
    begin = max(starts_on, today)
    last = _years_after(begin, WITHIN_YEARS)
    found: list[date] = []
    for day in days(rule, starts_on):
        if day < begin:
            continue
        if day > (last if not found else _years_after(found[0], 1)):
            break
        found.append(day)
    if not found:
        raise errors.RULE_NEVER(f"not once between {begin} and {last}", path=path)
    return found


def _years_after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))
