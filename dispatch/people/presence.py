"""When people are there: the availability of many at once, with a constant number of statements."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from dispatch.people.availability import Absence, AbsenceKind, Availability
from dispatch.people.models import AbsenceRow, RosterDay, Shift, Technician
from dispatch.people.spans import Span, merged
from dispatch.people.states import AbsenceStatus
from kernel.database import one_of
from kernel.unit_of_work import Reading


class Home(NamedTuple):
    """Where a technician belongs."""

    technician_id: UUID
    group_id: UUID
    station_id: UUID


Marks = dict[UUID, set[tuple[UUID, date]]]
"""For which days of the rosters of which places technicians have shifts."""

LONGEST_SHIFT = timedelta(hours=26)
"""A shift may last a day and, when clocks are put back, some time more."""


def availability_of(
    reading: Reading,
    technician_ids: Collection[UUID],
    start: datetime,
    end: datetime,
    *,
    homes: Collection[Home] | None = None,
) -> dict[UUID, Availability]:
    """Return for each of these technicians what is known between two moments (aware). Four statements, three with `homes`.

    Without a scope of its own: for technicians whom the caller knows from something in scope. One who is unknown, or has
    left, is in the answer all the same, with nothing known about them.
    """
    span = Span(start, max(end, start + timedelta(seconds=1)))
    shifts, marks = _shifts(reading, technician_ids, span)
    if homes is None:
        columns = (Technician.id, Technician.group_id, Technician.station_id)
        mine = one_of(reading.session, Technician.id, technician_ids)
        homes = [Home(*row) for row in reading.session.execute(select(*columns).where(mine))]
    wanted = {place_id for _, *home in homes for place_id in home}
    wanted |= {place_id for each in marks.values() for place_id, _ in each}
    covered = _covered(homes, marks, _roster_days(reading, wanted, span))
    absences = absences_between(reading, technician_ids, span)
    return {
        key: Availability(span, tuple(shifts.get(key, ())), tuple(absences.get(key, ())), covered.get(key, ()))
        for key in technician_ids
    }


def _covered(
    homes: Collection[Home], marks: Marks, days: Mapping[UUID, Mapping[date, Span]]
) -> dict[UUID, tuple[Span, ...]]:
    """Return for which time a roster speaks for each technician: that of the group, of the station, and where they help out."""
    at_home: dict[tuple[UUID, UUID], tuple[Span, ...]] = {}
    found: dict[UUID, tuple[Span, ...]] = {}
    for technician_id, *home in homes:
        group_id, station_id = home
        if (group_id, station_id) not in at_home:
            at_home[group_id, station_id] = merged(
                span for place_id in home for span in days.get(place_id, {}).values()
            )
        found[technician_id] = at_home[group_id, station_id]
        # Whoever helps out elsewhere is planned on those days, even if nobody plans at home.
        away = [
            days[place_id][day]
            for place_id, day in marks.get(technician_id, ())
            if place_id != group_id and place_id != station_id and day in days.get(place_id, ())
        ]
        if away:
            found[technician_id] = merged((*found[technician_id], *away))
    return found


def _shifts(reading: Reading, technician_ids: Collection[UUID], span: Span) -> tuple[dict[UUID, list[Span]], Marks]:
    """Return the shifts of each, and for which days of which rosters they are."""
    rows = reading.session.execute(
        select(Shift.technician_id, Shift.place_id, Shift.day, Shift.start_at, Shift.end_at)
        .where(
            one_of(reading.session, Shift.technician_id, technician_ids),
            Shift.removed_at.is_(None),
            Shift.start_at > span.start - LONGEST_SHIFT,
            Shift.start_at < span.end,
            Shift.end_at > span.start,
        )
        .order_by(Shift.start_at)
    )
    spans: dict[UUID, list[Span]] = {}
    marks: Marks = {}
    for technician_id, place_id, day, start_at, end_at in rows:
        spans.setdefault(technician_id, []).append(Span(start_at, end_at))
        marks.setdefault(technician_id, set()).add((place_id, day))
    return spans, marks


def _roster_days(reading: Reading, place_ids: Collection[UUID], span: Span) -> dict[UUID, dict[date, Span]]:
    nearly = timedelta(days=2)
    rows = reading.session.execute(
        select(RosterDay.place_id, RosterDay.day, RosterDay.start_at, RosterDay.end_at).where(
            one_of(reading.session, RosterDay.place_id, place_ids),
            RosterDay.day >= (span.start - nearly).date(),
            RosterDay.day <= (span.end + nearly).date(),
            RosterDay.start_at < span.end,
            RosterDay.end_at > span.start,
        )
    )
    found: dict[UUID, dict[date, Span]] = {}
    for place_id, day, start_at, end_at in rows:
        found.setdefault(place_id, {})[day] = Span(start_at, end_at)
    return found


def absences_between(reading: Reading, technician_ids: Collection[UUID], span: Span) -> dict[UUID, list[Absence]]:
    """Return the approved absences of these technicians that reach into a time, the earliest first. One statement."""
    rows = reading.session.execute(
        select(AbsenceRow.technician_id, AbsenceRow.id, AbsenceRow.kind, AbsenceRow.start_at, AbsenceRow.end_at)
        .where(
            one_of(reading.session, AbsenceRow.technician_id, technician_ids),
            AbsenceRow.status == AbsenceStatus.APPROVED.value,
            AbsenceRow.end_at > span.start,
            AbsenceRow.start_at < span.end,
        )
        .order_by(AbsenceRow.start_at)
    )
    found: dict[UUID, list[Absence]] = {}
    for technician_id, key, kind, start_at, end_at in rows:
        found.setdefault(technician_id, []).append(Absence(key, AbsenceKind(kind), start_at, end_at))
    return found
