"""Cuts the time of a clock into segments: running, outside of working hours, paused, stopped, or not known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from dispatch.sla.calendars import Calendar, Span

HORIZON = timedelta(days=5 * 366)
"""How far ahead a clock is followed."""


class SegmentKind(StrEnum):
    """What a clock does in a stretch of time; only what is `running` counts."""

    RUNNING = "running"
    OFF_HOURS = "off_hours"
    PAUSED = "paused"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Break:
    """A stretch in which a clock does not run, and why. `end` is None while nobody knows when it ends."""

    start: datetime
    end: datetime | None
    kind: SegmentKind
    reason: str | None = None
    approver_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clock's time in which it does one thing."""

    start: datetime
    end: datetime
    kind: SegmentKind
    reason: str | None = None
    approver_id: UUID | None = None

    @property
    def seconds(self) -> int:
        """How long it is."""
        return seconds_of(self.end - self.start)


def seconds_of(length: timedelta) -> int:
    """Return a length in whole seconds."""
    return length // timedelta(seconds=1)


def disjoint(breaks: Iterable[Break]) -> list[Break]:
    """Put breaks in order and cut off of each what an earlier one covers already: overlapping holds count once."""
    found: list[Break] = []
    covered: datetime | None = None
    for one in sorted(breaks, key=lambda one: one.start):
        start = one.start if covered is None else max(one.start, covered)
        if one.end is not None and one.end <= start:
            continue
        found.append(Break(start, one.end, one.kind, one.reason, one.approver_id))
        if one.end is None:
            break
        covered = one.end
    return found


def cut(calendar: Calendar, start: datetime, end: datetime, breaks: Sequence[Break]) -> Iterator[Segment]:
    """Cut the time between two moments into segments that touch each other and leave nothing out.

    `breaks` are disjoint and in order. Between them the calendar decides; from where on it knows nothing, all is unknown.
    """
    here = start
    for one in breaks:
        if one.start >= end:
            break
        if one.start > here:
            yield from _by_calendar(calendar, here, one.start)
        until = end if one.end is None else min(one.end, end)
        if until > max(here, one.start):
            yield Segment(max(here, one.start), until, one.kind, one.reason, one.approver_id)
        here = max(here, until)
    if here < end:
        yield from _by_calendar(calendar, here, end)


def _by_calendar(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Segment]:
    limit = calendar.unknown_from(start)
    known = end if limit is None else min(end, limit)
    here = start
    span: Span
    for span in calendar.spans(start, known):
        if here < span.start:
            yield Segment(here, span.start, SegmentKind.OFF_HOURS)
        yield Segment(span.start, span.end, SegmentKind.RUNNING)
        here = span.end
    if here < known:
        yield Segment(here, known, SegmentKind.OFF_HOURS)
    if known < end:
        yield Segment(max(known, start), end, SegmentKind.UNKNOWN)


def moments(
    calendar: Calendar, start: datetime, breaks: Sequence[Break], amounts: Sequence[int]
) -> tuple[list[datetime | None], datetime | None]:
    """Find the last moments at which no more than these amounts of seconds (ascending) have counted, if nothing more happens.

    An amount that is used up at the end of a shift is exceeded only when the next shift begins. None stands for what is never
    exceeded, or not before the calendar's knowledge ends; the second value is that end, if it was met.
    """
    found: list[datetime | None] = []
    counted = 0
    for segment in cut(calendar, start, start + HORIZON, breaks):
        if segment.kind is SegmentKind.UNKNOWN:
            return found + [None] * (len(amounts) - len(found)), segment.start
        if segment.kind is not SegmentKind.RUNNING:
            continue
        while len(found) < len(amounts) and amounts[len(found)] < counted + segment.seconds:
            found.append(segment.start + timedelta(seconds=amounts[len(found)] - counted))
        if len(found) == len(amounts):
            return found, None
        counted += segment.seconds
    return found + [None] * (len(amounts) - len(found)), None
