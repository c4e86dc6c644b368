"""Moves zones to other groups, and groups to other stations, with everything that lies there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts.following import follow_places
from dispatch.accounts.service import announce_person
from dispatch.territory import errors, queries
from dispatch.territory.events import MovedLevel, OpenOrders, PlaceMoved, PlacesMoved
from dispatch.territory.locking import (
    change,
    check_version,
    check_working,
    check_writer,
    lock,
    locked_many,
    one_line,
    places_of,
)
from dispatch.territory.models import MaintenanceGroup, PlaceMove, Zone
from dispatch.territory.places import Places
from dispatch.territory.sizing import check_sizes, zone_counts
from dispatch.texts import optional_line
from kernel.actor import Level
from kernel.bulk import insert_rows, update_rows
from kernel.errors import STALE
from kernel.unit_of_work import UnitOfWork

REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ZoneTarget:
    """A zone that is to be in a group; `expected_version` is that of the zone that its mover saw (None: any)."""

    zone_id: UUID
    group_id: UUID
    expected_version: int | None = None


def move_zones(
    uow: UnitOfWork,
    *,
    targets: Sequence[ZoneTarget],
    open_orders: OpenOrders | None = None,
    size_reason: str | None = None,
    reason: str | None = None,
    path: str | None = None,
) -> tuple[UUID, ...]:
    """Move zones to other groups of their region, all or none, and return those that moved; who is there already stays.

    The sizes of the groups are looked at once all have moved, so two groups can swap zones. Rows that lie in the zones follow,
    old ones too. A constant number of statements. Fields are named below `/moves/<index>`, or `path` where there is one move.

    Raises:
        NotFound (territory.zone_unknown, territory.group_unknown); Forbidden (forbidden): for lack of a role at either place;
        Invalid (territory.zone_twice, territory.other_region, invalid), with the path; Stale (stale);
        Conflict (territory.retired, territory.size_reason_missing, work_order.stranded).
    """
    _check_once(targets)
    why = optional_line(reason, longest=REASON_LENGTH, path="/reason")
    zones, groups = _locked(uow, targets)
    moved: list[PlaceMoved] = []
    for index, target in enumerate(targets):
        here = f"/moves/{index}" if path is None else path
        zone, group = zones[target.zone_id], groups[target.group_id]
        check_version(zone, target.expected_version)
        check_writer(uow, places_of(Level.ZONE, zone))
        check_writer(uow, places_of(Level.GROUP, group))
        if zone.group_id == target.group_id:
            continue
        check_working(zone)
        check_working(group, f"{here}/group_id")
        if group.region_id != zone.region_id:
            raise errors.OTHER_REGION(path=f"{here}/group_id")
        after = Places(zone.region_id, group.station_id, group.id, zone.id)
        moved.append(PlaceMoved(places_of(Level.ZONE, zone), after))
    if not moved:
        return ()
    _check_sizes(uow, moved, size_reason)
    rows = [
        {"id": one.after.zone_id, "group_id": one.after.group_id, "station_id": one.after.station_id}
        | {"version": zones[_known(one.after.zone_id)].version + 1}
        for one in moved
    ]
    update_rows(uow.session, Zone, rows, key=["id"])
    event = PlacesMoved(tuple(moved), open_orders=open_orders)
    _record(uow, MovedLevel.ZONE, moved, why)
    _tell(uow, event)
    return tuple(_known(one.after.zone_id) for one in moved)


def move_group(
    uow: UnitOfWork,
    *,
    group_id: UUID,
    station_id: UUID,
    code: str | None = None,
    open_orders: OpenOrders | None = None,
    reason: str | None = None,
    expected_version: int | None = None,
) -> int:
    """Move a group with its zones and people to another station of the region, and return its version.

    `code` is a new one for it, where the station has a group of its present code.

    Raises:
        NotFound (territory.group_unknown, territory.station_unknown); Forbidden (forbidden): for lack of a role at either;
        Stale (stale); Invalid (territory.other_region, invalid); Conflict (territory.retired, territory.code_taken,
        work_order.stranded).
    """
    why = optional_line(reason, longest=REASON_LENGTH, path="/reason")
    group, target, zones = _locked_whole(uow, group_id, station_id)
    check_version(group, expected_version)
    before = places_of(Level.GROUP, group)
    check_writer(uow, before)
    check_writer(uow, places_of(Level.STATION, target))
    if group.station_id == station_id:
        version: int = group.version
        return version
    check_working(group)
    check_working(target, "/station_id")
    if target.region_id != group.region_id:
        raise errors.OTHER_REGION(path="/station_id")
    new_code = one_line(MaintenanceGroup, "code", code or group.code)
    _check_code(uow, station_id, new_code)
    after = replace(before, station_id=station_id)
    moved = [PlaceMoved(replace(before, zone_id=one.id), replace(after, zone_id=one.id)) for one in zones]
    rows = [{"id": one.id, "station_id": station_id, "version": one.version + 1} for one in zones]
    version = change(uow, Level.GROUP, group_id, {"station_id": station_id, "code": new_code})
    update_rows(uow.session, Zone, rows, key=["id"])
    group_moved = PlaceMoved(before, after)
    _record(uow, MovedLevel.GROUP, [group_moved], why)
    _tell(uow, PlacesMoved(tuple(moved), (group_moved,), open_orders))
    return version


def _check_once(targets: Sequence[ZoneTarget]) -> None:
    seen: set[UUID] = set()
    for index, target in enumerate(targets):
        if target.zone_id in seen:
            raise errors.ZONE_TWICE(path=f"/moves/{index}/zone_id")
        seen.add(target.zone_id)


def _locked(uow: UnitOfWork, targets: Sequence[ZoneTarget]) -> tuple[dict[UUID, Any], dict[UUID, Any]]:
    """Lock the zones, then the groups on both sides: whoever counts a group's zones holds the group."""
    group_ids = {one.group_id for one in targets}
    zones = locked_many(uow, Level.ZONE, [one.zone_id for one in targets])
    lock(uow, Level.GROUP, group_ids | {zone.group_id for zone in zones.values()})
    return zones, locked_many(uow, Level.GROUP, group_ids)


