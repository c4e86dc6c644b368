"""What can be asked about major incidents, within the caller's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from dispatch.incidents import errors
from dispatch.incidents.lifecycle import Severity, State, possible
from dispatch.incidents.models import IncidentOrder, IncidentUpdate, IncidentZone, MajorIncident
from dispatch.work_orders import briefs
from dispatch.work_orders.briefs import OrderBrief
from dispatch.work_orders.lifecycle import DONE, Status
from kernel.by_ids import ByIds
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as lists show it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    number: str
    title: str
    description: str | None
    severity: str
    state: str
    work_type: str | None
    commander_id: UUID
    declared_by: UUID
    declared_at: datetime
    contained_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    affected_customers: int
    affected_estimated: bool
    next_update_at: datetime | None
    after_action: dict[str, Any] | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """An incident with the zones it reaches, how many orders it has and how many are not done, and what may be asked of it."""

    row: IncidentRow
    zone_ids: tuple[UUID, ...]
    orders: int
    open_orders: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildRow:
    """An order of an incident: seen by whoever sees the incident, in short and without its customer."""

    id: UUID
    zone_id: UUID | None
    group_id: UUID | None
    number: str
    status: str
    priority: str
    work_type: str
    title: str
    assignee_id: UUID | None
    received_at: datetime
    resolve_due_at: datetime | None
    linked_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """An entry of an incident's log."""

    id: UUID
    kind: str
    text: str | None
    user_id: UUID
    at: datetime
    data: dict[str, Any]


_ROW = tuple(getattr(MajorIncident, name) for name in IncidentRow.__dataclass_fields__)
DONE_WORDS = frozenset(one.value for one in DONE)


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which an incident in scope meets one: its places, a zone that it reaches, its commander."""
    scope = reading.actor.scope
    parts = scope.parts(
        region=MajorIncident.region_id,
        station=MajorIncident.station_id,
        group=MajorIncident.group_id,
        owner=MajorIncident.commander_id,
    )
    if scope.everywhere:
        return parts
    reached = select(IncidentZone.incident_id).where(
        scope.sees(station=IncidentZone.station_id, group=IncidentZone.group_id, zone=IncidentZone.zone_id)
    )
    return [*parts, MajorIncident.id.in_(reached)]


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the incidents that the caller may see."""
    return or_(false(), *_scope_parts(reading))


def page_of_incidents(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    states: Collection[State] = (),
    severity: Severity | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
) -> Page[IncidentRow]:
    """Return one page of incidents, the latest declared first; the key is (declared_at, id)."""
    equal = {
        MajorIncident.severity: None if severity is None else severity.value,
        MajorIncident.region_id: region_id,
        MajorIncident.station_id: station_id,
        MajorIncident.group_id: group_id,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if states:
        conditions.append(MajorIncident.state.in_([state.value for state in states]))
    page = read_page(
        reading.session,
        select(*_ROW).where(*conditions),
        key=(MajorIncident.declared_at, MajorIncident.id),
        limit=limit,
        after=after,
        any_of=_scope_parts(reading),
    )
    return Page(tuple(_incident(row) for row in page.items), page.after)


def incident(reading: Reading, incident_id: UUID) -> IncidentDetail:
    """Return an incident. Raises NotFound (incident.unknown). Four statements."""
    row = reading.session.execute(select(*_ROW).where(MajorIncident.id == incident_id, in_scope(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    zones = reading.session.scalars(
        select(IncidentZone.zone_id).where(IncidentZone.incident_id == incident_id).order_by(IncidentZone.zone_id)
    )
    orders = linked_orders(reading, incident_id)
    is_open = [one for one in orders.values() if one.status not in DONE_WORDS]
    return IncidentDetail(_incident(row), tuple(zones), len(orders), len(is_open), tuple(possible(State(row.state))))


def linked_ids(reading: Reading, incident_id: UUID) -> list[UUID]:
    """Return the orders that belong to an incident now. It does not ask for the caller's scope."""
    return list(
        reading.session.scalars(
            select(IncidentOrder.work_order_id).where(
                IncidentOrder.incident_id == incident_id, IncidentOrder.unlinked_at.is_(None)
            )
        )
    )


def linked_orders(reading: Reading, incident_id: UUID) -> dict[UUID, OrderBrief]:
    """Return the orders that belong to an incident now, in short. It does not ask for the caller's scope. Two statements."""
    return briefs.briefs_of(reading, linked_ids(reading, incident_id))


def children(reading: Reading, incident_id: UUID) -> tuple[ChildRow, ...]:
    """Return the orders of an incident, the latest received first. Raises NotFound (incident.unknown)."""
    check_visible(reading, incident_id)
    rows = reading.session.execute(
        select(IncidentOrder.work_order_id, IncidentOrder.linked_at).where(
            IncidentOrder.incident_id == incident_id, IncidentOrder.unlinked_at.is_(None)
        )
    )
    since = {row.work_order_id: row.linked_at for row in rows}
    found = briefs.briefs_of(reading, since)
    return tuple(
        ChildRow(
            one.id,
            one.zone_id,
            one.group_id,
            one.number,
            one.status,
            one.priority,
            one.work_type,
            one.title,
            one.assignee_id,
            one.received_at,
            one.resolve_due_at,
            since[one.id],
            Status(one.status) not in DONE,
        )
        for one in sorted(found.values(), key=lambda one: (one.received_at, one.id), reverse=True)
    )


def check_visible(reading: Reading, incident_id: UUID) -> None:
    """Raise NotFound (incident.unknown) unless the caller may see an incident."""
    statement = select(MajorIncident.id).where(MajorIncident.id == incident_id, in_scope(reading))
    if reading.session.scalar(statement) is None:
        raise errors.UNKNOWN()


def updates(reading: Reading, incident_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[UpdateRow]:
    """Return one page of an incident's log, the earliest first. Raises NotFound (incident.unknown)."""
    check_visible(reading, incident_id)
    page = read_page(
        reading.session,
        select(*(getattr(IncidentUpdate, name) for name in UpdateRow.__dataclass_fields__)).where(
            IncidentUpdate.incident_id == incident_id
        ),
        key=(IncidentUpdate.at, IncidentUpdate.id),
        limit=limit,
        after=after,
        descending=False,
    )
    return Page(tuple(_update(row) for row in page.items), page.after)


def incident_of_orders(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return, for those of these orders that belong to an incident, what their people need to know of it. One statement.

    It does not ask for the caller's scope: whoever has an order may know of the incident that it belongs to.
    """
    rows = _OF_ORDERS.rows(reading.session, order_ids)
    return {row.work_order_id: {name: getattr(row, name) for name in _ON_PHONES} for row in rows}


_ON_PHONES = ("id", "number", "title", "severity", "state", "commander_id", "next_update_at")
_OF_ORDERS = ByIds(
    select(IncidentOrder.work_order_id, *(getattr(MajorIncident, name) for name in _ON_PHONES))
    .join(MajorIncident, MajorIncident.id == IncidentOrder.incident_id)
    .where(IncidentOrder.unlinked_at.is_(None)),
    IncidentOrder.work_order_id,
)


def _incident(values: Sequence[Any]) -> IncidentRow:
    return IncidentRow(*values)


def _update(values: Sequence[Any]) -> UpdateRow:
    return UpdateRow(*values)
