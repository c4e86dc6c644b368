"""Stretches of time: put together, and cut out of each other."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of time from a moment until before another, aware UTC."""

    start: datetime
    end: datetime


def overlaps(one: Span, other: Span) -> bool:
    """Tell whether two stretches share any time; those that only touch do not."""
    return one.start < other.end and other.start < one.end


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same time as few stretches in order, none of which touches the next; empty ones vanish."""
    found: list[Span] = []
    for span in sorted(spans):
        if span.end <= span.start:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(Span(*span))
    return tuple(found)


def clipped(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """Return the time of these stretches that lies within another."""
    return merged(Span(max(one.start, within.start), min(one.end, within.end)) for one in spans)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """Return the time of these stretches that lies in none of the holes."""
    cuts = merged(holes)
    found: list[Span] = []
    for span in merged(spans):
        start = span.start
        for cut in cuts:
            if cut.end <= start or cut.start >= span.end:
                continue
            if cut.start > start:
                found.append(Span(start, cut.start))
            start = max(start, cut.end)
        if start < span.end:
            found.append(Span(start, span.end))
    return tuple(found)
