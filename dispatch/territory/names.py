"""What places are called, for figures that name them by id."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.territory.models import MaintenanceGroup, Region, Station, Zone
from kernel.actor import Level
from kernel.database import one_of
from kernel.unit_of_work import Reading

_MODELS: Mapping[Level, Any] = {
    Level.REGION: Region,
    Level.STATION: Station,
    Level.GROUP: MaintenanceGroup,
    Level.ZONE: Zone,
}


def names_of(reading: Reading, level: Level, place_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of places of a level that are named in rows already in scope; retired ones too. One statement."""
    if not place_ids:
        return {}
    model = _MODELS[level]
    rows = reading.session.execute(select(model.id, model.name).where(one_of(reading.session, model.id, place_ids)))
    return {row.id: row.name for row in rows}
