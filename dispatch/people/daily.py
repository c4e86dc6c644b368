"""Daily availability: of all technicians of a place on a day, and of one over many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select

from dispatch.people import errors
from dispatch.people import queries as people
from dispatch.people.absences.queries import AbsenceDetail, standing_absences
from dispatch.people.availability import Absence
from dispatch.people.models import AbsenceRow, Shift
from dispatch.people.presence import availability_of
from dispatch.people.roster.places import zone_of
from dispatch.people.roster.queries import ShiftRow
from dispatch.people.roster.shift_times import day_span
from dispatch.people.spans import Span
from dispatch.people.states import STANDING
from kernel.database import Page, UTCDateTime
from kernel.direct import Prepared
from kernel.unit_of_work import Reading

LONGEST_CALENDAR = 92
"""Days."""
COMING = 100
"""Shifts that a phone is told ahead."""
BEGUN = timedelta(days=2)
"""So long before a time a shift may have begun that reaches into it."""
KEPT = timedelta(days=1)
"""How long a phone keeps a shift or an absence that is over."""


@dataclass(frozen=True, slots=True)
class PersonDay:
    """When one technician can be sent out on a day of their region: on shift, or in no roster, and not away."""

    technician_id: UUID
    name: str
    station_id: UUID
    group_id: UUID
    start_at: datetime
    end_at: datetime
    rostered: bool
    shifts: tuple[Span, ...]
    absences: tuple[Absence, ...]
    free: tuple[Span, ...]

    @property
    def free_seconds(self) -> int:
        """How much time that is together."""
        return int(sum((span.end - span.start for span in self.free), timedelta(0)).total_seconds())


@dataclass(frozen=True, slots=True)
class Calendar:
    """The shifts and absences of one technician in some days of their region, and when they can be sent out."""

    technician_id: UUID
    start_at: datetime
    end_at: datetime
    rostered: bool
    shifts: tuple[ShiftRow, ...]
    absences: tuple[AbsenceDetail, ...]
    free: tuple[Span, ...]


def page_of_days(
    reading: Reading,
    *,
    day: date | None = None,
    limit: int,
    after: Sequence[Any] | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
) -> Page[PersonDay]:
    """Return one page of the technicians in scope who have not left, with their day (None: today); the key is (id).

    The day is that of each technician's region. The statements are the same for any number of technicians of a region.
    """
    page = people.page_of_technicians(
        reading,
        limit=limit,
        after=after,
        region_id=region_id,
        station_id=station_id,
        group_id=group_id,
        active=True,
    )
    found: dict[UUID, PersonDay] = {}
    for home in sorted({row.region_id for row in page.items}):
        crew = {row.id: row for row in page.items if row.region_id == home}
        timezone = zone_of(reading, home)
        span = day_span(day or reading.now.astimezone(timezone).date(), timezone)
        for key, one in availability_of(reading, crew, *span).items():
            who = crew[key]
            found[key] = PersonDay(
                key,
                who.name,
                who.station_id,
                who.group_id,
                *span,
                one.rostered,
                one.shifts,
                one.absences,
                one.free(),
            )
    return Page(tuple(found[row.id] for row in page.items), page.after)


def calendar(reading: Reading, technician_id: UUID, *, first_day: date, last_day: date) -> Calendar:
    """Return the calendar of a technician in scope from one day to another, both included.

    Raises NotFound (people.unknown), Invalid (people.span_wrong).
    """
    who = people.technician(reading, technician_id)
    if not 0 <= (last_day - first_day).days < LONGEST_CALENDAR:
        raise errors.SPAN_WRONG(f"from 1 to {LONGEST_CALENDAR} days", path="/last_day")
    timezone = zone_of(reading, who.region_id)
    span = Span(day_span(first_day, timezone).start, day_span(last_day, timezone).end)
    one = availability_of(reading, [technician_id], *span)[technician_id]
    absences = standing_absences(reading, technician_id, span)
    return Calendar(
        technician_id,
        *span,
        one.rostered,
        shifts_of(reading, technician_id, span.start, span.end),
        absences,
        one.free(),
    )


def shifts_of(reading: Reading, technician_id: UUID, since: datetime, until: datetime) -> tuple[ShiftRow, ...]:
    """Return the shifts of a technician in scope that reach into a time, the earliest first. One statement."""
    columns = (getattr(Shift, name) for name in ShiftRow.__dataclass_fields__)
    rows = reading.session.execute(
        select(*columns)
        .where(
            Shift.technician_id == technician_id,
            Shift.removed_at.is_(None),
            Shift.start_at > since - BEGUN,
            Shift.end_at > since,
            Shift.start_at < until,
        )
        .order_by(Shift.start_at)
    )
    return tuple(ShiftRow(*row) for row in rows)


def own_document(reading: Reading) -> dict[str, Any]:
    """Return what the phone of the caller is told about them as a technician: shifts from today on, absences, skills.

    Three statements; all of it is empty for somebody who is none.
    """
    me = reading.actor.user_id
    since = reading.now - KEPT
    return {
        "shifts": [
            one._asdict() for one in _OWN_SHIFTS.named_rows(reading.session, me=me, begun=since - BEGUN, since=since)
        ],
        "absences": [one._asdict() for one in _OWN_ABSENCES.named_rows(reading.session, me=me, since=since)],
        "skills": [
            {
                "skill": one.skill,
                "level": one.level,
                "certificate": one.certificate,
                "valid_until": one.valid_until,
                "bars": [each.value for each in one.bars],
            }
            for one in people.held_skills(reading, [me]).get(me, ())
        ],
    }


_ME, _SINCE = bindparam("me", type_=Uuid()), bindparam("since", type_=UTCDateTime())
_OWN_SHIFTS = Prepared(
    select(Shift.id, Shift.day, Shift.type_code.label("shift"), Shift.start_at, Shift.end_at)
    .where(
        Shift.technician_id == _ME,
        Shift.removed_at.is_(None),
        Shift.start_at > bindparam("begun", type_=UTCDateTime()),
        Shift.end_at > _SINCE,
    )
    .order_by(Shift.start_at)
    .limit(COMING)
)
_OWN_ABSENCES = Prepared(
    select(AbsenceRow.id, AbsenceRow.kind, AbsenceRow.status, AbsenceRow.start_at, AbsenceRow.end_at)
    .where(
        AbsenceRow.technician_id == _ME,
        or_(*(AbsenceRow.status == status.value for status in sorted(STANDING))),  # an IN is only written when it runs
        AbsenceRow.end_at > _SINCE,
    )
    .order_by(AbsenceRow.start_at)
)
