"""A slow and obvious way to say what a rule of recurrence means: look at every day, and at every minute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Parts:
    """A rule in its parts; days of the week are (ordinal or 0, 0 for Monday)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()

    def text(self) -> str:
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        for name, numbers in (
            ("BYMONTH", self.months),
            ("BYMONTHDAY", self.month_days),
            ("BYSETPOS", self.positions),
        ):
            if numbers:
                parts.append(f"{name}={','.join(map(str, numbers))}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{nth or ''}{WEEKDAYS[day]}" for nth, day in self.weekdays))
        if self.count:
            parts.append(f"COUNT={self.count}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)


def period(parts: Parts, day: date) -> int:
    """The number of the day, week, month or year that a day lies in."""
    if parts.frequency == "DAILY":
        return day.toordinal()
    if parts.frequency == "WEEKLY":
        return (day.toordinal() - 1) // 7  # day 1 of the calendar was a Monday
    return day.year * 12 + day.month if parts.frequency == "MONTHLY" else day.year


def named(parts: Parts, starts_on: date, day: date) -> bool:
    """Whether a day is among those that the parts name, whatever the interval and the positions."""
    if parts.months and day.month not in parts.months:
        return False
    last = (date(day.year + day.month // 12, day.month % 12 + 1, 1) - DAY).day
    if parts.month_days and day.day not in parts.month_days and day.day - last - 1 not in parts.month_days:
        return False
    if parts.weekdays:
        from_start, from_end = (day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)
        return any(weekday == day.weekday() and nth in (0, from_start, from_end) for nth, weekday in parts.weekdays)
    if parts.month_days or parts.frequency == "DAILY":
        return True
    if parts.frequency == "WEEKLY":
        return day.weekday() == starts_on.weekday()
    same_day = day.day == starts_on.day
    return same_day and (parts.frequency == "MONTHLY" or bool(parts.months) or day.month == starts_on.month)


def days_by(parts: Parts, starts_on: date, last: date) -> list[date]:
    """All days up to `last` on which the rule fires."""
    first = period(parts, starts_on)
    begin = starts_on - timedelta(days=366)
    by_period: dict[int, list[date]] = {}
    day = begin
    while day <= last + timedelta(days=366):
        if named(parts, starts_on, day) and (period(parts, day) - first) % parts.interval == 0:
            by_period.setdefault(period(parts, day), []).append(day)
        day += DAY
    found: list[date] = []
    for key in sorted(by_period):
        inside = by_period[key]
        if parts.positions:
            inside = [one for nth, one in enumerate(inside) if {nth + 1, nth - len(inside)} & set(parts.positions)]
        found += [one for one in inside if one >= starts_on]
    if parts.count:
        found = found[: parts.count]
    return [one for one in found if one <= last and (parts.until is None or one <= parts.until)]


def moment_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first moment at which the wall clock shows a time; of one that it skips, as if clocks were not changed yet."""
    wanted = datetime.combine(day, wall)
    at = datetime.combine(day, wall, tzinfo=UTC) - timedelta(hours=16)
    before = at
    for _ in range(32 * 60):
        shown = at.astimezone(zone).replace(tzinfo=None)
        if shown == wanted:
            return at
        if shown < wanted:
            before = at
        at += timedelta(minutes=1)
    return before + (wanted - before.astimezone(zone).replace(tzinfo=None))


def visit_days(
    found: list[date], on_holiday: str, works: Callable[[date], bool | None]
) -> dict[date, tuple[str, date]]:
    """What becomes of each of these days."""
    decided: dict[date, tuple[str, date]] = {}
    for day in found:
        state = works(day)
        if on_holiday == "keep" or state is True:
            decided[day] = ("as_planned", day)
        elif state is None:
            decided[day] = ("unknown", day)
        elif on_holiday == "skip":
            decided[day] = ("skipped", day)
        else:
            other = day
            for _ in range(31):
                other += DAY if on_holiday == "next_workday" else -DAY
                if works(other) is not False:
                    break
            else:
                decided[day] = ("skipped", day)
                continue
            if works(other) is None:
                decided[day] = ("unknown", day)
            elif other in found or ("moved", other) in decided.values():
                decided[day] = ("merged", day)
            else:
                decided[day] = ("moved", other)
    return decided
