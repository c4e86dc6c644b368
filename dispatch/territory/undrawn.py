"""Adds zones that are known by name only, and have no boundary yet."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from dispatch.territory import service
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.features import shortened
from dispatch.territory.grouping import fill, unused_codes
from dispatch.territory.importing import GROUP_NAME
from dispatch.territory.models import MaintenanceGroup, Zone
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def add_undrawn_zones(
    uow: UnitOfWork, *, station_id: UUID, names: Sequence[str], group_name: str = GROUP_NAME
) -> list[UUID]:
    """Add zones without a boundary at a station, with a constant number of statements; returns their ids.

    They fill up its groups, then new ones, so that as many as possible hold 3 to 5. Their codes are Z001 and so on.

    Raises NotFound (territory.station_unknown); Forbidden (forbidden).
    """
    places = service.writable_station(uow, station_id)
    above = {"region_id": places.region_id, "station_id": station_id}
    used = set(uow.session.scalars(select(Zone.code).where(Zone.region_id == places.region_id)))
    groups = uow.session.execute(
        select(
            MaintenanceGroup.id, MaintenanceGroup.retired_at, MaintenanceGroup.code, func.count(Zone.id).label("zones")
        )
        .outerjoin(Zone, (Zone.group_id == MaintenanceGroup.id) & Zone.retired_at.is_(None))
        .where(MaintenanceGroup.station_id == station_id)
        .group_by(MaintenanceGroup.id, MaintenanceGroup.retired_at, MaintenanceGroup.code)
        .order_by(MaintenanceGroup.code)
    ).all()
    working = [row for row in groups if row.retired_at is None]
    chosen = fill([row.zones for row in working], len(names))
    missing = max([*chosen, len(working) - 1]) + 1 - len(working)
    fresh = {"created_at": uow.now, "retired_at": None}
    opened = [
        {"id": uow.new_id(), **above, "code": code, "name": group_name.replace("{n}", str(number)), **fresh}
        for code, number in zip(*unused_codes("G{:02d}", {row.code for row in groups}, missing), strict=True)
    ]
    insert_rows(uow.session, MaintenanceGroup, opened)
    group_ids = [*(row.id for row in working), *(row["id"] for row in opened)]
    codes, _ = unused_codes("Z{:03d}", used, len(names))
    undrawn = {
        "boundary": None,
        "coordinate_system": CoordinateSystem.WGS84.value,
        "subscribers": 0,
        "version": 1,
        **fresh,
    }
    zones = [
        {"id": uow.new_id(), **above, "group_id": group_ids[group], "code": code, "name": shortened(name), **undrawn}
        for name, group, code in zip(names, chosen, codes, strict=True)
    ]
    insert_rows(uow.session, Zone, zones)
    return [row["id"] for row in zones]
