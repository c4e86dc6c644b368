"""What places are called: their names, for figures that name them by id, and which ones some codes lead to."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.territory.models import MaintenanceGroup, Region, Station, Zone
from dispatch.territory.places import Places
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


Coded = tuple[Level, tuple[str, ...]]
"""A place by codes, from the region down: of a station its region's and its own, of a zone those of region and zone."""


def places_by_codes(reading: Reading, wanted: Collection[Coded]) -> dict[Coded, Places]:
    """Return the working places that these codes lead to; what leads nowhere is left out. Without a scope of its own.

    A statement for each level that is asked for.
    """
    found: dict[Coded, Places] = {}
    for level in {level for level, _ in wanted}:
        model, path, columns = _CODES[level]
        codes = [codes for of, codes in wanted if of is level]
        statement = select(*(one.code for one in path), *columns).select_from(model)
        for one in path:
            statement = statement.where(
                one.id == getattr(model, f"{_NAMES[one]}_id", model.id), one.retired_at.is_(None)
            )
        for index, one in enumerate(path):
            statement = statement.where(one.code.in_({each[index] for each in codes if len(each) == len(path)}))
        for row in reading.session.execute(statement):
            found[level, tuple(row[: len(path)])] = Places(*row[len(path) :])
    return {key: places for key, places in found.items() if key in wanted}


_NAMES: Mapping[Any, str] = {Region: "region", Station: "station", MaintenanceGroup: "group", Zone: "zone"}
_CODES: Mapping[Level, tuple[Any, tuple[Any, ...], tuple[Any, ...]]] = {
    Level.REGION: (Region, (Region,), (Region.id,)),
    Level.STATION: (Station, (Region, Station), (Station.region_id, Station.id)),
    Level.GROUP: (
        MaintenanceGroup,
        (Region, Station, MaintenanceGroup),
        (MaintenanceGroup.region_id, MaintenanceGroup.station_id, MaintenanceGroup.id),
    ),
    Level.ZONE: (Zone, (Region, Zone), (Zone.region_id, Zone.station_id, Zone.group_id, Zone.id)),
}
