"""A plan with its times: which shifts overlap, and what changes from one plan to another."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from uuid import UUID

from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.shift_times import shift_span
from dispatch.people.spans import Span, overlaps, without


@dataclass(frozen=True, slots=True)
class TimedShift:
    """Somebody's shift of a code for a day, from when until when."""

    technician_id: UUID
    day: date
    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clash:
    """Two shifts of one person at the same time: by their numbers in the list, the later one first."""

    nth: int
    other: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new plan adds and takes away; all else stays as it is."""

    added: tuple[TimedShift, ...]
    removed: tuple[UUID, ...]
    kept: int


def timed(shifts: Iterable[PlannedShift], types: Mapping[str, tuple[str, str]], timezone: tzinfo) -> list[TimedShift]:
    """Give planned shifts their times; `types` has start and end by code. Those that the clocks skip whole are left out."""
    found = [
        TimedShift(one.technician_id, one.day, one.code, shift_span(one.day, *types[one.code], timezone))
        for one in shifts
    ]
    return [one for one in found if one.span.start < one.span.end]


def clashes(shifts: Sequence[tuple[UUID, Span]]) -> list[Clash]:
    """Find shifts of one person that overlap, each once with the one that it overlaps first."""
    lasting = [nth for nth, (_, span) in enumerate(shifts) if span.start < span.end]
    order = sorted(lasting, key=lambda nth: (shifts[nth][0], shifts[nth][1], nth))
    found = []
    reach: tuple[UUID, Span, int] | None = None
    for nth in order:
        who, span = shifts[nth]
        if reach is not None and reach[0] == who and overlaps(reach[1], span):
            found.append(Clash(max(nth, reach[2]), min(nth, reach[2])))
        if reach is None or reach[0] != who or span.end > reach[1].end:
            reach = (who, span, nth)
    return sorted(found, key=lambda clash: clash.nth)


def difference(present: Mapping[UUID, TimedShift], wanted: Collection[TimedShift]) -> Difference:
    """Compare the shifts that are there, by id, with those that are wanted."""
    there = {shift: key for key, shift in present.items()}
    new = tuple(shift for shift in wanted if shift not in there)
    still = set(wanted)
    gone = tuple(sorted(key for key, shift in present.items() if shift not in still))
    return Difference(new, gone, len(present) - len(gone))


def holes(asked: Span, manned: Iterable[Span], published: Iterable[Span]) -> list[tuple[Span, bool]]:
    """Return the time in which nobody is on duty, in order; with each whether a roster was published for it."""
    empty = without([asked], manned)
    rosters = list(published)
    unplanned = without(empty, rosters)
    planned_for = without(empty, unplanned)
    return sorted([*((span, True) for span in planned_for), *((span, False) for span in unplanned)])
