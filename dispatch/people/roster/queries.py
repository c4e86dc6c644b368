"""What can be asked about rosters: shifts, the patterns they come in, and swaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.people import errors
from dispatch.people.models import Rotation, Shift, ShiftSwap, ShiftType
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


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
