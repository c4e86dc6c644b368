"""Who answers, answered and will answer: of a whole station at a moment, of a person, and where nobody does or soon will."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from dispatch.territory.duties import DutyKind
from dispatch.territory.models import MaintenanceGroup, PlaceDuty, Station, Zone
from dispatch.territory.queries import duties_in_scope, in_scope
from dispatch.territory.rows import DutyRow
from kernel.actor import Level
from kernel.database import Page, UTCDateTime, read_page
from kernel.direct import Prepared
from kernel.unit_of_work import Reading


class Vacancy(StrEnum):
    """Why a place has nobody, or soon will have: nobody holds the duty, its holder has left, or it ends without a successor."""

    VACANT = "vacant"
    HOLDER_GONE = "holder_gone"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class AnsweringRow:
    """A place of a station, and the duties in force there at a moment."""

    level: str
    id: UUID
    group_id: UUID | None
    code: str
    name: str
    duties: tuple[DutyRow, ...]


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """A place that nobody answers for, or soon nobody will.

    `user_id` is who holds the duty still, or held it last (None: nobody ever did); `since` from when on nobody does (None: ever
    since the place was opened), and `reason` what was said about it.
    """

    level: str
    id: UUID
    station_id: UUID
    code: str
    name: str
    kind: str
    state: Vacancy
    since: datetime | None
    reason: str | None
    user_id: UUID | None


_DUTY = tuple(getattr(PlaceDuty, name) for name in DutyRow.__dataclass_fields__)
_LEVELS: tuple[tuple[Level, Any, Any, Any, DutyKind], ...] = (
    (Level.STATION, Station, Station.id, None, DutyKind.STATION_MANAGER),
    (Level.GROUP, MaintenanceGroup, MaintenanceGroup.station_id, MaintenanceGroup.id, DutyKind.GROUP_LEADER),
    (Level.ZONE, Zone, Zone.station_id, Zone.group_id, DutyKind.ZONE_MANAGER),
)
"""For each level: its table, the columns of its station and group, and the duty that must never be vacant unsaid."""


def answering_at(reading: Reading, station_id: UUID, at: datetime) -> tuple[AnsweringRow, ...]:
    """Tell who answered for a station and for each group and zone in it at a moment, as far as the caller sees them.

    The places are those that the station has now, and that were not retired by that moment. Two statements.
    """
    parts = []
    for nth, (level, model, station, group, _) in enumerate(_LEVELS):
        columns = (literal(nth).label("nth"), literal(level.value).label("level"), model.id, _or_null(group))
        was_there = or_(model.retired_at.is_(None), model.retired_at > at)
        parts.append(
            select(*columns, model.code, model.name).where(station == station_id, was_there, in_scope(reading, level))
        )
    places = union_all(*parts).subquery()
    rows: Any = reading.session.execute(select(places).order_by(places.c.nth, places.c.code, places.c.id)).all()
    duties = _in_force(reading, [row.id for row in rows], at)
    return tuple(
        AnsweringRow(row.level, row.id, row.group_id, row.code, row.name, tuple(duties.get(row.id, ()))) for row in rows
    )


def duties_of_person(
    reading: Reading,
    user_id: UUID,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    at: datetime | None = None,
) -> Page[DutyRow]:
    """List what a person answers, answered or will answer for, as far as the caller sees the places; the latest first.

    With `at` only what they answered for at that moment. The key is (valid_from, id).
    """
    statement: Select[Any] = select(*_DUTY).where(PlaceDuty.user_id == user_id, duties_in_scope(reading))
    if at is not None:
        statement = statement.where(_holds(PlaceDuty, at))
    page: Page[Any] = read_page(
        reading.session, statement, key=[PlaceDuty.valid_from, PlaceDuty.id], limit=limit, after=after
    )
    return Page(tuple(DutyRow(*row) for row in page.items), page.after)


def duties_ahead(reading: Reading, user_id: UUID) -> tuple[DutyRow, ...]:
    """Return what a person answers for now and will answer for, the earliest first; for their own phone."""
    return tuple(DutyRow(*row) for row in _AHEAD.rows(reading.session, user=user_id, now=reading.now))


_AHEAD = Prepared(
    select(*_DUTY)
    .where(
        PlaceDuty.user_id == bindparam("user", type_=Uuid()),
        or_(PlaceDuty.valid_to.is_(None), PlaceDuty.valid_to > bindparam("now", type_=UTCDateTime())),
    )
    .order_by(PlaceDuty.valid_from, PlaceDuty.id)
)


def vacancies(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
) -> Page[VacancyRow]:
    """List the working places in scope without a manager or leader, or soon without, by code; the key is (code, id)."""
    parts = []
    for level, model, station, _, kind in _LEVELS:
        columns = (literal(level.value).label("level"), model.id, station.label("station_id"), model.code, model.name)
        wanted = [model.retired_at.is_(None), in_scope(reading, level), ~_is_secured(model.id, kind, reading.now)]
        if region_id is not None:
            wanted.append(model.region_id == region_id)
        if station_id is not None:
            wanted.append(station == station_id)
        parts.append(select(*columns, literal(kind.value).label("kind")).where(*wanted))
    places = union_all(*parts).subquery()
    page: Page[Any] = read_page(
        reading.session, select(places), key=[places.c.code, places.c.id], limit=limit, after=after, descending=False
    )
    last = _last(reading, [row.id for row in page.items])
    return Page(tuple(_vacancy(row, last.get((row.id, row.kind)), reading.now) for row in page.items), page.after)


def _vacancy(row: Any, last: DutyRow | None, now: datetime) -> VacancyRow:
    if last is None:
        return VacancyRow(**row._mapping, state=Vacancy.VACANT, since=None, reason=None, user_id=None)
    state, since = Vacancy.ENDING, last.valid_to
    if last.valid_to is not None and last.valid_to <= now:
        state = Vacancy.VACANT
    elif last.is_gone_at(now):
        state, since = Vacancy.HOLDER_GONE, last.holder_gone_at
    return VacancyRow(**row._mapping, state=state, since=since, reason=last.end_reason, user_id=last.user_id)


def _is_secured(place_id: Any, kind: DutyKind, now: datetime) -> ColumnElement[bool]:
    """The condition that somebody who is there answers now, and either for good or until a successor begins."""
    duty, successor = aliased(PlaceDuty), aliased(PlaceDuty)
    follows = exists().where(
        successor.place_id == duty.place_id,
        successor.kind == duty.kind,
        successor.valid_from == duty.valid_to,
        successor.holder_gone_at.is_(None),
    )
    return exists().where(
        duty.place_id == place_id,
        duty.kind == kind.value,
        duty.holder_gone_at.is_(None),
        _holds(duty, now),
        or_(duty.valid_to.is_(None), follows),
    )


def _holds(duty: Any, at: datetime) -> ColumnElement[bool]:
    return and_(duty.valid_from <= at, or_(duty.valid_to.is_(None), duty.valid_to > at))


def _in_force(reading: Reading, place_ids: Sequence[UUID], at: datetime) -> dict[UUID, list[DutyRow]]:
    found: dict[UUID, list[DutyRow]] = {}
    for row in reading.session.execute(
        select(*_DUTY).where(PlaceDuty.place_id.in_(place_ids), _holds(PlaceDuty, at)).order_by(PlaceDuty.kind)
    ):
        found.setdefault(row.place_id, []).append(DutyRow(*row))
    return found


def _last(reading: Reading, place_ids: Sequence[UUID]) -> dict[tuple[UUID, str], DutyRow]:
    """Return the last duty that has begun, of each kind at each of these places."""
    rows = reading.session.execute(
        select(*_DUTY)
        .where(PlaceDuty.place_id.in_(place_ids), PlaceDuty.valid_from <= reading.now)
        .order_by(PlaceDuty.valid_from, PlaceDuty.id)
    )
    return {(row.place_id, row.kind): DutyRow(*row) for row in rows}


def _or_null(column: Any) -> Any:
    return (literal(None, Zone.group_id.type) if column is None else column).label("group_id")
