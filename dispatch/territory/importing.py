"""Draws the zones of a GeoJSON file, with the groups that they need; run again it only does what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from dispatch.territory import errors, service
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.coverage import Overlap, overlaps
from dispatch.territory.deciding import end_decisions
from dispatch.territory.decisions import Ended
from dispatch.territory.features import FeatureProblem, Properties, ZoneFeature, read_features
from dispatch.territory.geometry import centre
from dispatch.territory.ground import mark_changed
from dispatch.territory.group_size import OddGroup, out_of_bounds
from dispatch.territory.grouping import by_proximity, unused_codes
from dispatch.territory.models import MaintenanceGroup, Region, Station, Zone
from dispatch.territory.places import Places
from kernel.bulk import insert_rows, update_rows
from kernel.unit_of_work import UnitOfWork

GROUP_NAME = "维护{n}组"


@dataclass(frozen=True, slots=True)
class ZonesImported:
    """What an import of zones came to.

    `odd_groups` hold fewer or more zones than a group should, `overlaps` are pairs of the station's zones that claim the same
    ground, `names` tells the codes of the groups and zones in both.
    """

    drawn: int
    redrawn: int
    untouched: int
    groups_opened: int
    problems: tuple[FeatureProblem, ...]
    odd_groups: tuple[OddGroup, ...]
    overlaps: tuple[Overlap, ...]
    names: Mapping[UUID, str]


def ensure_station(
    uow: UnitOfWork,
    *,
    region: str,
    station: str,
    region_name: str | None = None,
    timezone: str = "Asia/Shanghai",
    station_name: str | None = None,
) -> Places:
    """Find a region and its station by their codes, and open what is not there yet. `timezone` is for a new region.

    Raises what `service.open_region` and `service.open_station` raise.
    """
    region_id = uow.session.scalar(select(Region.id).where(Region.code == region))
    if region_id is None:
        region_id = service.open_region(uow, code=region, name=region_name or region, timezone=timezone)
    station_id = uow.session.scalar(select(Station.id).where(Station.region_id == region_id, Station.code == station))
    if station_id is None:
        station_id = service.open_station(uow, region_id=region_id, code=station, name=station_name or station)
    return Places(region_id, station_id)


def import_zones(
    uow: UnitOfWork,
    *,
    station_id: UUID,
    document: Any,
    properties: Properties | None = None,
    group_name: str = GROUP_NAME,
    system: CoordinateSystem = CoordinateSystem.WGS84,
) -> ZonesImported:
    """Draw the zones of a FeatureCollection at a station, with a constant number of statements. `system` is what it is drawn in.

    A zone whose code the station has is redrawn if the file says otherwise, and left alone if not; its group stays. New zones
    go to the group that the file names (opened if there is none of that code), or else to new groups of neighbours, named by
    `group_name` with `{n}` for the number. A feature that cannot be used is reported, and the others are drawn.

    Raises:
        NotFound (territory.station_unknown); Forbidden (forbidden); Invalid (territory.no_collection).
    """
    places = service.writable_station(uow, station_id)
    features, problems = read_features(document, properties or Properties(), system)
    present = _zones_by_code(uow, places, [feature.code for feature in features])
    mine, new = [], []
    for feature in features:
        known = present.get(feature.code)
        if known is None:
            new.append(feature)
        elif known.station_id != station_id or known.retired_at is not None:
            problems.append(_taken(feature, known))
        else:
            mine.append(feature)
    changed = [row for row in (_redrawn(feature, present[feature.code], system) for feature in mine) if row is not None]
    boundaries = {known.id: known.boundary for known in present.values()}
    update_rows(uow.session, Zone, changed, key=["id"])
    groups, opened = _groups_for(uow, places, new, group_name)
    insert_rows(uow.session, Zone, [_drawn(uow, places, groups[feature.code], feature, system) for feature in new])
    if changed or new:
        mark_changed(uow, places.region_id)
    redrawn = [row["id"] for row in changed if row["boundary"] != boundaries[row["id"]]]
    if redrawn:
        end_decisions(uow, redrawn, Ended.REDRAWN)
    odd, crossing, names = _look_over(uow, station_id)
    return ZonesImported(
        len(new),
        len(changed),
        len(mine) - len(changed),
        opened,
        tuple(sorted(problems, key=lambda one: (one.index, one.path))),
        odd,
        crossing,
        names,
    )


def _zones_by_code(uow: UnitOfWork, places: Places, codes: Sequence[str]) -> dict[str, Any]:
    columns = (Zone.id, Zone.code, Zone.name, Zone.station_id, Zone.boundary, Zone.subscribers, Zone.version)
    rows = uow.session.execute(
        select(*columns, Zone.retired_at).where(Zone.region_id == places.region_id, Zone.code.in_(codes))
    )
    return {row.code: row for row in rows}


def _taken(feature: ZoneFeature, known: Any) -> FeatureProblem:
    why = "was retired" if known.retired_at is not None else "belongs to another station"
    return FeatureProblem(
        feature.index, f"/features/{feature.index}", errors.CODE_TAKEN.code, f"the zone {feature.code!r} {why}"
    )


def _redrawn(feature: ZoneFeature, known: Any, system: CoordinateSystem) -> dict[str, Any] | None:
    subscribers = known.subscribers if feature.subscribers is None else feature.subscribers
    if (feature.boundary, feature.name, subscribers) == (known.boundary, known.name, known.subscribers):
        return None
    return {
        "id": known.id,
        "boundary": feature.boundary,
        "coordinate_system": system.value,
        "name": feature.name,
        "subscribers": subscribers,
        "version": known.version + 1,
    }


def _drawn(
    uow: UnitOfWork, places: Places, group_id: UUID, feature: ZoneFeature, system: CoordinateSystem
) -> dict[str, Any]:
    return {
        "id": uow.new_id(),
        "region_id": places.region_id,
        "station_id": places.station_id,
        "group_id": group_id,
        "code": feature.code,
        "name": feature.name,
        "boundary": feature.boundary,
        "coordinate_system": system.value,
        "subscribers": feature.subscribers or 0,
        "version": 1,
        "created_at": uow.now,
        "retired_at": None,
    }


def _groups_for(
    uow: UnitOfWork, places: Places, features: Sequence[ZoneFeature], group_name: str
) -> tuple[dict[str, UUID], int]:
    """Say which group each new zone goes to, by the zone's code, and open those that are missing."""
    rows = uow.session.execute(
        select(MaintenanceGroup.code, MaintenanceGroup.id).where(MaintenanceGroup.station_id == places.station_id)
    )
    known = {row.code: row.id for row in rows}
    wanted: dict[str, str] = {feature.code: feature.group for feature in features if feature.group}
    names = {feature.group: feature.group for feature in features if feature.group}
    alone = [feature for feature in features if not feature.group]
    parts = by_proximity([centre(feature.boundary) for feature in alone])
    for code, number, members in zip(*unused_codes("G{:02d}", known, len(parts)), parts, strict=True):
        names[code] = group_name.replace("{n}", str(number))
        wanted.update({alone[nth].code: code for nth in members})
    missing = sorted(set(wanted.values()) - set(known))
    opened = [
        {
            "id": uow.new_id(),
            "region_id": places.region_id,
            "station_id": places.station_id,
            "code": code,
            "name": names[code],
            "created_at": uow.now,
            "retired_at": None,
        }
        for code in missing
    ]
    insert_rows(uow.session, MaintenanceGroup, opened)
    known |= {row["code"]: row["id"] for row in opened}
    return {zone_code: known[group_code] for zone_code, group_code in wanted.items()}, len(opened)


