"""What can be asked about service reports: those of orders in the caller's scope, and by its code what anybody may know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists.reports import errors
from checklists.reports.codes import plain_code
from checklists.reports.models import ServiceReport
from checklists.reports.states import ReportState
from checklists.runs import queries as runs
from checklists.signoff.queries import is_signed
from dispatch.work_orders import errors as work_order_errors
from dispatch.work_orders import queries as work_orders
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A service report. Digests are SHA-256 in hexadecimal: of what the customer signs, and of the PDF."""

    id: UUID
    work_order_id: UUID
    locale: str
    revision: int
    state: str
    code: str
    content_digest: str
    file_digest: str | None
    size_bytes: int | None
    wanted_at: datetime
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class Genuine:
    """What anybody who holds a report may know by its code: nothing about people.

    `signed` tells that the customer signed this content, `current` that the order still holds it.
    """

    number: str
    locale: str
    revision: int
    content_digest: str
    file_digest: str
    made_at: datetime
    signed: bool
    current: bool


_ROW = tuple(getattr(ServiceReport, name) for name in ReportRow.__dataclass_fields__)


def reports_of_order(reading: Reading, order_id: UUID, *, limit: int = 100) -> tuple[ReportRow, ...]:
    """Return the reports of an order, the latest first. Raises NotFound (work_order.unknown)."""
    if not work_orders.visible_order_ids(reading, [order_id]):
        raise work_order_errors.UNKNOWN()
    rows = reading.session.execute(
        select(*_ROW)
        .where(ServiceReport.work_order_id == order_id)
        .order_by(ServiceReport.wanted_at.desc(), ServiceReport.id.desc())
        .limit(limit)
    )
    return tuple(ReportRow(*row) for row in rows)


def report(reading: Reading, report_id: UUID) -> ReportRow:
    """Return a report. Raises NotFound (report.unknown) unless its order is in the caller's scope."""
    # In one statement: with two, their number would tell a report that one may not see from none.
    seen = ServiceReport.work_order_id.in_(work_orders.orders_in_scope(reading))
    found = reading.session.execute(select(*_ROW).where(ServiceReport.id == report_id, seen)).one_or_none()
    if found is None:
        raise errors.UNKNOWN()
    return ReportRow(*found)


def genuine(reading: Reading, code: str) -> Genuine:
    """Say what a code stands for; for anybody, so `reading` is the product's own. Raises NotFound (report.code_unknown)."""
    plain = plain_code(code)
    found = None if plain is None else reading.session.execute(select(*_ROW).where(ServiceReport.code == plain)).first()
    if found is None or found.state != ReportState.MADE:
        raise errors.CODE_UNKNOWN()
    row = ReportRow(*found)
    assert row.file_digest is not None
    assert row.made_at is not None
    now = runs.open_view(reading, row.work_order_id).digest
    signed = is_signed(reading.session, row.work_order_id, bytes.fromhex(row.content_digest))
    return Genuine(
        work_orders.order(reading, row.work_order_id).row.number,
        row.locale,
        row.revision,
        row.content_digest,
        row.file_digest,
        row.made_at,
        signed,
        now.hex() == row.content_digest,
    )


def backlog(session: Session) -> tuple[int, datetime | None]:
    """Count the reports of all regions that are wanted and not made, and when the first was wanted (aware UTC)."""
    wanted = ServiceReport.state == ReportState.WANTED.value
    row = session.execute(select(func.count(), func.min(ServiceReport.wanted_at)).where(wanted)).one()
    return row[0], row[1]


def kept(session: Session, *, limit: int) -> list[str]:
    """Return the digests of the files of the last reports of all regions."""
    made = ServiceReport.state == ReportState.MADE.value
    rows = session.scalars(select(ServiceReport.file_digest).where(made).order_by(ServiceReport.id.desc()).limit(limit))
    return [digest for digest in rows if digest is not None]
