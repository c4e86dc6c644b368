"""What can be asked about the sizes of maintenance groups: the bounds of a region, and who is out of them and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from dispatch.territory import queries
from dispatch.territory.group_size import Bounds
from dispatch.territory.models import GroupSizePolicy, GroupSizeReason, MaintenanceGroup, Zone
from kernel.actor import Level
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class SizePolicyRow:
    """How many zones the groups of a region hold, from a moment on."""

    id: UUID
    region_id: UUID
    fewest: int
    most: int
    effective_from: datetime
    set_by: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SizeReasonRow:
    """Why a group was allowed a number of zones: who decided it, and when."""

    group_id: UUID
    zones: int
    reason: str
    decided_by: UUID
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class OddGroupRow:
    """A group out of bounds, with the last reason that was given for its size (None: none was)."""

    id: UUID
    station_id: UUID
    code: str
    name: str
    zones: int
    fewest: int
    most: int
    last_reason: SizeReasonRow | None


def bounds_at(reading: Reading, region_id: UUID, at: datetime) -> Bounds:
    """Return the bounds in force in a region at a moment; 3 to 5 until it has a policy of its own. One statement."""
    row = reading.session.execute(
        select(GroupSizePolicy.fewest, GroupSizePolicy.most)
        .where(GroupSizePolicy.region_id == region_id, GroupSizePolicy.effective_from <= at)
        .order_by(GroupSizePolicy.effective_from.desc(), GroupSizePolicy.id.desc())
        .limit(1)
    ).one_or_none()
    return Bounds() if row is None else Bounds(row.fewest, row.most)


def policies(
    reading: Reading, *, region_id: UUID, limit: int, after: Sequence[Any] | None = None
) -> Page[SizePolicyRow]:
    """List the policies of a region that the caller knows, the latest first; the key is (effective_from, id)."""
    columns = [getattr(GroupSizePolicy, name) for name in SizePolicyRow.__dataclass_fields__]
    statement: Any = select(*columns).where(GroupSizePolicy.region_id == region_id)
    key = [GroupSizePolicy.effective_from, GroupSizePolicy.id]
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(SizePolicyRow(*row) for row in page.items), page.after)


def odd_groups(
    reading: Reading,
    *,
    region_id: UUID,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
) -> Page[OddGroupRow]:
    """List the working groups in scope that are out of bounds, by code, each with the reason given for it. Three statements."""
    bounds = bounds_at(reading, region_id, reading.now)
    zones = func.count(Zone.id)
    statement: Any = (
        select(
            MaintenanceGroup.id,
            MaintenanceGroup.station_id,
            MaintenanceGroup.code,
            MaintenanceGroup.name,
            zones.label("zones"),
        )
        .outerjoin(Zone, (Zone.group_id == MaintenanceGroup.id) & Zone.retired_at.is_(None))
        .where(
            MaintenanceGroup.region_id == region_id,
            MaintenanceGroup.retired_at.is_(None),
            queries.in_scope(reading, Level.GROUP),
        )
        .group_by(MaintenanceGroup.id, MaintenanceGroup.station_id, MaintenanceGroup.code, MaintenanceGroup.name)
        .having(or_(zones < bounds.fewest, zones > bounds.most))
    )
    if station_id is not None:
        statement = statement.where(MaintenanceGroup.station_id == station_id)
    key = [MaintenanceGroup.code, MaintenanceGroup.id]
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    reasons = _last_reasons(reading, [row.id for row in page.items])
    found = (
        OddGroupRow(**row._mapping, fewest=bounds.fewest, most=bounds.most, last_reason=reasons.get(row.id))
        for row in page.items
    )
    return Page(tuple(found), page.after)


def _last_reasons(reading: Reading, group_ids: Sequence[UUID]) -> dict[UUID, SizeReasonRow]:
    columns = [getattr(GroupSizeReason, name) for name in SizeReasonRow.__dataclass_fields__]
    rows = reading.session.execute(
        select(*columns)
        .where(GroupSizeReason.group_id.in_(group_ids))
        .order_by(GroupSizeReason.decided_at, GroupSizeReason.id)
    )
    return {row.group_id: SizeReasonRow(*row) for row in rows}
