"""What can be asked about conflicts, within the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kernel.database import Page, read_page
from kernel.unit_of_work import Reading
from sync.reconcile.models import Conflict


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict as lists show it: about which order, caused by which op of whom, to be settled by when."""

    id: UUID
    region_id: UUID
    work_order_id: UUID
    op_id: UUID
    user_id: UUID
    kind: str
    code: str | None
    detail: dict[str, Any]
    deadline_at: datetime
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: UUID | None
    resolution: str | None


def page_of_conflicts(
    reading: Reading,
    *,
    open_only: bool = True,
    work_order_id: UUID | None = None,
    limit: int,
    after: Sequence[Any] | None = None,
) -> Page[ConflictRow]:
    """Return one page of conflicts, the newest first; the key is (created_at, id)."""
    scope = reading.actor.scope.sees(
        region=Conflict.region_id,
        station=Conflict.station_id,
        group=Conflict.group_id,
        zone=Conflict.zone_id,
        owner=Conflict.user_id,
    )
    statement = select(*(getattr(Conflict, name) for name in ConflictRow.__dataclass_fields__)).where(scope)
    if open_only:
        statement = statement.where(Conflict.resolved_at.is_(None))
    if work_order_id is not None:
        statement = statement.where(Conflict.work_order_id == work_order_id)
    page = read_page(reading.session, statement, key=(Conflict.created_at, Conflict.id), limit=limit, after=after)
    return Page(tuple(_row(row) for row in page.items), page.after)


def _row(values: Any) -> ConflictRow:
    return ConflictRow(*values)
