"""Lets rows that carry the places above them follow a place that moved."""

from typing import Any

from dispatch.territory.events import PlacesMoved
from kernel.bulk import update_rows
from kernel.unit_of_work import UnitOfWork


def follow(uow: UnitOfWork, event: PlacesMoved, *tables: Any) -> None:
    """Give the rows of these tables the places that their zone or group has now, whatever their age.

    Each table has `station_id`; those with `zone_id` follow their zone, and those with `group_id` their group. One statement
    for each of these, however many places moved and rows lie there.
    """
    zones = [
        {"zone_id": one.after.zone_id, "group_id": one.after.group_id, "station_id": one.after.station_id}
        for one in event.zones
    ]
    groups = [{"group_id": one.after.group_id, "station_id": one.after.station_id} for one in event.groups]
    for table in tables:
        columns = table.__table__.columns
        if "zone_id" in columns:
            update_rows(uow.session, table, zones, key=["zone_id"])
        if "group_id" in columns:
            update_rows(uow.session, table, groups, key=["group_id"])
