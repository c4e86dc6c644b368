"""What can be asked about trials in pilot zones."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from dispatch.territory import errors
from dispatch.territory.models import PilotRow, PilotZone
from dispatch.territory.pilots import Pilot, PilotHistory, PilotKind, PilotOutcome
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

_COLUMNS = tuple(
    getattr(PilotRow, name)
    for name in ("id", "region_id", "kind", "subject", "reason", "started_at", "ended_at", "outcome")
)


def page_of_pilots(
    reading: Reading,
    *,
    region_id: UUID,
    limit: int,
    after: Sequence[Any] | None = None,
    kind: PilotKind | None = None,
    running: bool | None = None,
) -> Page[Pilot]:
    """Return one page of a region's trials, the latest first; the key is (started_at, id)."""
    statement = select(*_COLUMNS).where(PilotRow.region_id == region_id, _in_sight(reading))
    if kind is not None:
        statement = statement.where(PilotRow.kind == kind.value)
    if running is not None:
        statement = statement.where(PilotRow.ended_at.is_(None) if running else PilotRow.ended_at.is_not(None))
    key = (PilotRow.started_at, PilotRow.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(_with_zones(reading, page.items)), page.after)


def pilot(reading: Reading, pilot_id: UUID) -> Pilot:
    """Return a trial. Raises NotFound (territory.pilot_unknown)."""
    rows = reading.session.execute(select(*_COLUMNS).where(PilotRow.id == pilot_id, _in_sight(reading))).all()
    if not rows:
        raise errors.PILOT_UNKNOWN()
    return _with_zones(reading, rows)[0]


def pilots_of(
    reading: Reading, kind: PilotKind, zone_ids: Collection[UUID], at: datetime
) -> dict[UUID, frozenset[str]]:
    """Return what is being tried in each of these zones at a moment; a zone without trials has an empty set. One statement.

    For zones that the caller knows from something in scope.
    """
    found: dict[UUID, set[str]] = {zone_id: set() for zone_id in zone_ids}
    rows = reading.session.execute(
        select(PilotZone.zone_id, PilotRow.subject)
        .join(PilotRow, PilotRow.id == PilotZone.pilot_id)
        .where(
            PilotZone.zone_id.in_(found),
            PilotZone.valid_from <= at,
            PilotRow.kind == kind.value,
            PilotRow.started_at <= at,
            or_(PilotRow.ended_at.is_(None), PilotRow.ended_at > at),
        )
    )
    for row in rows:
        found[row.zone_id].add(row.subject)
    return {zone_id: frozenset(subjects) for zone_id, subjects in found.items()}


def pilot_history(
    reading: Reading,
    kind: PilotKind,
    *,
    region_ids: Collection[UUID] | None = None,
    subjects: Collection[str] | None = None,
) -> PilotHistory:
    """Load the trials of a kind, of some regions or subjects, to ask what counts where and when. Two statements at most.

    What is being tried counts nowhere else: `PilotHistory.counts` tells. Without a scope of its own, as it only decides.
    """
    statement = select(*_COLUMNS).where(PilotRow.kind == kind.value)
    if region_ids is not None:
        statement = statement.where(PilotRow.region_id.in_(region_ids))
    if subjects is not None:
        statement = statement.where(PilotRow.subject.in_(subjects))
    return PilotHistory.of(_with_zones(reading, reading.session.execute(statement).all()))


def _with_zones(reading: Reading, rows: Sequence[Any]) -> list[Pilot]:
    if not rows:
        return []
    zones: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for zone in reading.session.execute(
        select(PilotZone.pilot_id, PilotZone.zone_id, PilotZone.valid_from)
        .where(PilotZone.pilot_id.in_([row.id for row in rows]))
        .order_by(PilotZone.valid_from, PilotZone.zone_id)
    ):
        zones[zone.pilot_id][zone.zone_id] = zone.valid_from
    return [
        Pilot(
            row.id,
            row.region_id,
            PilotKind(row.kind),
            row.subject,
            row.reason,
            row.started_at,
            row.ended_at,
            None if row.outcome is None else PilotOutcome(row.outcome),
            zones[row.id],
        )
        for row in rows
    ]


def _in_sight(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the trials of the caller's own region, and of those in scope."""
    own: ColumnElement[bool] = PilotRow.region_id == reading.actor.region_id
    return or_(own, reading.actor.scope.sees(region=PilotRow.region_id))
