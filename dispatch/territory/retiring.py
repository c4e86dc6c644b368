"""Takes places out of work; their history stays."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.territory import errors
from dispatch.territory.appointing import end_duties_at
from dispatch.territory.deciding import end_decisions
from dispatch.territory.decisions import Ended
from dispatch.territory.events import OpenOrders, PlaceRetired
from dispatch.territory.ground import mark_changed
from dispatch.territory.locking import (
    ABOVE_STATIONS,
    MODELS,
    WRITERS,
    change,
    check_version,
    check_writer,
    lock,
    locked,
    places_of,
)
from dispatch.territory.models import MaintenanceGroup, Station, Zone
from dispatch.territory.sizing import check_sizes, zone_counts
from kernel.actor import Level, Role
from kernel.unit_of_work import UnitOfWork

_WRITERS = {Level.STATION: ABOVE_STATIONS, Level.REGION: frozenset({Role.ADMINISTRATOR})}
_CHILDREN = {Level.REGION: Level.STATION, Level.STATION: Level.GROUP, Level.GROUP: Level.ZONE}


def retire(
    uow: UnitOfWork,
    *,
    level: Level,
    place_id: UUID,
    open_orders: OpenOrders | None = None,
    size_reason: str | None = None,
    expected_version: int | None = None,
) -> int:
    """Take a zone, group, station or region out of work, now, and return its version; its history stays.

    Who answers for it no longer does, and who was to never will. Retired again, nothing changes.

    Raises:
        NotFound (territory.*_unknown); Forbidden (forbidden); Stale (stale); Invalid (invalid);
        Conflict (territory.not_empty): places inside still work, or people; Conflict (territory.size_reason_missing);
        Conflict (work_order.stranded): orders there are open, and `open_orders` does not say what becomes of them.
    """
    row = _locked(uow, level, place_id)
    check_writer(uow, places_of(level, row), _WRITERS.get(level, WRITERS))
    check_version(row, expected_version)
    version: int = row.version
    if row.retired_at is not None:
        return version
    _check_empty(uow, level, place_id)
    if level is Level.ZONE:
        before = zone_counts(uow, [row.group_id])
        check_sizes(uow, row.region_id, before, {row.group_id: before[row.group_id] - 1}, size_reason)
    version = change(uow, level, place_id, {"retired_at": uow.now})
    if level is Level.ZONE:
        mark_changed(uow, row.region_id)
        end_decisions(uow, [place_id], Ended.RETIRED)
    end_duties_at(uow, place_id)
    uow.publish(PlaceRetired(level, places_of(level, row), open_orders))
    return version


def _locked(uow: UnitOfWork, level: Level, place_id: UUID) -> Any:
    """Lock the place; after a zone its group, whose size changes."""
    row = locked(uow, level, place_id)
    if level is Level.ZONE:
        lock(uow, Level.GROUP, [row.group_id])
    return row


def _check_empty(uow: UnitOfWork, level: Level, place_id: UUID) -> None:
    parents = {Level.REGION: Station.region_id, Level.STATION: MaintenanceGroup.station_id, Level.GROUP: Zone.group_id}
    if level in parents:
        inside, child = parents[level], MODELS[_CHILDREN[level]]
        still = select(child.id).where(inside == place_id, child.retired_at.is_(None)).limit(1)
        if uow.session.execute(still).first():
            raise errors.NOT_EMPTY()
