"""What can be done with the patterns of rosters: name the shifts of a place, and the rotations that they come in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch.people import errors
from dispatch.people.authority import LEADERS, check_role
from dispatch.people.models import Rotation, ShiftType
from dispatch.people.roster.places import RosterPlace, roster_place
from dispatch.people.roster.rotation import check_cycle
from dispatch.people.roster.shift_times import check_clock
from dispatch.territory.places import Places
from dispatch.texts import line
from kernel.bulk import insert_rows
from kernel.unit_of_work import Reading, UnitOfWork


def add_shift_type(
    uow: UnitOfWork,
    *,
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    code: str,
    name: str,
    starts: str,
    ends: str,
) -> UUID:
    """Name a shift of a station or group by its times on the wall (`22:00` to `06:00` is over midnight); returns its id.

    Raises:
        Invalid (people.place_wrong, people.clock_wrong, invalid), with the path; Forbidden (forbidden);
        NotFound (territory.group_unknown, territory.station_unknown); Conflict (people.roster_code_taken).
    """
    place = writable_place(uow, group_id=group_id, station_id=station_id)
    values = {"starts": check_clock(starts, path="/starts"), "ends": check_clock(ends, path="/ends")}
    return _add(uow, ShiftType, place, code, name, values)


def add_rotation(
    uow: UnitOfWork,
    *,
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    code: str,
    name: str,
    cycle: Sequence[Any],
) -> UUID:
    """Name a cycle of days, each with the code of a shift or None for a day off, such as 4 on, 2 off; returns its id.

    A group may also use the shifts of its station.

    Raises:
        Invalid (people.place_wrong, people.rotation_wrong, invalid), with the path; Forbidden (forbidden);
        NotFound (territory.group_unknown, territory.station_unknown); Conflict (people.roster_code_taken).
    """
    place = writable_place(uow, group_id=group_id, station_id=station_id)
    checked = check_cycle(cycle, shift_times_of(uow, place))
    return _add(uow, Rotation, place, code, name, {"cycle": checked})


def retire_shift_type(uow: UnitOfWork, *, shift_type_id: UUID) -> None:
    """Take a shift out of use; rosters that have it stay. Raises NotFound (people.shift_type_unknown), Forbidden."""
    _retire(uow, ShiftType, shift_type_id, errors.SHIFT_TYPE_UNKNOWN)


def retire_rotation(uow: UnitOfWork, *, rotation_id: UUID) -> None:
    """Take a rotation out of use. Raises NotFound (people.rotation_unknown), Forbidden (forbidden)."""
    _retire(uow, Rotation, rotation_id, errors.ROTATION_UNKNOWN)


def writable_place(uow: UnitOfWork, *, group_id: UUID | None, station_id: UUID | None) -> RosterPlace:
    """Find a place whose roster the actor keeps; see `places.roster_place` for what is raised, and Forbidden (forbidden)."""
    place = roster_place(uow, group_id=group_id, station_id=station_id)
    check_role(uow, place.places, LEADERS)
    return place


def shift_times_of(reading: Reading, place: RosterPlace) -> dict[str, tuple[str, str]]:
    """Return start and end on the wall of the shifts in use at a place, by code; a group has those of its station, too.

    One statement.
    """
    rows = reading.session.execute(
        select(ShiftType.code, ShiftType.starts, ShiftType.ends, ShiftType.place_id).where(
            ShiftType.place_id.in_([place.place_id, place.station_id]), ShiftType.retired_at.is_(None)
        )
    ).all()
    # What a group names itself goes before what the station names.
    own_last = sorted(rows, key=lambda row: row.place_id == place.place_id)
    return {row.code: (row.starts, row.ends) for row in own_last}


def _add(uow: UnitOfWork, model: Any, place: RosterPlace, code: str, name: str, values: dict[str, Any]) -> UUID:
    row = {
        "id": uow.new_id(),
        **place.columns(),
        "code": line(code, longest=16, path="/code"),
        "name": line(name, longest=80, path="/name"),
        **values,
        "created_at": uow.now,
        "retired_at": None,
    }
    columns = ", ".join(f"{name} = excluded.{name}" for name in ("id", "name", *values, "created_at", "retired_at"))
    again = f"(place_id, code) DO UPDATE SET {columns} WHERE {model.__tablename__}.retired_at IS NOT NULL"
    if not insert_rows(uow.session, model, [row], on_conflict=again, returning=["id"]):
        raise errors.ROSTER_CODE_TAKEN(path="/code")
    key: UUID = row["id"]
    return key


def _retire(uow: UnitOfWork, model: Any, key: UUID, unknown: Any) -> None:
    scope = uow.actor.scope.sees(region=model.region_id, station=model.station_id, group=model.group_id)
    row = uow.session.execute(
        select(model.region_id, model.station_id, model.group_id).where(model.id == key, scope).with_for_update()
    ).one_or_none()
    if row is None:
        raise unknown()
    check_role(uow, Places(*row), LEADERS)
    uow.session.execute(update(model).where(model.id == key, model.retired_at.is_(None)).values(retired_at=uow.now))