def _look_over(uow: UnitOfWork, station_id: UUID) -> tuple[tuple[OddGroup, ...], tuple[Overlap, ...], dict[UUID, str]]:
    """Look at the whole station as it is now: its groups' sizes, and the ground that two zones claim."""
    counts = uow.session.execute(
        select(MaintenanceGroup.id, MaintenanceGroup.code, func.count(Zone.id).label("zones"))
        .outerjoin(Zone, (Zone.group_id == MaintenanceGroup.id) & Zone.retired_at.is_(None))
        .where(MaintenanceGroup.station_id == station_id, MaintenanceGroup.retired_at.is_(None))
        .group_by(MaintenanceGroup.id, MaintenanceGroup.code)
    ).all()
    zones = uow.session.execute(
        select(Zone.id, Zone.code, Zone.boundary).where(
            Zone.station_id == station_id, Zone.retired_at.is_(None), Zone.boundary.is_not(None)
        )
    ).all()
    odd = tuple(out_of_bounds({row.id: row.zones for row in counts}))
    crossing = tuple(overlaps({row.id: row.boundary for row in zones if row.boundary is not None}))
    involved = {one.group_id for one in odd} | {key for one in crossing for key in (one.first, one.second)}
    names = {row.id: row.code for row in (*counts, *zones) if row.id in involved}
    return odd, crossing, names
