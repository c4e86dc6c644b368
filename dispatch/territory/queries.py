"""What can be asked about the territory: lists and details within the caller's scope, and who answers for what."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from dispatch.territory import errors
from dispatch.territory.duties import DutyKind
from dispatch.territory.ground import zone_index
from dispatch.territory.models import MaintenanceGroup, PlaceDuty, Region, Station, Zone
from dispatch.territory.places import Places
from dispatch.territory.rows import DutyRow, GroupRow, RegionRow, StationRow, ZoneDetail, ZoneMap, ZoneRow
from kernel.actor import Level
from kernel.database import Page, count_rows, read_page
from kernel.errors import ErrorCode
from kernel.ordering import Order, Sorts
from kernel.unit_of_work import Reading, UnitOfWork

Row = TypeVar("Row")


def _sorts(model: Any, *more: str) -> Sorts:
    names = ("code", "name", "created_at", *more)
    return Sorts(model.code, model.id, descending=False, by={name: getattr(model, name) for name in names})


REGION_SORTS = _sorts(Region)
STATION_SORTS = _sorts(Station)
GROUP_SORTS = _sorts(MaintenanceGroup)
ZONE_SORTS = _sorts(Zone, "subscribers")


def regions(
    reading: Reading, *, limit: int, after: Sequence[Any] | None = None, sort: str | None = None
) -> Page[RegionRow]:
    """List the regions in scope, and the one that the caller belongs to, by code unless it is sorted otherwise."""
    return _list(reading, Region, RegionRow, _region_scope(reading), limit, after, REGION_SORTS.order(sort))


def region(reading: Reading, region_id: UUID) -> RegionRow:
    """Return a region. Raises NotFound (territory.region_unknown)."""
    return _one(reading, Region, RegionRow, _region_scope(reading), region_id, errors.REGION_UNKNOWN)


def timezones_of(reading: Reading, region_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the time zones (IANA) of regions that the caller knows from something in scope. One statement."""
    rows = reading.session.execute(select(Region.id, Region.timezone).where(Region.id.in_(region_ids)))
    return {row.id: row.timezone for row in rows}


def stations(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    region_id: UUID | None = None,
    with_retired: bool = False,
) -> Page[StationRow]:
    """List the stations in scope by code unless it is sorted otherwise."""
    wanted = (_station_scope(reading), _equal(Station.region_id, region_id), _working(Station, with_retired))
    return _list(reading, Station, StationRow, wanted, limit, after, STATION_SORTS.order(sort))


def station(reading: Reading, station_id: UUID) -> StationRow:
    """Return a station. Raises NotFound (territory.station_unknown)."""
    return _one(reading, Station, StationRow, _station_scope(reading), station_id, errors.STATION_UNKNOWN)


def groups(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    with_retired: bool = False,
) -> Page[GroupRow]:
    """List the maintenance groups in scope by code unless it is sorted otherwise."""
    wanted = (
        _group_scope(reading),
        _equal(MaintenanceGroup.region_id, region_id),
        _equal(MaintenanceGroup.station_id, station_id),
        _working(MaintenanceGroup, with_retired),
    )
    return _list(reading, MaintenanceGroup, GroupRow, wanted, limit, after, GROUP_SORTS.order(sort))


def group(reading: Reading, group_id: UUID) -> GroupRow:
    """Return a maintenance group. Raises NotFound (territory.group_unknown)."""
    return _one(reading, MaintenanceGroup, GroupRow, _group_scope(reading), group_id, errors.GROUP_UNKNOWN)


def zones(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    code: str | None = None,
    with_retired: bool = False,
) -> Page[ZoneRow]:
    """List the zones in scope, by code unless it is sorted otherwise, without their boundaries."""
    wanted = _zones_wanted(reading, region_id, station_id, group_id, code, with_retired)
    return _list(reading, Zone, ZoneRow, wanted, limit, after, ZONE_SORTS.order(sort))


