"""What can be done with service reports: ask for one, take it in hand, keep it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from checklists.reports.codes import code_from
from checklists.reports.models import ServiceReport
from checklists.reports.queries import ReportRow, report
from checklists.reports.report import LOCALES
from checklists.reports.states import ReportState
from checklists.runs import queries as runs
from checklists.runs.events import RunsSigned
from kernel.bulk import insert_rows
from kernel.errors import INVALID
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
"""After how long a report is tried again that could not be made because the store was away: as long as it has waited so far."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A report in a worker's hands."""

    id: UUID
    work_order_id: UUID
    locale: str
    code: str
    content_digest: str
    wanted_at: datetime


def want(uow: UnitOfWork, *, order_id: UUID, locale: str) -> ReportRow:
    """Ask for a report of an order's checklist as it stands; asked again for the same content, it is the same report.

    Raises:
        NotFound (work_order.unknown, checklist.no_run); Invalid (invalid): the language.
    """
    if locale not in LOCALES:
        raise INVALID(f"one of {', '.join(LOCALES)}", path="/locale")
    opened = runs.open_view(uow, order_id)
    digest = opened.digest
    row = _row(uow, opened.region_id, order_id, locale, digest.hex(), opened.revision)
    insert_rows(uow.session, ServiceReport, [row], on_conflict="(work_order_id, content_digest, locale) DO NOTHING")
    key = uow.session.scalar(
        select(ServiceReport.id).where(
            ServiceReport.work_order_id == order_id,
            ServiceReport.content_digest == digest.hex(),
            ServiceReport.locale == locale,
        )
    )
    assert key is not None
    uow.session.execute(
        update(ServiceReport)
        .where(ServiceReport.id == key, ServiceReport.state == ReportState.FAILED.value)
        .values(state=ReportState.WANTED.value, attempts=0, due_at=uow.now)
    )
    return report(uow, key)


def on_runs_signed(uow: UnitOfWork, event: RunsSigned) -> None:
    """Make a report in Chinese of everything that was signed, without being asked. One statement for any number."""
    rows = [
        _row(uow, one.region_id, one.work_order_id, LOCALES[0], one.digest.hex(), one.revision) for one in event.runs
    ]
    insert_rows(uow.session, ServiceReport, rows, on_conflict="(work_order_id, content_digest, locale) DO NOTHING")


def _row(
    uow: UnitOfWork, region_id: UUID, order_id: UUID, locale: str, digest: str, revision: int
) -> dict[str, object]:
    return {
        "id": uow.new_id(),
        "region_id": region_id,
        "work_order_id": order_id,
        "locale": locale,
        "content_digest": digest,
        "revision": revision,
        "state": ReportState.WANTED.value,
        "code": code_from(secret_digest(new_secret())),
        "wanted_by": uow.actor.user_id,
        "wanted_at": uow.now,
        "due_at": uow.now,
        "attempts": 0,
    }


def take(uow: UnitOfWork) -> Taken | None:
    """Take the report that has waited longest, for the length of the lease; a worker that dies gives it back so."""
    row = uow.session.execute(
        select(
            ServiceReport.id,
            ServiceReport.work_order_id,
            ServiceReport.locale,
            ServiceReport.code,
            ServiceReport.content_digest,
            ServiceReport.wanted_at,
            ServiceReport.attempts,
        )
        .where(ServiceReport.state == ReportState.WANTED.value, ServiceReport.due_at <= uow.now)
        .order_by(ServiceReport.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    gives_up = row.attempts >= MOST_ATTEMPTS
    values = {
        "attempts": row.attempts + 1,
        "due_at": uow.now + LEASE,
        "state": ReportState.FAILED.value if gives_up else ReportState.WANTED.value,
    }
    uow.session.execute(update(ServiceReport).where(ServiceReport.id == row.id).values(**values))
    return take(uow) if gives_up else Taken(*row[:-1])


def postpone(uow: UnitOfWork, taken: Taken) -> None:
    """Try again after a while, as often as it takes: that store or database are away is not the report's fault."""
    pause = min(max(uow.now - taken.wanted_at, FIRST_PAUSE), LONGEST_PAUSE)
    uow.session.execute(
        update(ServiceReport)
        .where(ServiceReport.id == taken.id, ServiceReport.state == ReportState.WANTED.value)
        .values(attempts=ServiceReport.attempts - 1, due_at=uow.now + pause)
        .execution_options(synchronize_session=False)
    )


def gives_way(uow: UnitOfWork, taken: Taken, content_digest: str) -> bool:
    """Tell whether there is a report of this content already; then the one in hands gives way to it."""
    there = uow.session.scalar(
        select(ServiceReport.id).where(
            ServiceReport.work_order_id == taken.work_order_id,
            ServiceReport.content_digest == content_digest,
            ServiceReport.locale == taken.locale,
        )
    )
    if there in (None, taken.id):
        return False
    uow.session.execute(
        update(ServiceReport).where(ServiceReport.id == taken.id).values(state=ReportState.FAILED.value)
    )
    return True


def keep(uow: UnitOfWork, *, taken: Taken, content_digest: str, revision: int, file_digest: str, size: int) -> None:
    """Keep a report that was printed. What it shows may have moved on since it was asked for: then it is a report of that.

    If there is one of that content already, this one gives way to it.
    """
    if content_digest != taken.content_digest and gives_way(uow, taken, content_digest):
        return
    uow.session.execute(
        update(ServiceReport)
        .where(ServiceReport.id == taken.id, ServiceReport.state == ReportState.WANTED.value)
        .values(
            state=ReportState.MADE.value,
            content_digest=content_digest,
            revision=revision,
            file_digest=file_digest,
            size_bytes=size,
            made_at=uow.now,
        )
    )
