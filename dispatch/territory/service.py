"""What can be done with the territory: open, draw, rename and retire places, and appoint who answers for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import insert, select, update

from dispatch import texts
from dispatch.accounts import queries as accounts
from dispatch.accounts.service import announce_person
from dispatch.territory import errors, geometry, queries
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.duties import Duty, DutyKind, appointment
from dispatch.territory.ground import mark_changed
from dispatch.territory.models import MaintenanceGroup, PlaceDuty, Region, Station, Zone
from dispatch.territory.places import Places
from kernel import errors as kernel_errors
from kernel.actor import Level, Role
from kernel.change_feed import open_head
from kernel.database import insert_rows
from kernel.unit_of_work import UnitOfWork

WRITERS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who changes the territory, each within the places they hold the role over."""

ABOVE_STATIONS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})

_MODELS: Mapping[Level, Any] = {
    Level.REGION: Region,
    Level.STATION: Station,
    Level.GROUP: MaintenanceGroup,
    Level.ZONE: Zone,
}
_LEVEL_OF_DUTY = {
    DutyKind.ZONE_MANAGER: Level.ZONE,
    DutyKind.DEPUTY: Level.ZONE,
    DutyKind.GROUP_LEADER: Level.GROUP,
    DutyKind.STATION_MANAGER: Level.STATION,
}


def open_region(uow: UnitOfWork, *, code: str, name: str, timezone: str, region_id: UUID | None = None) -> UUID:
    """Open an operations region, with its change feed. `timezone` is an IANA name such as Asia/Shanghai.

    Raises:
        Forbidden (forbidden): only an administrator of everything may.
        Invalid (invalid, territory.timezone_unknown); Conflict (territory.code_taken).
    """
    if not any(g.role is Role.ADMINISTRATOR and g.level is Level.EVERYWHERE for g in uow.actor.grants):
        raise kernel_errors.FORBIDDEN()
    if timezone not in available_timezones():
        raise errors.TIMEZONE_UNKNOWN(f"{timezone!r} is not an IANA time zone", path="/timezone")
    key = _open(uow, Region, region_id, code=code, name=name, timezone=timezone)
    open_head(uow.session, key)
    return key


def open_station(uow: UnitOfWork, *, region_id: UUID, code: str, name: str, station_id: UUID | None = None) -> UUID:
    """Open a service station in a region.

    Raises:
        NotFound (territory.region_unknown); Forbidden (forbidden); Invalid (invalid);
        Conflict (territory.code_taken): the region has a station of this code.
    """
    queries.region(uow, region_id)
    _check_writer(uow, Places(region_id), ABOVE_STATIONS)
    return _open(uow, Station, station_id, region_id=region_id, code=code, name=name, retired_at=None)


def open_group(uow: UnitOfWork, *, station_id: UUID, code: str, name: str, group_id: UUID | None = None) -> UUID:
    """Open a maintenance group at a station.

    Raises:
        NotFound (territory.station_unknown); Forbidden (forbidden); Invalid (invalid);
        Conflict (territory.code_taken): the station has a group of this code.
    """
    places = writable_station(uow, station_id)
    values = {"region_id": places.region_id, "station_id": station_id, "retired_at": None}
    return _open(uow, MaintenanceGroup, group_id, code=code, name=name, **values)


def writable_station(uow: UnitOfWork, station_id: UUID) -> Places:
    """Lock a station that the actor may change, and return its places.

    Raises NotFound (territory.station_unknown); Forbidden (forbidden).
    """
    places = _places(uow, Level.STATION, station_id)
    _check_writer(uow, places)
    return places


def draw_zone(
    uow: UnitOfWork,
    *,
    group_id: UUID,
    code: str,
    name: str,
    boundary: Mapping[str, Any] | None,
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84,
    subscribers: int = 0,
    zone_id: UUID | None = None,
) -> UUID:
    """Draw a new zone in a maintenance group. `boundary` is GeoJSON; None for one that is not drawn yet.

    Raises:
        NotFound (territory.group_unknown); Forbidden (forbidden); Conflict (territory.code_taken): used in the region;
        Invalid (invalid, territory.subscribers_negative, and what `geometry.read_boundary` raises).
    """
    places = _places(uow, Level.GROUP, group_id)
    _check_writer(uow, places)
    key = _open(
        uow,
        Zone,
        zone_id,
        region_id=places.region_id,
        station_id=places.station_id,
        group_id=group_id,
        code=code,
        name=name,
        **geometry.drawn(boundary, coordinate_system),
        subscribers=_check_subscribers(subscribers),
        version=1,
        retired_at=None,
    )
    mark_changed(uow, places.region_id)
    return key