def count_of_zones(
    reading: Reading,
    *,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    code: str | None = None,
    with_retired: bool = False,
) -> int:
    """Return how many zones all pages of `zones` hold."""
    wanted = _zones_wanted(reading, region_id, station_id, group_id, code, with_retired)
    conditions = [one for one in wanted if one is not None]
    return count_rows(reading.session, select(Zone.id).where(*conditions), key=(Zone.id,))


def _zones_wanted(
    reading: Reading,
    region_id: UUID | None,
    station_id: UUID | None,
    group_id: UUID | None,
    code: str | None,
    with_retired: bool,
) -> tuple[ColumnElement[bool] | None, ...]:
    return (
        zone_scope(reading),
        _equal(Zone.region_id, region_id),
        _equal(Zone.station_id, station_id),
        _equal(Zone.group_id, group_id),
        _equal(Zone.code, code),
        _working(Zone, with_retired),
    )


def zone(reading: Reading, zone_id: UUID) -> ZoneDetail:
    """Return a zone with its boundary and who answers for it now. Raises NotFound (territory.zone_unknown)."""
    row = _one(reading, Zone, ZoneRow, zone_scope(reading), zone_id, errors.ZONE_UNKNOWN)
    boundary = reading.session.execute(select(Zone.boundary).where(Zone.id == zone_id)).scalar_one()
    return ZoneDetail(row, boundary, tuple(_duties_at(reading, [zone_id], reading.now)))


def duties(
    reading: Reading, *, place_id: UUID, limit: int, after: Sequence[Any] | None = None, at: datetime | None = None
) -> Page[DutyRow]:
    """List who answered for a place, the latest first; with `at` who did at that moment. A place out of scope has no duties."""
    statement: Select[Any] = select(*_columns(PlaceDuty, DutyRow)).where(
        PlaceDuty.place_id == place_id, duties_in_scope(reading)
    )
    if at is not None:
        statement = statement.where(_in_force(at))
    return _page(
        read_page(reading.session, statement, key=[PlaceDuty.valid_from, PlaceDuty.id], limit=limit, after=after),
        DutyRow,
    )


def holders(reading: Reading, place_ids: Collection[UUID], at: datetime) -> dict[UUID, dict[DutyKind, UUID]]:
    """Tell who answers for each of these places at a moment, and in which capacity. One statement.

    For places that the caller knows from something in scope, such as an order.
    """
    found: dict[UUID, dict[DutyKind, UUID]] = {}
    for duty in _duties_at(reading, place_ids, at):
        found.setdefault(duty.place_id, {})[DutyKind(duty.kind)] = duty.user_id
    return found


def responsible(reading: Reading, zone_ids: Collection[UUID], at: datetime) -> dict[UUID, UUID]:
    """Tell who answers for each of these zones at a moment: the zone manager, or else the deputy. One statement.

    Whoever had left by then comes after whoever had not. A zone that nobody answers for is left out. For zones that the caller
    knows from something in scope.
    """
    last_first = _duties_at(reading, zone_ids, at)
    last_first.sort(key=lambda duty: (duty.is_gone_at(at), duty.kind != DutyKind.ZONE_MANAGER), reverse=True)
    return {duty.place_id: duty.user_id for duty in last_first}


def places_of_zones(reading: Reading, zone_ids: Collection[UUID]) -> dict[UUID, Places]:
    """Return the places of zones in scope; others are left out. In a transaction that writes they stay so until its end."""
    return _places_of(reading, zone_ids, zone_scope(reading))


def held_places(uow: UnitOfWork, zone_ids: Collection[UUID]) -> dict[UUID, Places]:
    """Return the places of zones, and keep them so until the transaction ends: a move waits for it.

    For zones that the caller knows from something in scope. Whoever writes rows with places asks here first.
    """
    return _places_of(uow, zone_ids, true())


