"""How the shifts of a roster are locked, checked, stored and taken off, and who hears of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.people import errors
from dispatch.people.models import Shift
from dispatch.people.presence import LONGEST_SHIFT
from dispatch.people.roster.places import RosterPlace
from dispatch.people.roster.timing import TimedShift
from dispatch.people.spans import Span, overlaps
from dispatch.turns import take_turn
from kernel.bulk import insert_rows
from kernel.change_feed import Change, scope_of
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork

TURN = "roster"
"""Commands on the roster of one place take turns: they lock its days, people and shifts, and must not wait for each other."""


def locked_shifts(uow: UnitOfWork, ids: Collection[UUID], *, whole_roster_of: UUID | None = None) -> dict[UUID, Any]:
    """Lock those of these shifts that the actor may see, also removed ones; and those of one roster, if its id is given.

    It waits for its turn on their rosters first. Two statements, and one for each roster.
    """
    sees = uow.actor.scope.sees(
        region=Shift.region_id, station=Shift.station_id, group=Shift.group_id, owner=Shift.technician_id
    )
    seen = sees if whole_roster_of is None else sees | (Shift.place_id == whole_roster_of)
    places = uow.session.scalars(select(Shift.place_id).where(Shift.id.in_(ids), seen).distinct())
    for place_id in sorted(places):
        take_turn(uow, TURN, str(place_id))
    names = ("id", "region_id", "station_id", "group_id", "place_id", "technician_id", "day", "type_code", "start_at")
    columns = (getattr(Shift, name) for name in (*names, "end_at", "removed_at"))
    rows = uow.session.execute(select(*columns).where(Shift.id.in_(ids), seen).order_by(Shift.id).with_for_update())
    return {row.id: row for row in rows}


def check_free(uow: UnitOfWork, wanted: Mapping[UUID, Span], without: Collection[UUID]) -> None:
    """Check that none of these people, whose rows are locked, has another shift at a time, `without` some shifts.

    Raises Conflict (people.shift_overlaps).
    """
    first = min(span.start for span in wanted.values())
    last = max(span.end for span in wanted.values())
    for row in standing_shifts(uow, wanted, Span(first, last)):
        if row.id not in without and overlaps(Span(row.start_at, row.end_at), wanted[row.technician_id]):
            detail = f"from {row.start_at:%Y-%m-%dT%H:%MZ} to {row.end_at:%Y-%m-%dT%H:%MZ}"
            raise errors.SHIFT_OVERLAPS(detail, path="/technician_id")


def announce_people(uow: UnitOfWork, region_id: UUID, technician_ids: Iterable[UUID]) -> None:
    """Tell the phones of these people that something about them changed."""
    uow.announce(Change(region_id, scope_of("user", key), "me", str(key)) for key in sorted(technician_ids))


def standing_shifts(uow: UnitOfWork, technician_ids: Collection[UUID], span: Span) -> Sequence[Any]:
    """Return the shifts of these people that reach into a time. One statement."""
    return uow.session.execute(
        select(Shift.id, Shift.technician_id, Shift.start_at, Shift.end_at).where(
            one_of(uow.session, Shift.technician_id, technician_ids),
            Shift.removed_at.is_(None),
            Shift.start_at > span.start - LONGEST_SHIFT,
            Shift.start_at < span.end,
            Shift.end_at > span.start,
        )
    ).all()


def insert_shifts(
    uow: UnitOfWork,
    place: RosterPlace,
    shifts: Sequence[TimedShift],
    reason: str | None,
    replaces_id: UUID | None = None,
) -> list[UUID]:
    """Put shifts on the roster of a place, and return their ids in the same order. One statement."""
    keys = [uow.new_id() for _ in shifts]
    rows = [
        {
            "id": key,
            **place.columns(),
            "technician_id": one.technician_id,
            "day": one.day,
            "type_code": one.code,
            "start_at": one.span.start,
            "end_at": one.span.end,
            "reason": reason,
            "replaces_id": replaces_id,
            "created_by": uow.actor.user_id,
            "created_at": uow.now,
        }
        for key, one in zip(keys, shifts, strict=True)
    ]
    insert_rows(uow.session, Shift, rows)
    return keys


def remove_shifts(uow: UnitOfWork, ids: Collection[UUID], why: str) -> None:
    """Take shifts off the roster; they are kept with who did it, when and why. One statement."""
    if ids:
        uow.session.execute(
            update(Shift)
            .where(one_of(uow.session, Shift.id, ids))
            .values(removed_at=uow.now, removed_by=uow.actor.user_id, removed_why=why)
            .execution_options(synchronize_session=False)
        )