def redraw_zone(
    uow: UnitOfWork,
    *,
    zone_id: UUID,
    boundary: Mapping[str, Any] | None,
    coordinate_system: CoordinateSystem = CoordinateSystem.WGS84,
    subscribers: int | None = None,
    expected_version: int | None = None,
) -> int:
    """Give a zone another boundary, and another number of subscribers unless that is None. Returns its version.

    Drawn as it is already, its version stays.

    Raises:
        NotFound (territory.zone_unknown); Forbidden (forbidden); Stale (stale): it is not at `expected_version`;
        Invalid (territory.subscribers_negative, and what `geometry.read_boundary` raises).
    """
    values: dict[str, Any] = geometry.drawn(boundary, coordinate_system)
    if subscribers is not None:
        values["subscribers"] = _check_subscribers(subscribers)
    return _change_zone(uow, zone_id, expected_version, values)


def recount(uow: UnitOfWork, *, zone_id: UUID, subscribers: int, expected_version: int | None = None) -> int:
    """Correct a zone's number of subscribers. Returns its version.

    Raises NotFound (territory.zone_unknown); Forbidden (forbidden); Stale (stale); Invalid (territory.subscribers_negative).
    """
    return _change_zone(uow, zone_id, expected_version, {"subscribers": _check_subscribers(subscribers)})


def rename(
    uow: UnitOfWork, *, level: Level, place_id: UUID, name: str, expected_version: int | None = None
) -> int | None:
    """Give a place another name. Returns the version of a zone; other places have none.

    Raises:
        NotFound (territory.*_unknown); Forbidden (forbidden); Stale (stale); Invalid (invalid).
    """
    model = _MODELS[level]
    name = _line(model, "name", name)
    if level is Level.ZONE:
        return _change_zone(uow, place_id, expected_version, {"name": name})
    _check_writer(uow, _places(uow, level, place_id), ABOVE_STATIONS if level is Level.REGION else WRITERS)
    uow.session.execute(update(model).where(model.id == place_id).values(name=name))
    return None


def retire(uow: UnitOfWork, *, level: Level, place_id: UUID) -> None:
    """Take a zone, group or station out of work, now; its history stays. Who answers for it no longer does.

    Raises:
        NotFound (territory.*_unknown); Forbidden (forbidden); Conflict (territory.not_empty): places inside still work.
    """
    model = _MODELS[level]
    places = _places(uow, level, place_id)
    _check_writer(uow, places, ABOVE_STATIONS if level is Level.STATION else WRITERS)
    inside = {Level.STATION: MaintenanceGroup.station_id, Level.GROUP: Zone.group_id}.get(level)
    if inside is not None:
        child = _MODELS[Level.GROUP if level is Level.STATION else Level.ZONE]
        still = select(child.id).where(inside == place_id, child.retired_at.is_(None)).limit(1)
        if uow.session.execute(still).first():
            raise errors.NOT_EMPTY()
    uow.session.execute(
        update(model).where(model.id == place_id, model.retired_at.is_(None)).values(retired_at=uow.now)
    )
    if level is Level.ZONE:
        mark_changed(uow, places.region_id)
    uow.session.execute(
        update(PlaceDuty)
        .where(PlaceDuty.place_id == place_id, PlaceDuty.valid_to.is_(None), PlaceDuty.valid_from <= uow.now)
        .values(valid_to=uow.now)
    )


def appoint(
    uow: UnitOfWork, *, place_id: UUID, kind: DutyKind, user_id: UUID, valid_from: datetime | None = None
) -> UUID:
    """Let somebody answer for a place from a moment on (None: now), ending the duty of whoever does so far.

    Returns the id of the duty; of the present one if that person holds it already.

    Raises:
        NotFound (territory.zone_unknown, territory.group_unknown, territory.station_unknown); Forbidden (forbidden);
        Invalid (territory.person_unknown): no active person of the region has this id;
        Conflict (territory.duty_taken): it would rewrite who answered before; see `duties.appointment`.
    """
    places = _places(uow, _LEVEL_OF_DUTY[kind], place_id)
    _check_writer(uow, places, ABOVE_STATIONS if kind is DutyKind.STATION_MANAGER else WRITERS)
    _check_person(uow, user_id, places.region_id)
    begins = valid_from or uow.now
    change = appointment(_duties(uow, place_id, kind), user_id, begins, uow.now)
    if change.unchanged is not None:
        return change.unchanged.id
    if change.ends is not None:
        _end(uow, change.ends.id, begins)
    key = uow.new_id()
    values = {"region_id": places.region_id, "place_id": place_id, "kind": kind.value, "user_id": user_id}
    uow.session.execute(insert(PlaceDuty).values(id=key, valid_from=begins, valid_to=change.valid_to, **values))
    people = [user_id] if change.ends is None else [user_id, change.ends.user_id]
    for person_id in people:
        announce_person(uow, person_id, places.region_id)
    return key


