"""Sites whose position and zone do not go together: outside of every zone, in another one than is recorded, or in none yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from dispatch.customers.models import Site
from dispatch.customers.queries import in_scope
from dispatch.territory import queries as territory
from dispatch.territory.ground import zone_index
from dispatch.territory.zone_index import ZoneIndex
from kernel.database import Page
from kernel.unit_of_work import Reading

MOST_LOOKED_AT = 20_000
"""Sites that one page looks at, so that it does not take long where nearly all are well placed."""


class Finding(StrEnum):
    """What is wrong with where a site is."""

    OUTSIDE = "outside"
    ELSEWHERE = "elsewhere"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class MisplacedSite:
    """A site to look at. `at_position` are the zones that it lies in; `nearest` is one with the metres to its border, if none."""

    id: UUID
    customer_id: UUID
    address: str
    lat: float
    lon: float
    zone_id: UUID | None
    finding: Finding
    at_position: tuple[UUID, ...]
    nearest_zone_id: UUID | None
    nearest_metres: float | None


def misplaced_sites(
    reading: Reading,
    *,
    region_id: UUID,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
    finding: Finding | None = None,
) -> Page[MisplacedSite]:
    """Return one page of the sites in scope that are to be looked at, in the order of their ids; the key is (id).

    A page looks at no more than `MOST_LOOKED_AT` sites: it may hold fewer than asked for, even none, and still be followed by
    another. Raises NotFound (territory.region_unknown).
    """
    territory.region(reading, region_id)
    index = zone_index(reading, region_id)
    columns = (Site.id, Site.customer_id, Site.address, Site.lat, Site.lon, Site.zone_id)
    conditions: list[ColumnElement[bool]] = [
        in_scope(reading, Site),
        Site.region_id == region_id,
        Site.lat.is_not(None),
    ]
    if station_id is not None:
        conditions.append(Site.station_id == station_id)
    if after is not None:
        conditions.append(Site.id > after[0])
    rows = reading.session.execute(select(*columns).where(*conditions).order_by(Site.id).limit(MOST_LOOKED_AT)).all()
    found: list[MisplacedSite] = []
    for one in _looked_at(index, rows):
        if finding in (None, one.finding):
            found.append(one)
            if len(found) > limit:
                return Page(tuple(found[:limit]), (found[limit - 1].id,))
    return Page(tuple(found), (rows[-1].id,) if len(rows) == MOST_LOOKED_AT else None)


def _looked_at(index: ZoneIndex, rows: Sequence[Any]) -> Iterator[MisplacedSite]:
    zones = index.find_many([row.lat for row in rows], [row.lon for row in rows])
    for row, at_position in zip(rows, zones, strict=True):
        finding = judge(row.zone_id, at_position)
        if finding is not None:
            near = index.nearest(row.lat, row.lon, 1) if finding is Finding.OUTSIDE else []
            nearest = near[0] if near else (None, None)
            yield MisplacedSite(
                row.id, row.customer_id, row.address, row.lat, row.lon, row.zone_id, finding, at_position, *nearest
            )


def judge(zone_id: UUID | None, at_position: Sequence[UUID]) -> Finding | None:
    """Say what is wrong with a site of a zone that lies in these; None when nothing is."""
    if not at_position:
        return Finding.OUTSIDE
    if zone_id is None:
        return Finding.UNASSIGNED
    return None if zone_id in at_position else Finding.ELSEWHERE
