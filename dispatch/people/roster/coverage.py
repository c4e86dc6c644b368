"""Who is on duty, and when nobody is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.accounts import queries as accounts
from dispatch.people.models import RosterDay, Shift, Technician
from dispatch.people.presence import LONGEST_SHIFT, absences_between
from dispatch.people.roster.places import RosterPlace, roster_place
from dispatch.people.roster.timing import holes
from dispatch.people.rules.queries import rules_of
from dispatch.people.spans import Span, without
from kernel.unit_of_work import Reading

MOST_ON_DUTY = 500


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is on duty at a moment, or would be if they were not away (`absent`)."""

    technician_id: UUID
    name: str
    phone: str | None
    group_id: UUID
    shift_id: UUID
    type_code: str
    start_at: datetime
    end_at: datetime
    absent: bool


@dataclass(frozen=True, slots=True)
class RosterGap:
    """A time in which nobody is on duty; `planned` tells whether a roster was published for it."""

    start_at: datetime
    end_at: datetime
    seconds: int
    planned: bool


def on_duty(
    reading: Reading, *, group_id: UUID | None = None, station_id: UUID | None = None, at: datetime | None = None
) -> tuple[OnDuty, ...]:
    """Return who is on duty for a group or station at a moment (None: now): on its roster, or of its people.

    Raises Invalid (people.place_wrong), NotFound (territory.group_unknown, territory.station_unknown).
    """
    place = roster_place(reading, group_id=group_id, station_id=station_id)
    moment = at or reading.now
    span = Span(moment, moment + timedelta(seconds=1))
    rows = reading.session.execute(
        _shifts_for(place, span).order_by(Shift.start_at, Shift.id).limit(MOST_ON_DUTY)
    ).all()
    people = accounts.contacts_of(reading, {row.technician_id for row in rows})
    away = absences_between(reading, {row.technician_id for row in rows}, span)
    return tuple(
        OnDuty(
            row.technician_id,
            people[row.technician_id].name,
            people[row.technician_id].phone,
            row.home_id,
            row.id,
            row.type_code,
            row.start_at,
            row.end_at,
            row.technician_id in away,
        )
        for row in rows
        if row.start_at <= moment < row.end_at
    )


def _shifts_for(place: RosterPlace, span: Span) -> Any:
    """Select the shifts in a time on the roster of a place, and those of people who belong there."""
    if place.group_id is None:
        belongs = or_(Shift.station_id == place.station_id, Technician.station_id == place.station_id)
    else:
        belongs = or_(Shift.group_id == place.group_id, Technician.group_id == place.group_id)
    names = ("id", "technician_id", "type_code", "start_at", "end_at")
    return (
        select(*(getattr(Shift, name) for name in names), Technician.group_id.label("home_id"))
        .join(Technician, Technician.id == Shift.technician_id)
        .where(
            Shift.region_id == place.region_id,
            belongs,
            Shift.removed_at.is_(None),
            Shift.start_at > span.start - LONGEST_SHIFT,
            Shift.start_at < span.end,
            Shift.end_at > span.start,
        )
    )


def roster_gaps(
    reading: Reading,
    *,
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    since: datetime | None = None,
    days: int | None = None,
) -> tuple[RosterGap, ...]:
    """Return the time in the coming days (None: as many as the region's rules say) in which nobody is on duty and there.

    Whoever is away does not count; shifts of the station do for its groups only through their people.

    Raises Invalid (people.place_wrong), NotFound (territory.group_unknown, territory.station_unknown).
    """
    place = roster_place(reading, group_id=group_id, station_id=station_id)
    ahead = days if days is not None else rules_of(reading, [place.region_id])[place.region_id].gap_days
    start = since or reading.now
    span = Span(start, start + timedelta(days=ahead))
    rows = reading.session.execute(_shifts_for(place, span)).all()
    away = absences_between(reading, {row.technician_id for row in rows}, span)
    manned: list[Span] = []
    for row in rows:
        absences = [one.span for one in away.get(row.technician_id, ())]
        manned += without([Span(row.start_at, row.end_at)], absences)
    ids = [place.place_id, place.station_id]
    published = reading.session.execute(
        select(RosterDay.start_at, RosterDay.end_at).where(
            RosterDay.place_id.in_(ids),
            RosterDay.day >= (span.start - timedelta(days=2)).date(),
            RosterDay.day <= (span.end + timedelta(days=2)).date(),
        )
    )
    found = holes(span, manned, (Span(*row) for row in published))
    return tuple(
        RosterGap(one.start, one.end, int((one.end - one.start).total_seconds()), planned) for one, planned in found
    )
