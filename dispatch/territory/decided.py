"""Finds the zone of a place: by the map, or else by what people decided about it; and lists those decisions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.territory import errors
from dispatch.territory.decisions import SAME_PLACE_METRES, Decision, Located, Whereabouts, address_key, locate
from dispatch.territory.ground import zone_index
from dispatch.territory.models import Zone, ZoneDecision, ZoneDecisionZone
from dispatch.territory.queries import zone_scope
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

DEGREES_PER_METRE = 1 / 110_000
"""A little more than it is anywhere along a meridian: a box that is too large does no harm."""
MANY_PLACES = 3
"""From so many places on, all decisions of the region are read at once: people make them one by one, so there are few."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as lists show it. `end_reason` tells why it no longer holds, if it does not."""

    id: UUID
    region_id: UUID
    zone_id: UUID
    lat: float | None
    lon: float | None
    address: str | None
    decided_by: UUID
    decided_at: datetime
    ended_at: datetime | None
    ended_by: UUID | None
    end_reason: str | None
    note: str | None


def find_zone(reading: Reading, region_id: UUID, where: Whereabouts) -> Located:
    """Say where a place in a region lies. At most three statements, two when the map knows; see `find_zones`."""
    return find_zones(reading, region_id, [where])[0]


def find_zones(reading: Reading, region_id: UUID, places: Sequence[Whereabouts]) -> list[Located]:
    """Say where each of these places in a region lies, with a constant number of statements.

    Whoever asks gets the whole region: a position finds its zone by itself, even one that the caller may not look into.
    """
    nowhere = float("nan")
    zones = zone_index(reading, region_id).find_many(
        [nowhere if one.lat is None else one.lat for one in places],
        [nowhere if one.lon is None else one.lon for one in places],
    )
    unclear = [where for where, found in zip(places, zones, strict=True) if len(found) != 1]
    decisions = _decisions(reading, region_id, unclear) if unclear else []
    return [locate(where, found, decisions) for where, found in zip(places, zones, strict=True)]


def decisions(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    region_id: UUID | None = None,
    zone_id: UUID | None = None,
    with_ended: bool = False,
) -> Page[DecisionRow]:
    """List the decisions about zones in scope, the latest first."""
    wanted = [
        None if region_id is None else ZoneDecision.region_id == region_id,
        None if zone_id is None else ZoneDecision.zone_id == zone_id,
        None if with_ended else ZoneDecision.ended_at.is_(None),
    ]
    statement = (
        select(*_ROW)
        .join(Zone, Zone.id == ZoneDecision.zone_id)
        .where(zone_scope(reading), *(one for one in wanted if one is not None))
    )
    key = (ZoneDecision.decided_at, ZoneDecision.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(DecisionRow(*row) for row in page.items), page.after)


def decision(reading: Reading, decision_id: UUID) -> DecisionRow:
    """Return a decision. Raises NotFound (territory.decision_unknown)."""
    row = reading.session.execute(
        select(*_ROW)
        .join(Zone, Zone.id == ZoneDecision.zone_id)
        .where(ZoneDecision.id == decision_id, zone_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.DECISION_UNKNOWN()
    return DecisionRow(*row)


_ROW = tuple(getattr(ZoneDecision, name) for name in DecisionRow.__dataclass_fields__)


def _decisions(reading: Reading, region_id: UUID, places: Sequence[Whereabouts]) -> list[Decision]:
    """Load the decisions that hold and may be about these places, with the zones they chose between."""
    columns = [getattr(ZoneDecision, name) for name in Decision.__dataclass_fields__ if name != "zones"]
    near = [] if len(places) > MANY_PLACES else [one for where in places for one in _near(where)]
    statement = (
        select(*columns, ZoneDecisionZone.zone_id.label("claimant"))
        .outerjoin(
            ZoneDecisionZone,
            (ZoneDecisionZone.decision_id == ZoneDecision.id) & ZoneDecisionZone.is_claimant.is_(True),
        )
        .where(ZoneDecision.region_id == region_id, ZoneDecision.ended_at.is_(None))
    )
    if near:
        statement = statement.where(or_(*near))
    elif len(places) <= MANY_PLACES:
        return []
    found: dict[UUID, dict[str, Any]] = {}
    for row in reading.session.execute(statement):
        values = dict(row._mapping)
        claimant = values.pop("claimant")
        known = found.setdefault(row.id, values | {"zones": set()})
        if claimant is not None:
            known["zones"].add(claimant)
    return [Decision(**{**values, "zones": frozenset(values["zones"])}) for values in found.values()]


def _near(where: Whereabouts) -> list[ColumnElement[bool]]:
    near: list[ColumnElement[bool]] = []
    key = address_key(where.address)
    if key is not None:
        near.append(ZoneDecision.address_key == key)
    if where.lat is not None and where.lon is not None:
        height = SAME_PLACE_METRES * DEGREES_PER_METRE
        width = height / max(0.01, math.cos(math.radians(where.lat)))
        near.append(
            ZoneDecision.lat.between(where.lat - height, where.lat + height)
            & ZoneDecision.lon.between(where.lon - width, where.lon + width)
        )
    return near
