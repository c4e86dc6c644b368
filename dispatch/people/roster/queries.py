"""What can be asked about rosters: shifts and their patterns, who is on duty, and when nobody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.accounts import queries as accounts
from dispatch.people import errors
from dispatch.people.models import RosterDay, Rotation, Shift, ShiftSwap, ShiftType, Technician
from dispatch.people.presence import LONGEST_SHIFT, absences_between
from dispatch.people.roster.places import roster_place
from dispatch.people.roster.timing import holes
from dispatch.people.rules.queries import rules_of
from dispatch.people.spans import Span, without
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

MOST_ON_DUTY = 500


@dataclass(frozen=True, slots=True)
class ShiftTypeRow:
    """A shift as it recurs, by the local clock."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID | None
    code: str
    name: str
    starts: str
    ends: str
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class RotationRow:
    """A cycle of days: for each the code of a shift, or None for a day off."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID | None
    code: str
    name: str
    cycle: list[str | None]
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One person's shift on a day; `removed_at` tells that it is off the roster, and `replaces_id` what it came in place of."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID | None
    technician_id: UUID
    day: date
    type_code: str
    start_at: datetime
    end_at: datetime
    reason: str | None
    replaces_id: UUID | None
    created_by: UUID
    created_at: datetime
    removed_by: UUID | None
    removed_at: datetime | None
    removed_why: str | None


@dataclass(frozen=True, slots=True)
class SwapRow:
    """A proposal to swap two shifts, and what became of it."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID | None
    asker_id: UUID
    other_id: UUID
    asker_shift_id: UUID
    other_shift_id: UUID
    reason: str
    status: str
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None


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


def page_of_shift_types(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    with_retired: bool = False,
) -> Page[ShiftTypeRow]:
    """Return one page of the shifts of places in scope, by code; the key is (code, id)."""
    return _patterns(reading, ShiftType, ShiftTypeRow, limit, after, station_id, group_id, with_retired)


def page_of_rotations(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    with_retired: bool = False,
) -> Page[RotationRow]:
    """Return one page of the rotations of places in scope, by code; the key is (code, id)."""
    return _patterns(reading, Rotation, RotationRow, limit, after, station_id, group_id, with_retired)


def _patterns(
    reading: Reading,
    model: Any,
    row: Any,
    limit: int,
    after: Sequence[Any] | None,
    station_id: UUID | None,
    group_id: UUID | None,
    with_retired: bool,
) -> Page[Any]:
    scope = reading.actor.scope.sees(region=model.region_id, station=model.station_id, group=model.group_id)
    statement = select(*(getattr(model, name) for name in row.__dataclass_fields__)).where(scope)
    if station_id is not None:
        statement = statement.where(model.station_id == station_id)
    if group_id is not None:
        statement = statement.where(model.group_id == group_id)
    if not with_retired:
        statement = statement.where(model.retired_at.is_(None))
    key = (model.code, model.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    return Page(tuple(row(*each) for each in page.items), page.after)


_SHIFT = tuple(getattr(Shift, name) for name in ShiftRow.__dataclass_fields__)


def shift_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which a shift in the caller's scope meets one: of their places' rosters, and their own."""
    return reading.actor.scope.parts(
        region=Shift.region_id, station=Shift.station_id, group=Shift.group_id, owner=Shift.technician_id
    )


def page_of_shifts(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    technician_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    with_removed: bool = False,
) -> Page[ShiftRow]:
    """Return one page of the shifts in scope that begin in a time, the earliest first; the key is (start_at, id)."""
    equal = {Shift.station_id: station_id, Shift.group_id: group_id, Shift.technician_id: technician_id}
    statement = select(*_SHIFT).where(*(column == value for column, value in equal.items() if value is not None))
    if since is not None:
        statement = statement.where(Shift.start_at >= since)
    if until is not None:
        statement = statement.where(Shift.start_at < until)
    if not with_removed:
        statement = statement.where(Shift.removed_at.is_(None))
    page: Page[Any] = read_page(
        reading.session,
        statement,
        key=(Shift.start_at, Shift.id),
        limit=limit,
        after=after,
        descending=False,
        any_of=shift_parts(reading),
    )
    return Page(tuple(ShiftRow(*row) for row in page.items), page.after)


def shift(reading: Reading, shift_id: UUID) -> ShiftRow:
    """Return a shift in scope, also one that was removed. Raises NotFound (people.shift_unknown)."""
    row = reading.session.execute(select(*_SHIFT).where(Shift.id == shift_id, or_(*shift_parts(reading)))).one_or_none()
    if row is None:
        raise errors.SHIFT_UNKNOWN()
    return ShiftRow(*row)


def swap_options(reading: Reading, shift_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[ShiftRow]:
    """Return the coming shifts of others on the roster of a shift in scope, the earliest first; the key is (start_at, id).

    Raises NotFound (people.shift_unknown).
    """
    mine = shift(reading, shift_id)
    statement = select(*_SHIFT).where(
        Shift.place_id == (mine.group_id or mine.station_id),
        Shift.day >= reading.now.date() - timedelta(days=1),
        Shift.start_at > reading.now,
        Shift.technician_id != mine.technician_id,
        Shift.removed_at.is_(None),
    )
    key = (Shift.start_at, Shift.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    return Page(tuple(ShiftRow(*row) for row in page.items), page.after)


def page_of_swaps(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, status: str | None = None
) -> Page[SwapRow]:
    """Return one page of the swaps in scope and those that concern oneself, the newest first; the key is (asked_at, id)."""
    statement = select(*(getattr(ShiftSwap, name) for name in SwapRow.__dataclass_fields__))
    if status is not None:
        statement = statement.where(ShiftSwap.status == status)
    scope = reading.actor.scope
    parts = scope.parts(
        region=ShiftSwap.region_id, station=ShiftSwap.station_id, group=ShiftSwap.group_id, owner=ShiftSwap.asker_id
    )
    parts.append(ShiftSwap.other_id == reading.actor.user_id)
    key = (ShiftSwap.asked_at, ShiftSwap.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, any_of=parts)
    return Page(tuple(SwapRow(*row) for row in page.items), page.after)


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
        _shifts_for(group_id, place.station_id, span).order_by(Shift.start_at, Shift.id).limit(MOST_ON_DUTY)
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


def _shifts_for(group_id: UUID | None, station_id: UUID, span: Span) -> Any:
    """Select the shifts in a time on the roster of a place, and those of people who belong there."""
    roster = Shift.station_id == station_id if group_id is None else Shift.group_id == group_id
    home = Technician.station_id == station_id if group_id is None else Technician.group_id == group_id
    names = ("id", "technician_id", "type_code", "start_at", "end_at")
    return (
        select(*(getattr(Shift, name) for name in names), Technician.group_id.label("home_id"))
        .join(Technician, Technician.id == Shift.technician_id)
        .where(
            Shift.region_id == Technician.region_id,
            or_(roster, home),
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
    rows = reading.session.execute(_shifts_for(group_id, place.station_id, span)).all()
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
