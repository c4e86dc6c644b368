"""What can be asked about who did and saw what: by administrators and regional operations, and by everybody about themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, and_, select

from kernel.actor import Level, Role
from kernel.audit.acts import ROOT, ActKind
from kernel.audit.models import AuditEntry, AuditSubject
from kernel.database import Page, read_page
from kernel.ordering import Order, Sorts
from kernel.unit_of_work import Reading

READERS = frozenset({Role.ADMINISTRATOR, Role.REGIONAL_OPERATIONS})


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the log. `region_id` is None of what belongs to no region; `n` counts within the region."""

    id: UUID
    n: int
    region_id: UUID | None
    at: datetime
    kind: ActKind
    action: str
    user_id: UUID
    device_id: UUID | None
    session: str | None
    address: str | None
    agent: str | None
    request_id: str | None
    subject_id: UUID | None
    details: dict[str, Any]
    hash: bytes


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What is asked for; None lets everything through. `subject_id`: what was changed, or whose data was seen."""

    user_id: UUID | None = None
    subject_id: UUID | None = None
    region_id: UUID | None = None
    kind: ActKind | None = None
    action: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


_E = AuditEntry
_COLUMNS: tuple[Any, ...] = (
    _E.id, _E.n, _E.chain, _E.at, _E.kind, _E.action, _E.user_id, _E.device_id, _E.session, _E.address, _E.agent,
    _E.request_id, _E.subject_id, _E.details, _E.hash,
)  # fmt: skip


SORTS = Sorts(_E.at, _E.id, by={"at": _E.at})


def page_of_entries(
    reading: Reading, *, filters: EntryFilter, limit: int, after: Sequence[Any] | None = None, sort: str | None = None
) -> Page[EntryRow]:
    """Return one page of entries, the newest first unless it is sorted otherwise. An index serves whatever is asked."""
    statement: Select[Any] = select(*_COLUMNS)
    order = SORTS.order(sort)
    if filters.subject_id is not None:
        subject = AuditSubject
        order = Order((subject.at, subject.id), order.descending)
        columns: list[Any] = [*order.key, *(column for column in _COLUMNS if column.key not in ("at", "id"))]
        found = and_(subject.chain == _E.chain, subject.n == _E.n)
        statement = select(*columns).join(subject, found).where(subject.subject_id == filters.subject_id)
    statement = statement.where(*_conditions(filters, order.key[0]))
    page = read_page(reading.session, statement, key=order, limit=limit, after=after, any_of=_seen(reading))
    return Page(tuple(_row(one) for one in page.items), page.after)


def _conditions(filters: EntryFilter, at: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (_E.user_id, filters.user_id),
            (_E.chain, filters.region_id),
            (_E.kind, filters.kind and filters.kind.value),
            (_E.request_id, filters.request_id),
        )
        if value is not None
    ]
    if filters.action is not None:
        found.append(_E.action.startswith(filters.action, autoescape=True))
    if filters.since is not None:
        found.append(at >= filters.since)
    if filters.until is not None:
        found.append(at < filters.until)
    return found


def _seen(reading: Reading) -> list[ColumnElement[bool]] | None:
    """Return the conditions of which an entry must meet one to be seen, or None for all."""
    mine = {grant for grant in reading.actor.grants if grant.role in READERS}
    if any(grant.level is Level.EVERYWHERE for grant in mine):
        return None
    regions = sorted({g.place_id for g in mine if g.level is Level.REGION and g.place_id is not None})
    return [*(_E.chain == region_id for region_id in regions), _E.user_id == reading.actor.user_id]


def _row(row: Any) -> EntryRow:
    region_id = None if row.chain == ROOT else row.chain
    details = orjson.loads(row.details)
    others = (row.action, row.user_id, row.device_id, row.session, row.address, row.agent, row.request_id)
    return EntryRow(row.id, row.n, region_id, row.at, ActKind(row.kind), *others, row.subject_id, details, row.hash)
