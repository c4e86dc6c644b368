"""What can be asked about exports: one's own, how far each is, and the file of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from dispatch.exports import errors
from dispatch.exports.kinds.catalogue import KINDS
from dispatch.exports.kinds.names import KindName
from dispatch.exports.models import Export
from dispatch.exports.running import written
from dispatch.exports.states import ExportFormat, ExportState
from dispatch.exports.writers import CONTENT_TYPES
from kernel.database import Page, read_page
from kernel.ordering import Sorts
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as its person sees it. `rows` is None until it is begun; `problem` a code, of what could not be written."""

    id: UUID
    kind: str
    state: str
    format: str
    language: str
    timezone: str
    columns: list[str]
    filters: dict[str, Any]
    rows: int | None
    rows_done: int
    problem: str | None
    filename: str
    size_bytes: int | None
    version: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExportFile:
    """The file of an export: its digest in the store, its key, and how it is called. `personal`: it tells of customers."""

    digest: str
    key: bytes
    content_type: str
    size_bytes: int
    filename: str
    kind: str
    rows: int
    personal: bool


_ROW = tuple(getattr(Export, name) for name in ExportRow.__dataclass_fields__)


def _mine(reading: Reading) -> ColumnElement[bool]:
    return (Export.user_id == reading.actor.user_id) & (Export.state != ExportState.DISCARDED.value)


SORTS = Sorts(Export.created_at, Export.id, by={"created_at": Export.created_at, "ended_at": Export.ended_at})


def page_of_exports(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    kind: KindName | None = None,
    state: ExportState | None = None,
) -> Page[ExportRow]:
    """Return one page of the caller's exports, the latest first unless it is sorted otherwise."""
    statement = select(*_ROW).where(_mine(reading))
    if kind is not None:
        statement = statement.where(Export.kind == kind.value)
    if state is not None:
        statement = statement.where(Export.state == state.value)
    page: Page[Any] = read_page(reading.session, statement, key=SORTS.order(sort), limit=limit, after=after)
    return Page(tuple(ExportRow(*row) for row in page.items), page.after)


def export(reading: Reading, export_id: UUID) -> ExportRow:
    """Return one of the caller's exports. Raises NotFound (export.unknown)."""
    found = reading.session.execute(select(*_ROW).where(Export.id == export_id, _mine(reading))).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    return ExportRow(*found)


def file_of(reading: Reading, export_id: UUID) -> ExportFile:
    """Return the file of one of the caller's exports, while they hold every role under which it was written.

    Raises:
        NotFound (export.unknown): it is not theirs, or they lost one of these roles.
        Conflict (export.not_done); Gone (export.over): the file is not kept any more.
    """
    row = reading.session.execute(select(Export.__table__).where(Export.id == export_id, _mine(reading))).one_or_none()
    if row is None or not {tuple(one) for one in row.grants} <= written(reading.actor):
        raise errors.UNKNOWN()
    over = row.state == ExportState.EXPIRED or (row.expires_at is not None and row.expires_at <= reading.now)
    if over:
        raise errors.OVER()
    if row.state != ExportState.DONE:
        raise errors.NOT_DONE(state_now=row.state)
    personal = not KINDS[row.kind].personal.isdisjoint(row.columns)
    return ExportFile(
        row.file_digest,
        row.file_key,
        CONTENT_TYPES[ExportFormat(row.format)],
        row.size_bytes,
        row.filename,
        row.kind,
        row.rows_done,
        personal,
    )