def _places_of(reading: Reading, zone_ids: Collection[UUID], wanted: ColumnElement[bool]) -> dict[UUID, Places]:
    columns = (Zone.region_id, Zone.station_id, Zone.group_id, Zone.id)
    statement = select(*columns).where(Zone.id.in_(zone_ids), wanted)
    if isinstance(reading, UnitOfWork):
        # The weakest lock that a move waits for; a foreign key takes it anyhow. In a fixed order.
        statement = statement.order_by(Zone.id).with_for_update(read=True, key_share=True)
    return {row.id: Places(*row) for row in reading.session.execute(statement)}


def subscribers_of(reading: Reading, zone_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many subscribers live in each of these zones; for zones that the caller knows from something in scope."""
    rows = reading.session.execute(select(Zone.id, Zone.subscribers).where(Zone.id.in_(zone_ids)))
    return {row.id: row.subscribers for row in rows}


def places_of_zone(reading: Reading, zone_id: UUID) -> Places:
    """Return the places of a zone. Raises NotFound (territory.zone_unknown)."""
    found = places_of_zones(reading, [zone_id])
    if zone_id not in found:
        raise errors.ZONE_UNKNOWN()
    return found[zone_id]


def codes_of_groups(reading: Reading, group_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the codes of station and group by the group's id, for groups named in rows already in scope. One statement."""
    rows = reading.session.execute(
        select(MaintenanceGroup.id, Station.code, MaintenanceGroup.code.label("group"))
        .join(Station, Station.id == MaintenanceGroup.station_id)
        .where(MaintenanceGroup.id.in_(group_ids))
    )
    return {row.id: (row.code, row.group) for row in rows}


def names_of_stations(reading: Reading, station_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of stations by id: for rows that are in scope already. One statement."""
    rows = reading.session.execute(select(Station.id, Station.name).where(Station.id.in_(set(station_ids))))
    return {row.id: row.name for row in rows}


def places_of_group(reading: Reading, group_id: UUID) -> Places:
    """Return the places of a maintenance group. Raises NotFound (territory.group_unknown)."""
    row = group(reading, group_id)
    return Places(row.region_id, row.station_id, row.id)


def zone_map(reading: Reading, region_id: UUID) -> ZoneMap:
    """Load all working zones of a region: once for an import, not once for each of its rows. See `zone_index`."""
    index = zone_index(reading, region_id)
    rows = reading.session.execute(
        select(*_columns(Zone, ZoneRow)).where(Zone.region_id == region_id, Zone.retired_at.is_(None))
    )
    return ZoneMap(index, {row.id: ZoneRow(*row) for row in rows})


def zone_rows(reading: Reading, zone_ids: Collection[UUID]) -> dict[UUID, ZoneRow]:
    """Return those of these zones that work, by id and in its order, without a scope of its own: for what a position found."""
    if not zone_ids:
        return {}
    rows = reading.session.execute(
        select(*_columns(Zone, ZoneRow)).where(Zone.id.in_(zone_ids), Zone.retired_at.is_(None)).order_by(Zone.id)
    )
    return {row.id: ZoneRow(*row) for row in rows}


def zones_in_scope(reading: Reading, zone_ids: Collection[UUID]) -> dict[UUID, ZoneRow]:
    """Return those of these zones that are in the caller's scope. One statement, none without zones."""
    if not zone_ids:
        return {}
    statement = select(*_columns(Zone, ZoneRow)).where(Zone.id.in_(set(zone_ids)), zone_scope(reading))
    return {row.id: ZoneRow(*row) for row in reading.session.execute(statement)}


def zones_at(reading: Reading, region_id: UUID, lat: float, lon: float) -> tuple[ZoneRow, ...]:
    """Return the working zones of a region at one position in degrees, in the order of their ids; see `zone_index`."""
    return tuple(zone_rows(reading, zone_index(reading, region_id).find(lat, lon)).values())


def duties_in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the duties at places in the caller's scope, and their own."""
    levels = (Level.STATION, Level.GROUP, Level.ZONE)
    inside = (PlaceDuty.place_id.in_(select(_MODELS[level].id).where(in_scope(reading, level))) for level in levels)
    return or_(PlaceDuty.user_id == reading.actor.user_id, *inside)


def _duties_at(reading: Reading, place_ids: Collection[UUID], at: datetime) -> list[DutyRow]:
    rows = reading.session.execute(
        select(*_columns(PlaceDuty, DutyRow))
        .where(PlaceDuty.place_id.in_(place_ids), _in_force(at))
        .order_by(PlaceDuty.kind, PlaceDuty.valid_from)
    )
    return [DutyRow(*row) for row in rows]


def _in_force(at: datetime) -> ColumnElement[bool]:
    return and_(PlaceDuty.valid_from <= at, or_(PlaceDuty.valid_to.is_(None), PlaceDuty.valid_to > at))


def _region_scope(reading: Reading) -> ColumnElement[bool]:
    inside = reading.actor.scope.sees(region=Region.id)
    return inside if reading.actor.region_id is None else or_(inside, Region.id == reading.actor.region_id)


def _station_scope(reading: Reading) -> ColumnElement[bool]:
    return reading.actor.scope.sees(region=Station.region_id, station=Station.id)


def _group_scope(reading: Reading) -> ColumnElement[bool]:
    return reading.actor.scope.sees(
        region=MaintenanceGroup.region_id, station=MaintenanceGroup.station_id, group=MaintenanceGroup.id
    )


def zone_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the zones of the caller's places."""
    return reading.actor.scope.sees(region=Zone.region_id, station=Zone.station_id, group=Zone.group_id, zone=Zone.id)


_MODELS: Mapping[Level, Any] = {Level.STATION: Station, Level.GROUP: MaintenanceGroup, Level.ZONE: Zone}
_SCOPES = {
    Level.REGION: _region_scope,
    Level.STATION: _station_scope,
    Level.GROUP: _group_scope,
    Level.ZONE: zone_scope,
}
UNKNOWN: Mapping[Level, ErrorCode] = {
    Level.REGION: errors.REGION_UNKNOWN,
    Level.STATION: errors.STATION_UNKNOWN,
    Level.GROUP: errors.GROUP_UNKNOWN,
    Level.ZONE: errors.ZONE_UNKNOWN,
}
"""What a place of each level is called that is not in scope."""


def in_scope(reading: Reading, level: Level) -> ColumnElement[bool]:
    """Return the condition that lets through the places of a level that the caller may see."""
    return _SCOPES[level](reading)


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, name) for name in row.__dataclass_fields__]


def _equal(column: Any, value: Any) -> ColumnElement[bool] | None:
    return None if value is None else column == value


def _working(model: Any, with_retired: bool) -> ColumnElement[bool] | None:
    return None if with_retired else model.retired_at.is_(None)


def _list(
    reading: Reading,
    model: Any,
    row: Callable[..., Row],
    wanted: Any,
    limit: int,
    after: Sequence[Any] | None,
    order: Order,
) -> Page[Row]:
    conditions = [one for one in (wanted if isinstance(wanted, tuple) else (wanted,)) if one is not None]
    statement: Select[Any] = select(*_columns(model, row)).where(*conditions)
    page = read_page(reading.session, statement, key=order, limit=limit, after=after)
    return _page(page, row)


def _page(page: Page[Any], row: Callable[..., Row]) -> Page[Row]:
    return Page(tuple(row(*each) for each in page.items), page.after)


def _one(
    reading: Reading, model: Any, row: Callable[..., Row], scope: ColumnElement[bool], key: UUID, error: ErrorCode
) -> Row:
    found = reading.session.execute(select(*_columns(model, row)).where(model.id == key, scope)).one_or_none()
    if found is None:
        raise error()
    return row(*found)
