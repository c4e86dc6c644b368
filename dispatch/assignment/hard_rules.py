"""What keeps somebody from a piece of work: every reason, the cheap rules first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from dispatch.assignment.rules import AssignmentRule, Exclusion, Nearness
from dispatch.assignment.travel import KILOMETRE, estimate
from dispatch.assignment.work import Booking, Person, Work
from dispatch.people.availability import Absence, Availability, Gap
from dispatch.people.eligibility import bars_on
from dispatch.people.spans import Span, overlaps


@dataclass(frozen=True, slots=True)
class Barrier:
    """Why somebody may not do the work; about time with from when until when, about an overlap with the other order."""

    why: Exclusion
    since: datetime | None = None
    until: datetime | None = None
    order_id: UUID | None = None


LEFT, INACTIVE, ELSEWHERE, DECLINED, CREW_SHORT = (
    Barrier(one)
    for one in (
        Exclusion.LEFT,
        Exclusion.INACTIVE,
        Exclusion.ELSEWHERE,
        Exclusion.DECLINED,
        Exclusion.CREW_SHORT,
    )
)
_WITHIN = {
    Nearness.GROUP: (Nearness.OWNER, Nearness.GROUP),
    Nearness.STATION: (Nearness.OWNER, Nearness.GROUP, Nearness.STATION),
    Nearness.REGION: tuple(Nearness),
}


def barriers(work: Work, person: Person, near: Nearness | None, rule: AssignmentRule, day: date) -> tuple[Barrier, ...]:
    """Return everything that keeps somebody from the work on that day; nothing when they may have it."""
    found: list[Barrier] = []
    if person.left:
        found.append(LEFT)
    if not person.active:
        found.append(INACTIVE)
    if work.skill is not None:
        unable = bars_on(person.skills, work.skill, day, rule.minimum_level)
        found += [Barrier(Exclusion(one.value)) for one in unable]
    if near is None or near not in _WITHIN[work.reach]:
        found.append(ELSEWHERE)
    if work.declined and person.id in work.declined:
        found.append(DECLINED)
    if person.there is not None and not _is_plainly_there(work, person.there):
        found += _gaps(work, person.there)
    if work.window is not None and person.bookings:
        found += _overlaps(work, work.window, person.bookings, rule)
    return tuple(found)


def is_away(work: Work, person: Person) -> bool:
    """Tell whether somebody who answers for a zone cannot be asked at all, so that the deputy stands in."""
    there = person.there
    away = there is not None and any(one.why is Exclusion.ABSENT for one in _gaps(work, there))
    return person.left or not person.active or away


def _is_plainly_there(work: Work, there: Availability) -> bool:
    """Tell of most people at once that nothing keeps them: nobody has planned, or one shift holds the visit, and no absence."""
    if there.absences:
        return False
    if not there.covered:
        return True
    start, end = work.window or (work.at, work.at + work.lasts)
    for one in there.shifts:  # noqa: SIM110 - five thousand times, and any() takes thrice as long
        if one.start <= start and end <= one.end:
            return True
    return False


def _gaps(work: Work, there: Availability) -> Iterator[Barrier]:
    if work.window is not None:
        yield from _gaps_in_window(work.window, there)
    else:
        yield from _gaps_until_due(work, there)


def _gaps_in_window(window: Span, there: Availability) -> Iterator[Barrier]:
    gap = there.gap(window.start, window.end)
    if gap is None:
        return
    yield Barrier(Exclusion(gap.why.value), gap.start, gap.end)
    if gap.why is Gap.ABSENT:
        off = replace(there, absences=()).gap(window.start, window.end)
        if off is not None:
            yield Barrier(Exclusion.OFF_SHIFT, off.start, off.end)


def _gaps_until_due(work: Work, there: Availability) -> Iterator[Barrier]:
    """Without an appointment somebody needs one stretch of free time that is long enough before the work is due."""
    span = Span(work.at, max(work.due_at or work.at, work.at + timedelta(minutes=1)))
    enough = min(work.lasts, span.end - span.start)
    if not there.absences and any(_shared(one, span) >= enough for one in there.shifts):
        return
    if any(_shared(one, span) >= enough for one in there.free()):
        return
    without_absences = replace(there, absences=())
    if any(_shared(one, span) >= enough for one in without_absences.free()):
        yield _absent(span, there.absences)
        return
    yield Barrier(Exclusion.OFF_SHIFT, span.start, span.end)
    if any(overlaps(one.span, span) for one in there.absences):
        yield _absent(span, there.absences)


def _absent(span: Span, absences: tuple[Absence, ...]) -> Barrier:
    met = [one for one in absences if overlaps(one.span, span)]
    return Barrier(Exclusion.ABSENT, min(one.start for one in met), max(one.end for one in met))


def _shared(one: Span, other: Span) -> timedelta:
    return min(one.end, other.end) - max(one.start, other.start)


def _overlaps(work: Work, window: Span, bookings: tuple[Booking, ...], rule: AssignmentRule) -> Iterator[Barrier]:
    """An appointment is in the way when the way there, and what the rules leave between two, do not fit between them."""
    for one in bookings:
        if one.order_id == work.order_id:
            continue
        needed = max(work.gap, timedelta(minutes=rule.buffer_minutes) + _way(work, one, rule))
        if window.start < one.end_at + needed and one.start_at < window.end + needed:
            yield Barrier(Exclusion.OVERLAP, one.start_at, one.end_at, one.order_id)


def _way(work: Work, booking: Booking, rule: AssignmentRule) -> timedelta:
    if rule.speed_kmh == 0 or work.point is None or booking.point is None:
        return timedelta(0)
    low, high = estimate(booking.point, work.point)
    return timedelta(hours=(low + high) / 2 / KILOMETRE / rule.speed_kmh)