def _locked_whole(uow: UnitOfWork, group_id: UUID, station_id: UUID) -> tuple[Any, Any, list[Any]]:
    """Lock a group's zones, the group, and the stations on both sides; return the group, its new station, and the zones."""
    from_station = queries.group(uow, group_id).station_id
    inside = select(Zone.id, Zone.version).where(Zone.group_id == group_id).order_by(Zone.id)
    zones = list(uow.session.execute(inside.with_for_update()))
    group = locked_many(uow, Level.GROUP, [group_id])[group_id]
    lock(uow, Level.STATION, {station_id, from_station})
    station = locked_many(uow, Level.STATION, [station_id])[station_id]
    if list(uow.session.execute(inside)) != zones or group.station_id != from_station:
        raise STALE("the group changed just now")
    return group, station, zones


def _check_sizes(uow: UnitOfWork, moved: Sequence[PlaceMoved], reason: str | None) -> None:
    gone = Counter(one.before.group_id for one in moved)
    come = Counter(one.after.group_id for one in moved)
    before = zone_counts(uow, {key for key in (*gone, *come) if key is not None})
    after = {key: count - gone[key] + come[key] for key, count in before.items()}
    check_sizes(uow, moved[0].after.region_id, before, after, reason)


def _check_code(uow: UnitOfWork, station_id: UUID, code: str) -> None:
    same = select(MaintenanceGroup.id).where(MaintenanceGroup.station_id == station_id, MaintenanceGroup.code == code)
    if uow.session.scalar(same) is not None:
        raise errors.CODE_TAKEN(f"{code!r} is already used at that station", path="/code")


def _record(uow: UnitOfWork, level: MovedLevel, moved: Sequence[PlaceMoved], reason: str | None) -> None:
    whole = level is MovedLevel.GROUP
    rows = [
        {
            "id": uow.new_id(),
            "region_id": one.after.region_id,
            "level": level.value,
            "place_id": one.after.group_id if whole else one.after.zone_id,
            "from_station_id": one.before.station_id,
            "to_station_id": one.after.station_id,
            "from_group_id": None if whole else one.before.group_id,
            "to_group_id": None if whole else one.after.group_id,
            "reason": reason,
            "moved_by": uow.actor.user_id,
            "moved_at": uow.now,
        }
        for one in moved
    ]
    insert_rows(uow.session, PlaceMove, rows)


def _tell(uow: UnitOfWork, event: PlacesMoved) -> None:
    """Let roles at these places follow, tell the phones of those who answer for them, then the rooms above."""
    zones, groups = [one.after for one in event.zones], [one.after for one in event.groups]
    follow_places(
        uow,
        [(_known(one.zone_id), _known(one.group_id), _known(one.station_id)) for one in zones],
        [(_known(one.group_id), _known(one.station_id)) for one in groups],
    )
    places = [_known(one.zone_id) for one in zones] + [_known(one.group_id) for one in groups]
    held = queries.holders(uow, places, uow.now)
    people = {user_id for kinds in held.values() for user_id in kinds.values()}
    for user_id in sorted(people):
        announce_person(uow, user_id, (*zones, *groups)[0].region_id)
    uow.publish(event)


def _known(key: UUID | None) -> UUID:
    if key is None:
        raise ValueError("what moves has a place")
    return key
