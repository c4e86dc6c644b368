"""Finds places that are to be changed, locks them, and checks that the actor may change them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dispatch import texts
from dispatch.territory import errors, queries
from dispatch.territory.models import MaintenanceGroup, Region, Station, Zone
from dispatch.territory.places import Places
from kernel import errors as kernel_errors
from kernel.actor import Level, Role
from kernel.unit_of_work import Reading, UnitOfWork

WRITERS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who changes the territory, each within the places they hold the role over."""

ABOVE_STATIONS = frozenset({Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})

MODELS: Mapping[Level, Any] = {
    Level.REGION: Region,
    Level.STATION: Station,
    Level.GROUP: MaintenanceGroup,
    Level.ZONE: Zone,
}


def locked(uow: UnitOfWork, level: Level, place_id: UUID, writers: frozenset[Role] = WRITERS) -> Any:
    """Lock a place in scope that the actor may change, so that two people do not change it at once; return its row.

    Raises NotFound (territory.*_unknown), Forbidden (forbidden).
    """
    row = locked_many(uow, level, [place_id])[place_id]
    check_writer(uow, places_of(level, row), writers)
    return row


def locked_many(uow: UnitOfWork, level: Level, place_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Lock places of a level in scope, in the order of their ids, and return their rows.

    Zones are locked before groups, and groups before stations: that is how the foreign keys of new orders go, too.

    Raises NotFound (territory.*_unknown) when one of them is not in scope.
    """
    model = MODELS[level]
    columns = [column for column in model.__table__.columns if column.name != "boundary"]
    statement = select(*columns).where(model.id.in_(place_ids), queries.in_scope(uow, level))
    rows = {row.id: row for row in uow.session.execute(statement.order_by(model.id).with_for_update())}
    if len(rows) < len(set(place_ids)):
        raise queries.UNKNOWN[level]()
    return rows


def lock(uow: UnitOfWork, level: Level, place_ids: Collection[UUID]) -> None:
    """Lock places of a level in the order of their ids, before some of them are looked at one by one."""
    model = MODELS[level]
    uow.session.execute(select(model.id).where(model.id.in_(place_ids)).order_by(model.id).with_for_update()).all()


def places_of(level: Level, row: Any) -> Places:
    """Return a row's place with all that is above it."""
    if level is Level.REGION:
        return Places(row.id)
    if level is Level.STATION:
        return Places(row.region_id, row.id)
    return Places(row.region_id, row.station_id, *((row.id,) if level is Level.GROUP else (row.group_id, row.id)))


def check_writer(uow: Reading, places: Places, writers: frozenset[Role] = WRITERS) -> None:
    """Refuse who may not change the territory there. Raises Forbidden (forbidden)."""
    held = uow.actor.roles_over(places.region_id, places.station_id, places.group_id, places.zone_id)
    if held.isdisjoint(writers):
        raise kernel_errors.FORBIDDEN()


def check_working(row: Any, path: str = "") -> None:
    """Refuse a place that is retired. Raises Conflict (territory.retired)."""
    if row.retired_at is not None:
        raise errors.RETIRED(f"{row.code} was retired", path=path or None)


def check_version(row: Any, expected_version: int | None) -> None:
    """Refuse a change that would overwrite somebody else's. Raises Stale (stale)."""
    if expected_version is not None and expected_version != row.version:
        raise kernel_errors.STALE(f"it is at version {row.version}")


def change(uow: UnitOfWork, level: Level, place_id: UUID, values: Mapping[str, Any]) -> int:
    """Give a locked place other values, and return its version: the next one, unless it has these values already."""
    model = MODELS[level]
    columns = [getattr(model, name) for name in values]
    now = uow.session.execute(select(model.version, *columns).where(model.id == place_id)).one()
    version: int = now.version
    if all(getattr(now, name) == value for name, value in values.items()):
        return version
    uow.session.execute(update(model).where(model.id == place_id).values(version=version + 1, **values))
    return version + 1


def one_line(model: Any, name: str, text: str) -> str:
    """Return a text that fits its column. Raises Invalid (invalid) with its path."""
    return texts.line(text, longest=model.__table__.columns[name].type.length, path=f"/{name}")
