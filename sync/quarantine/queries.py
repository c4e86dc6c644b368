"""What can be asked about ops that wait, within the caller's scope: those of the technicians one supervises, and one's own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from dispatch.people import queries as people
from dispatch.territory import queries as territory
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading
from sync.devices.models import Device
from sync.devices.states import DeviceStatus
from sync.ingest.models import Op, OpState
from sync.quarantine import errors
from sync.quarantine.models import OpDecision

WAITING = (OpState.QUARANTINED, OpState.HELD)


@dataclass(frozen=True, slots=True)
class OpRow:
    """An op as lists show it; `subject_id` is its work order, or its device where it names none. Times are aware UTC."""

    op_id: UUID
    region_id: UUID
    device_id: UUID
    user_id: UUID
    device_seq: int | None
    type: str
    subject_id: UUID
    state: str
    code: str | None
    received_at: datetime
    effective_at: datetime
    time_quality: str
    hold_until: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What somebody decided about an op."""

    decision: str
    code: str | None
    reason: str
    decided_by: UUID
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class OpDetail:
    """An op with its text as it came, and all that was decided about it, the latest first."""

    op: OpRow
    payload: str
    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True)
class StationBacklog:
    """How much of a station's phones waits, and how many of them were not heard of for long; `station_id` None: of nobody's."""

    station_id: UUID | None
    station_name: str | None
    pending: int
    oldest_pending_at: datetime | None
    held: int
    quarantined: int
    oldest_quarantined_at: datetime | None
    silent_devices: int


_ROW = tuple(getattr(Op, one.name) for one in fields(OpRow))


def in_sight(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that an op is the caller's own, or of a technician whom they see."""
    supervised = people.visible_technician_ids(reading)
    return or_(Op.user_id == reading.actor.user_id, Op.user_id.in_(supervised))


def waiting(reading: Reading, filters: Mapping[str, Any]) -> Select[Any]:
    """Return the statement for the ops in sight that meet all filters (`until` bounds when they were received)."""
    statement = _of_region(reading, select(*_ROW, Op.payload).where(in_sight(reading)))
    state = filters.get("state")
    statement = statement.where(Op.state == (state or OpState.QUARANTINED.value))
    for name in ("code", "type", "user_id", "device_id"):
        if filters.get(name) is not None:
            statement = statement.where(getattr(Op, name) == filters[name])
    if filters.get("until") is not None:
        statement = statement.where(Op.received_at <= filters["until"])
    return statement


def by_id(reading: Reading, ids: Collection[UUID]) -> Select[Any]:
    """Return the statement for those of these ops that are in sight, whatever their state."""
    return _of_region(reading, select(*_ROW, Op.payload).where(Op.op_id.in_(ids), in_sight(reading)))


def _of_region(reading: Reading, statement: Select[Any]) -> Select[Any]:
    """Say whose region it is, where there is but one: the indexes begin with it."""
    region_id = reading.actor.region_id
    return statement if region_id is None else statement.where(Op.region_id == region_id)


def page_of_ops(reading: Reading, *, limit: int, after: Sequence[Any] | None = None, **filters: Any) -> Page[OpRow]:
    """Return one page of ops that wait, the latest first; the key is (received_at, op_id)."""
    statement = waiting(reading, filters).with_only_columns(*_ROW)
    page = read_page(reading.session, statement, key=(Op.received_at, Op.op_id), limit=limit, after=after)
    return Page(tuple(_op(row) for row in page.items), page.after)


def _op(values: Any) -> OpRow:
    return OpRow(*values)


def op(reading: Reading, op_id: UUID) -> OpDetail:
    """Return an op, whatever its state. Raises NotFound (op.unknown)."""
    row = reading.session.execute(by_id(reading, [op_id]).limit(1)).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    columns = tuple(getattr(OpDecision, one.name) for one in fields(DecisionRow))
    decisions = reading.session.execute(
        select(*columns)
        .where(OpDecision.region_id == row.region_id, OpDecision.op_id == op_id)
        .order_by(OpDecision.decided_at.desc(), OpDecision.id.desc())
    )
    return OpDetail(_op(row[:-1]), row.payload, tuple(DecisionRow(*one) for one in decisions))


def backlogs(reading: Reading, *, silent: timedelta) -> tuple[StationBacklog, ...]:
    """Return what waits for each station in sight, the fullest quarantine first. Four statements; the cost is what waits.

    A device counts as silent when it is in use and handed in nothing for so long.
    """
    counts: dict[UUID, dict[str, Any]] = {}
    for state in (OpState.PENDING, *WAITING):
        rows = reading.session.execute(
            select(Op.user_id, func.count(), func.min(Op.received_at))
            .where(Op.state == state.value, in_sight(reading))
            .group_by(Op.user_id)
        )
        for user_id, number, oldest in rows:
            counts.setdefault(user_id, {})[state.value] = (number, oldest)
    unheard = or_(Device.last_push_at.is_(None), Device.last_push_at < reading.now - silent)
    devices = reading.session.execute(
        select(Device.user_id, func.count())
        .where(
            and_(Device.status == DeviceStatus.ACTIVE.value, unheard),
            Device.user_id.in_(people.visible_technician_ids(reading)),
        )
        .group_by(Device.user_id)
    )
    for user_id, number in devices:
        counts.setdefault(user_id, {})["silent"] = (number, None)
    return _by_station(reading, counts)


def _by_station(
    reading: Reading, counts: Mapping[UUID, Mapping[str, tuple[int, datetime | None]]]
) -> tuple[StationBacklog, ...]:
    posts = people.posts_of(reading, counts)
    stations: dict[UUID | None, list[Mapping[str, tuple[int, datetime | None]]]] = {}
    for user_id, found in counts.items():
        stations.setdefault(posts[user_id][0] if user_id in posts else None, []).append(found)
    names = territory.names_of_stations(reading, [key for key in stations if key is not None])

    def total(of: Sequence[Mapping[str, tuple[int, datetime | None]]], state: str) -> tuple[int, datetime | None]:
        known = [one[state] for one in of if state in one]
        return sum(number for number, _ in known), min((at for _, at in known if at is not None), default=None)

    made = []
    for key, of in stations.items():
        pending, oldest = total(of, OpState.PENDING.value)
        quarantined, longest = total(of, OpState.QUARANTINED.value)
        held, silent = total(of, OpState.HELD.value)[0], total(of, "silent")[0]
        name = None if key is None else names.get(key)
        made.append(StationBacklog(key, name, pending, oldest, held, quarantined, longest, silent))
    return tuple(
        sorted(made, key=lambda one: (-one.quarantined, -one.pending, one.station_name or "", str(one.station_id)))
    )
