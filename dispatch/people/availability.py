"""When somebody can be sent to a customer: in their shifts, less their absences."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dispatch.people.spans import Span, clipped, overlaps, without


class AbsenceKind(StrEnum):
    """Why somebody is away."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    BUSINESS = "business"
    OTHER = "other"


class Gap(StrEnum):
    """Why somebody cannot come: nobody has put them on duty then, or they are away."""

    OFF_SHIFT = "off_shift"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Absence:
    """An approved absence of somebody, of a kind; aware UTC, the end belongs to it no more."""

    id: UUID
    kind: AbsenceKind
    start: datetime
    end: datetime

    @property
    def span(self) -> Span:
        """From when until when."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Unavailability:
    """Why somebody cannot make a visit: the first stretch of it in which they are off or away, with the absence's kind."""

    why: Gap
    start: datetime
    end: datetime
    kind: AbsenceKind | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """What is known of one person between two moments (aware UTC): their shifts and absences that reach into it, whole.

    `covered` is the time for which a roster was published that speaks for them; outside of it nobody has planned, and they
    count as on shift. `rostered` is False when no roster speaks for any of it.
    """

    span: Span
    shifts: tuple[Span, ...] = ()
    absences: tuple[Absence, ...] = ()
    covered: tuple[Span, ...] = ()

    @property
    def rostered(self) -> bool:
        """Whether a roster speaks for any of this time."""
        return bool(clipped(self.covered, self.span))

    def gap(self, start: datetime, end: datetime) -> Unavailability | None:
        """Return what keeps the person from a visit between two moments, or None; being away goes before being off.

        A visit that takes no time is asked for as one moment. The visit is to lie within `span`.
        """
        visit = Span(start, end) if end > start else Span(start, start)
        for absence in self.absences:
            if _meets(absence.span, visit):
                first = max(absence.start, visit.start)
                return Unavailability(Gap.ABSENT, first, min(absence.end, max(visit.end, first)), absence.kind)
        if any(one.start <= visit.start and visit.end <= one.end for one in self.shifts if _meets(one, visit)):
            return None
        if visit.start == visit.end:
            planned = any(_meets(one, visit) for one in self.covered)
            return Unavailability(Gap.OFF_SHIFT, visit.start, visit.end) if planned else None
        for hole in without(clipped(self.covered, visit), self.shifts):
            return Unavailability(Gap.OFF_SHIFT, hole.start, hole.end)
        return None

    def free(self) -> tuple[Span, ...]:
        """Return the time in which the person can be sent out: on shift, or unplanned, and not away."""
        unplanned = without([self.span], self.covered)
        on_duty = clipped((*self.shifts, *unplanned), self.span)
        return without(on_duty, [one.span for one in self.absences])


def _meets(span: Span, visit: Span) -> bool:
    return overlaps(span, visit) if visit.start < visit.end else span.start <= visit.start < span.end
