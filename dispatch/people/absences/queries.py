"""What can be asked about absences: lists, one with what follows from it, and zones that nobody answers for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.people import errors
from dispatch.people.absences.cover import UncoveredZone, uncovered
from dispatch.people.availability import Absence, AbsenceKind
from dispatch.people.models import AbsenceRow, Technician
from dispatch.people.presence import absences_between
from dispatch.people.queries import in_scope
from dispatch.people.spans import Span
from dispatch.people.states import AbsenceStatus
from dispatch.territory.deputising import zones_managed_by
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class AbsenceDetail:
    """A time in which somebody is away, or asked to be; who asked, and who decided and why."""

    id: UUID
    region_id: UUID
    technician_id: UUID
    kind: AbsenceKind
    start_at: datetime
    end_at: datetime
    reason: str | None
    status: AbsenceStatus
    requested_by: UUID
    requested_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decided_why: str | None


_ROW = tuple(getattr(AbsenceRow, name) for name in AbsenceDetail.__dataclass_fields__)


def page_of_absences(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    technician_id: UUID | None = None,
    status: AbsenceStatus | None = None,
    kind: AbsenceKind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[AbsenceDetail]:
    """Return one page of the absences of technicians in scope that reach into a time, the earliest first.

    The key is (start_at, id).
    """
    equal = {
        Technician.station_id: station_id,
        Technician.group_id: group_id,
        AbsenceRow.technician_id: technician_id,
        AbsenceRow.status: status and status.value,
        AbsenceRow.kind: kind and kind.value,
    }
    statement = (
        select(*_ROW)
        .join(Technician, Technician.id == AbsenceRow.technician_id)
        .where(in_scope(reading), *(column == value for column, value in equal.items() if value is not None))
    )
    if since is not None:
        statement = statement.where(AbsenceRow.end_at > since)
    if until is not None:
        statement = statement.where(AbsenceRow.start_at < until)
    key = (AbsenceRow.start_at, AbsenceRow.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    return Page(tuple(_detail(row) for row in page.items), page.after)


def absence(reading: Reading, absence_id: UUID) -> AbsenceDetail:
    """Return an absence of a technician in scope. Raises NotFound (people.absence_unknown)."""
    row = reading.session.execute(
        select(*_ROW)
        .join(Technician, Technician.id == AbsenceRow.technician_id)
        .where(AbsenceRow.id == absence_id, in_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.ABSENCE_UNKNOWN()
    return _detail(row)


def uncovered_by(reading: Reading, absences: Sequence[AbsenceDetail]) -> tuple[UncoveredZone, ...]:
    """Return when zones have nobody who answers for them, while these people in scope are away. Three statements."""
    if not absences:
        return ()
    span = Span(min(one.start_at for one in absences), max(one.end_at for one in absences))
    zones = zones_managed_by(reading, {one.technician_id for one in absences}, *span)
    away = absences_between(reading, {deputy.user_id for zone in zones for deputy in zone.deputies}, span)
    return tuple(
        hole
        for one in absences
        for hole in uncovered(Absence(one.id, one.kind, one.start_at, one.end_at), one.technician_id, zones, away)
    )


def page_of_uncovered_zones(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
) -> Page[UncoveredZone]:
    """Return when zones have nobody who answers for them, because their manager is away without a deputy.

    A page looks at `limit` approved absences that are not over (`since`: now if None), the earliest first; the key is theirs.
    """
    page = page_of_absences(
        reading,
        limit=limit,
        after=after,
        station_id=station_id,
        group_id=group_id,
        status=AbsenceStatus.APPROVED,
        since=since or reading.now,
        until=until,
    )
    return Page(uncovered_by(reading, page.items), page.after)


def standing_absences(reading: Reading, technician_id: UUID, span: Span) -> tuple[AbsenceDetail, ...]:
    """Return what a technician in scope has asked for or was approved in a time, the earliest first. One statement."""
    rows = reading.session.execute(
        select(*_ROW)
        .join(Technician, Technician.id == AbsenceRow.technician_id)
        .where(
            in_scope(reading),
            AbsenceRow.technician_id == technician_id,
            AbsenceRow.status.in_([AbsenceStatus.REQUESTED.value, AbsenceStatus.APPROVED.value]),
            AbsenceRow.end_at > span.start,
            AbsenceRow.start_at < span.end,
        )
        .order_by(AbsenceRow.start_at)
    )
    return tuple(_detail(row) for row in rows)


def _detail(row: Any) -> AbsenceDetail:
    return AbsenceDetail(
        **{**row._mapping, "kind": AbsenceKind(row.kind), "status": AbsenceStatus(row.status)},
    )