def relieve_deputy(uow: UnitOfWork, *, zone_id: UUID) -> None:
    """End the duty of a zone's deputy, now. All other duties end only when a successor is appointed.

    Raises NotFound (territory.zone_unknown); Forbidden (forbidden).
    """
    _check_writer(uow, _places(uow, Level.ZONE, zone_id))
    for duty in _duties(uow, zone_id, DutyKind.DEPUTY):
        if duty.holds_at(uow.now):
            _end(uow, duty.id, uow.now)


def _check_person(uow: UnitOfWork, user_id: UUID, region_id: UUID) -> None:
    person = accounts.contacts_of(uow, [user_id]).get(user_id)
    if person is None or not person.active or person.region_id not in (None, region_id):
        raise errors.PERSON_UNKNOWN(path="/user_id")


def _duties(uow: UnitOfWork, place_id: UUID, kind: DutyKind) -> list[Duty]:
    """Load the duties of one kind at a place whose row is locked."""
    columns = (PlaceDuty.id, PlaceDuty.user_id, PlaceDuty.valid_from, PlaceDuty.valid_to)
    rows = uow.session.execute(select(*columns).where(PlaceDuty.place_id == place_id, PlaceDuty.kind == kind.value))
    return [Duty(*row) for row in rows]


def _end(uow: UnitOfWork, duty_id: UUID, at: datetime) -> None:
    uow.session.execute(update(PlaceDuty).where(PlaceDuty.id == duty_id).values(valid_to=at))


def _places(uow: UnitOfWork, level: Level, place_id: UUID) -> Places:
    """Find a place in scope and lock it, so that two people do not change it at once."""
    if level is Level.REGION:
        queries.region(uow, place_id)
        places = Places(place_id)
    elif level is Level.STATION:
        places = Places(queries.station(uow, place_id).region_id, place_id)
    elif level is Level.GROUP:
        places = queries.places_of_group(uow, place_id)
    else:
        places = queries.places_of_zone(uow, place_id)
    model = _MODELS[level]
    uow.session.execute(select(model.id).where(model.id == place_id).with_for_update())
    return places


def _check_writer(uow: UnitOfWork, places: Places, writers: frozenset[Role] = WRITERS) -> None:
    held = uow.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id)
    if held.isdisjoint(writers):
        raise kernel_errors.FORBIDDEN()


def _line(model: Any, name: str, text: str) -> str:
    return texts.line(text, longest=model.__table__.columns[name].type.length, path=f"/{name}")


def _check_subscribers(count: int) -> int:
    if count < 0:
        raise errors.SUBSCRIBERS_NEGATIVE(path="/subscribers")
    return count


def _open(uow: UnitOfWork, model: Any, key: UUID | None, *, code: str, name: str, **values: Any) -> UUID:
    row = {"id": key or uow.new_id(), "code": _line(model, "code", code), "name": _line(model, "name", name), **values}
    row["created_at"] = uow.now
    stored = insert_rows(uow.session, model, [row], on_conflict="DO NOTHING", returning=["id"])
    if not stored:
        raise errors.CODE_TAKEN(f"{code!r} is already used", path="/code")
    opened: UUID = row["id"]
    return opened


def _change_zone(uow: UnitOfWork, zone_id: UUID, expected_version: int | None, values: dict[str, Any]) -> int:
    places = _places(uow, Level.ZONE, zone_id)
    _check_writer(uow, places)
    columns = [getattr(Zone, name) for name in values]
    now = uow.session.execute(select(Zone.version, *columns).where(Zone.id == zone_id)).one()
    version: int = now.version
    if expected_version is not None and expected_version != version:
        raise kernel_errors.STALE(f"the zone is at version {version}")
    if all(getattr(now, name) == value for name, value in values.items()):
        return version
    uow.session.execute(update(Zone).where(Zone.id == zone_id).values(version=version + 1, **values))
    if "boundary" in values:
        mark_changed(uow, places.region_id)
    return version + 1
