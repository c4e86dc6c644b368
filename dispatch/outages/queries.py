"""What can be asked about planned outages, within the caller's scope."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from dispatch.notifications.queries import counts_by_status
from dispatch.outages import errors
from dispatch.outages.affected import AffectedRow, Count, Reach, count_affected, rows_of
from dispatch.outages.lifecycle import OutageKind, State, possible
from dispatch.outages.models import OutageBroadcast, OutageEvent, OutageZone, PlannedOutage
from dispatch.requests.waiting import count_waiting
from dispatch.territory.touching import answered_for
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class OutageRow:
    """A planned outage as lists show it."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    number: str
    kind: str
    title: str
    reason: str | None
    state: str
    starts_at: datetime
    ends_at: datetime
    work_order_id: UUID | None
    edition: int
    announced_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    created_by: UUID
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """Something that customers are told: its text, under which key the messages are listed, and what became of them."""

    edition: int
    news: str
    key: str
    told: int
    created_at: datetime
    done_at: datetime | None
    messages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OutageDetail:
    """An outage with where it is, what customers were told, how many requests wait for its end, and what may be asked of it."""

    row: OutageRow
    zone_ids: tuple[UUID, ...]
    boundary: dict[str, Any] | None
    asset_ids: tuple[UUID, ...]
    broadcasts: tuple[BroadcastRow, ...]
    waiting_requests: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogRow:
    """Something that was asked of an outage."""

    id: UUID
    kind: str
    user_id: UUID
    at: datetime
    data: dict[str, Any]


_ROW = tuple(getattr(PlannedOutage, name) for name in OutageRow.__dataclass_fields__)


