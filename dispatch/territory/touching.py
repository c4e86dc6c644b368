"""What concerns the places of a caller, though it lies at another: what holds them, and what they answer for."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from dispatch.territory.models import PlaceDuty, Zone
from dispatch.territory.places import Places
from dispatch.territory.queries import zone_scope
from dispatch.territory.rows import ZoneRow
from kernel.unit_of_work import Reading


def answered_for(reading: Reading) -> Select[UUID]:
    """Return the statement for the ids of the places that the caller answers for now, for a condition."""
    return select(PlaceDuty.place_id).where(
        PlaceDuty.user_id == reading.actor.user_id,
        PlaceDuty.valid_from <= reading.now,
        or_(PlaceDuty.valid_to.is_(None), PlaceDuty.valid_to > reading.now),
    )


def touching(reading: Reading, *, station: Any, group: Any, zone: Any) -> list[ColumnElement[bool]]:
    """Return the conditions of which a row meets one whose place is a zone that the caller sees or answers for, or holds one.

    The columns hold the row's station, and its group and zone where it is no larger.
    """
    if reading.actor.scope.everywhere:
        return []
    mine = or_(zone_scope(reading), Zone.id.in_(answered_for(reading)))
    return [
        zone.in_(select(Zone.id).where(mine)),
        and_(zone.is_(None), group.in_(select(Zone.group_id).where(mine))),
        and_(group.is_(None), station.in_(select(Zone.station_id).where(mine))),
    ]


def working_zones_within(reading: Reading, places: Collection[Places]) -> list[ZoneRow]:
    """Return the working zones of these stations, groups and zones by id, without a scope of its own. One statement."""
    if not places:
        return []
    inside = (
        Zone.id == one.zone_id
        if one.zone_id is not None
        else Zone.group_id == one.group_id
        if one.group_id is not None
        else Zone.station_id == one.station_id
        for one in places
    )
    columns = (getattr(Zone, name) for name in ZoneRow.__dataclass_fields__)
    rows = reading.session.execute(select(*columns).where(or_(*inside), Zone.retired_at.is_(None)).order_by(Zone.id))
    return [ZoneRow(*row) for row in rows]
