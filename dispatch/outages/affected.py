"""Who is affected by an outage: the customers whose sites it reaches, page by page, and how many of them can be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from dispatch.assets import queries as assets
from dispatch.customers.reached import Reached, count_of_zones, count_unplaced, page_of_reached
from dispatch.masking import masked_phone
from dispatch.territory.geometry import as_shape
from kernel.database import Page
from kernel.unit_of_work import Reading

PAGE = 2000
"""Sites that are looked at in one go."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an outage is: all of its zones, or what lies inside of a boundary, or the sites of assets."""

    region_id: UUID
    zone_ids: tuple[UUID, ...]
    boundary: Mapping[str, Any] | None = None
    asset_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """A customer who is affected, shown with no more than is needed to know who it is and whether they can be told."""

    customer_id: UUID
    site_id: UUID
    name: str
    phone: str | None
    address: str | None
    zone_id: UUID | None
    can_be_told: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers are affected, how many of them have no telephone number, and how many sites have no position.

    Of the last nobody knows whether they lie inside of a boundary; they are not told.
    """

    customers: int
    sites: int
    no_phone: int
    unplaced: int


def affected(reading: Reading, reach: Reach, *, limit: int, after: Sequence[Any] | None = None) -> Page[Reached]:
    """Return one page of the affected sites in scope with their customers; the key is (place_id, site_id).

    With a boundary a page may hold fewer than `limit`, even none, and still be followed by another. Two statements at most.
    """
    if reach.boundary is None:
        found = {"site_ids": _sites_of(reading, reach)} if reach.asset_ids else {"zone_ids": reach.zone_ids}
        return page_of_reached(reading, region_id=reach.region_id, limit=limit, after=after, **found)
    shape = as_shape(reach.boundary)
    west, south, east, north = shape.bounds
    page = page_of_reached(reading, region_id=reach.region_id, limit=limit, after=after, box=(west, south, east, north))
    positions = np.array([(one.lon, one.lat) for one in page.items], dtype=float).reshape(-1, 2)
    inside = shapely.intersects_xy(shape, positions[:, 0], positions[:, 1])
    return Page(tuple(one for one, hit in zip(page.items, inside.tolist(), strict=True) if hit), page.after)


def _sites_of(reading: Reading, reach: Reach) -> set[UUID]:
    return {one.site_id for one in assets.installed(reading, asset_ids=reach.asset_ids) if one.site_id is not None}


def rows_of(reading: Reading, reach: Reach, *, limit: int, after: Sequence[Any] | None = None) -> Page[AffectedRow]:
    """Return one page of who is affected, as people see it: of a telephone number only its end."""
    page = affected(reading, reach, limit=limit, after=after)
    return Page(tuple(_row(one) for one in page.items), page.after)


def _row(one: Reached) -> AffectedRow:
    told = can_be_told(one.phone)
    return AffectedRow(
        one.customer_id,
        one.site_id,
        one.name,
        masked_phone(one.phone) if told else None,
        one.address,
        one.zone_id,
        told,
    )


def can_be_told(phone: str | None) -> bool:
    """Tell whether there is a number at all."""
    return any(character.isdigit() for character in phone or "")


def count_affected(reading: Reading, reach: Reach) -> Count:
    """Count who is affected, as far as the caller sees them: two statements, and with a boundary one for every 2,000 sites."""
    if reach.boundary is None and not reach.asset_ids:
        return Count(*count_of_zones(reading, reach.zone_ids), 0)
    customers: set[UUID] = set()
    sites = no_phone = 0
    after: Sequence[Any] | None = None
    while True:
        page = affected(reading, reach, limit=PAGE, after=after)
        sites += len(page.items)
        for one in page.items:
            if one.customer_id not in customers:
                customers.add(one.customer_id)
                no_phone += not can_be_told(one.phone)
        after = page.after
        if after is None:
            break
    unplaced = 0 if reach.boundary is None else count_unplaced(reading, reach.zone_ids)
    return Count(len(customers), sites, no_phone, unplaced)


def is_inside(reach: Reach, *, zone_id: UUID | None, position: tuple[float, float] | None, at_asset: bool) -> bool:
    """Tell whether something at a zone, at a latitude and longitude if these are known, is troubled by an outage there."""
    if reach.boundary is not None:
        return position is not None and bool(shapely.intersects_xy(as_shape(reach.boundary), position[1], position[0]))
    return at_asset if reach.asset_ids else zone_id in reach.zone_ids