def _scope_parts(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which an outage in scope meets one: its places, a zone that it reaches; no draft of others'."""
    scope = reading.actor.scope
    places: dict[str, Any] = {"station": PlannedOutage.station_id, "group": PlannedOutage.group_id}
    parts = scope.parts(region=PlannedOutage.region_id, **places)
    if scope.everywhere:
        return parts
    inside = scope.sees(station=OutageZone.station_id, group=OutageZone.group_id, zone=OutageZone.zone_id)
    reached = select(OutageZone.outage_id).where(or_(inside, OutageZone.zone_id.in_(answered_for(reading))))
    return [*parts, and_(PlannedOutage.id.in_(reached), PlannedOutage.state != State.DRAFT.value)]


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the outages that the caller may see."""
    return or_(false(), *_scope_parts(reading))


def page_of_outages(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    states: Collection[State] = (),
    kind: OutageKind | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    zone_id: UUID | None = None,
    ends_after: datetime | None = None,
    starts_before: datetime | None = None,
) -> Page[OutageRow]:
    """Return one page of outages, the latest to begin first; the key is (starts_at, id)."""
    reached = select(OutageZone.outage_id).where(OutageZone.zone_id == zone_id)
    known = (
        (states, PlannedOutage.state.in_([state.value for state in states])),
        (kind, PlannedOutage.kind == (kind and kind.value)),
        (station_id, PlannedOutage.station_id == station_id),
        (group_id, PlannedOutage.group_id == group_id),
        (zone_id, PlannedOutage.id.in_(reached)),
    )
    conditions = [condition for given, condition in known if given]
    if ends_after is not None:
        conditions.append(PlannedOutage.ends_at > ends_after)
    if starts_before is not None:
        conditions.append(PlannedOutage.starts_at < starts_before)
    page = read_page(
        reading.session,
        select(*_ROW).where(*conditions),
        key=(PlannedOutage.starts_at, PlannedOutage.id),
        limit=limit,
        after=after,
        any_of=_scope_parts(reading),
    )
    return Page(tuple(_outage(row) for row in page.items), page.after)


def outage(reading: Reading, outage_id: UUID) -> OutageDetail:
    """Return an outage. Raises NotFound (outage.unknown). Five statements."""
    columns = (PlannedOutage.boundary, PlannedOutage.asset_ids)
    row = reading.session.execute(
        select(*_ROW, *columns).where(PlannedOutage.id == outage_id, in_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return OutageDetail(
        OutageRow(**{name: getattr(row, name) for name in OutageRow.__dataclass_fields__}),
        zones_of(reading, outage_id),
        row.boundary,
        tuple(UUID(key) for key in row.asset_ids),
        _broadcasts(reading, outage_id),
        count_waiting(reading, outage_id),
        tuple(possible(State(row.state))),
    )


def zones_of(reading: Reading, outage_id: UUID) -> tuple[UUID, ...]:
    """Return the zones that an outage reaches, without a scope of its own. One statement."""
    statement = select(OutageZone.zone_id).where(OutageZone.outage_id == outage_id).order_by(OutageZone.zone_id)
    return tuple(reading.session.scalars(statement))


def key_of(outage_id: UUID, edition: int) -> str:
    """Return the key under which each customer gets one edition of an outage's news once."""
    return f"outage:{outage_id}:{edition}"


def _broadcasts(reading: Reading, outage_id: UUID) -> tuple[BroadcastRow, ...]:
    names = ("edition", "news", "told", "created_at", "done_at")
    rows = reading.session.execute(
        select(*(getattr(OutageBroadcast, name) for name in names))
        .where(OutageBroadcast.outage_id == outage_id)
        .order_by(OutageBroadcast.edition)
    ).all()
    keys = {row.edition: key_of(outage_id, row.edition) for row in rows}
    counts = counts_by_status(reading, keys.values())
    return tuple(
        BroadcastRow(
            row.edition,
            row.news,
            keys[row.edition],
            row.told,
            row.created_at,
            row.done_at,
            counts.get(keys[row.edition], {}),
        )
        for row in rows
    )


def reach_of(reading: Reading, outage_id: UUID) -> Reach:
    """Return where an outage is. Raises NotFound (outage.unknown)."""
    columns = (PlannedOutage.region_id, PlannedOutage.boundary, PlannedOutage.asset_ids)
    row = reading.session.execute(
        select(*columns).where(PlannedOutage.id == outage_id, in_scope(reading))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    asset_ids = tuple(UUID(key) for key in row.asset_ids)
    return Reach(row.region_id, zones_of(reading, outage_id), row.boundary, asset_ids)


def count(reading: Reading, outage_id: UUID) -> Count:
    """Count whom an outage affects, as far as the caller sees them. Raises NotFound (outage.unknown)."""
    return count_affected(reading, reach_of(reading, outage_id))


def page_of_affected(
    reading: Reading, outage_id: UUID, *, limit: int, after: Sequence[Any] | None = None
) -> Page[AffectedRow]:
    """Return one page of whom an outage affects, with no more than is needed; the key is (place_id, site_id).

    Raises NotFound (outage.unknown).
    """
    return rows_of(reading, reach_of(reading, outage_id), limit=limit, after=after)


def log_of(reading: Reading, outage_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[LogRow]:
    """Return one page of what was asked of an outage, the earliest first. Raises NotFound (outage.unknown)."""
    visible = select(PlannedOutage.id).where(PlannedOutage.id == outage_id, in_scope(reading))
    if reading.session.scalar(visible) is None:
        raise errors.UNKNOWN()
    page = read_page(
        reading.session,
        select(*(getattr(OutageEvent, name) for name in LogRow.__dataclass_fields__)).where(
            OutageEvent.outage_id == outage_id
        ),
        key=(OutageEvent.at, OutageEvent.id),
        limit=limit,
        after=after,
        descending=False,
    )
    return Page(tuple(_log(row) for row in page.items), page.after)


def _outage(values: Sequence[Any]) -> OutageRow:
    return OutageRow(*values)


def _log(values: Sequence[Any]) -> LogRow:
    return LogRow(*values)
