"""What can be asked about fault records: those of the caller's places, and their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from checklists.review.models import FaultRecord
from checklists.review.who import LEADERS, scope_as
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault record, from when until an appeal removed it; `barred_at` is when it led to a bar."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    technician_id: UUID
    skill: str | None
    work_type: str
    review_id: UUID
    work_order_id: UUID
    recorded_at: datetime
    barred_at: datetime | None
    removed_at: datetime | None
    removed_why: str | None


_ROW = tuple(getattr(FaultRecord, name) for name in FaultRow.__dataclass_fields__)


def page_of_faults(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    technician_id: UUID | None = None,
    skill: str | None = None,
    standing: bool | None = None,
) -> Page[FaultRow]:
    """Return one page of fault records, the latest first; the key is (recorded_at, id)."""
    statement = select(*_ROW)
    if technician_id is not None:
        statement = statement.where(FaultRecord.technician_id == technician_id)
    if skill is not None:
        statement = statement.where(FaultRecord.skill == skill)
    if standing is not None:
        removed = FaultRecord.removed_at
        statement = statement.where(removed.is_(None) if standing else removed.is_not(None))
    page: Page[Any] = read_page(
        reading.session,
        statement,
        key=(FaultRecord.recorded_at, FaultRecord.id),
        limit=limit,
        after=after,
        any_of=scope_as(reading.actor, LEADERS).parts(
            region=FaultRecord.region_id,
            station=FaultRecord.station_id,
            group=FaultRecord.group_id,
            zone=FaultRecord.zone_id,
            owner=FaultRecord.technician_id,
        ),
    )
    return Page(tuple(FaultRow(*row) for row in page.items), page.after)
