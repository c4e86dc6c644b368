"""What is known of the runs of finished orders, read in sets; for inspections, without a scope of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from checklists.runs.models import ChecklistAnswer, ChecklistRun
from kernel.database import one_of
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class RunOfOrder:
    """The run of an order, and the version of the template that it is on."""

    id: UUID
    work_order_id: UUID
    template_version_id: UUID


@dataclass(frozen=True, slots=True)
class Answering:
    """How many items of a run have an answer from a device, and when the first and the last were given (corrected)."""

    items: int
    first_at: datetime
    last_at: datetime


def runs_by_order(reading: Reading, order_ids: Collection[UUID]) -> dict[UUID, RunOfOrder]:
    """Return the runs of these orders, by order; those without a checklist are left out. One statement."""
    rows = reading.session.execute(
        select(ChecklistRun.id, ChecklistRun.work_order_id, ChecklistRun.template_version_id).where(
            one_of(reading.session, ChecklistRun.work_order_id, order_ids)
        )
    )
    return {row.work_order_id: RunOfOrder(*row) for row in rows}


def answering_of(reading: Reading, run_ids: Collection[UUID]) -> dict[UUID, Answering]:
    """Return when these runs were answered, by run. One statement."""
    answer = ChecklistAnswer
    rows = reading.session.execute(
        select(
            answer.run_id,
            func.count(answer.item.distinct()),
            func.min(answer.effective_at),
            func.max(answer.effective_at),
        )
        .where(
            one_of(reading.session, answer.run_id, run_ids),
            answer.device_id.is_not(None),
            answer.time_quality != "untrusted",
        )
        .group_by(answer.run_id)
    )
    return {row[0]: Answering(*row[1:]) for row in rows}


def untrusted_runs(reading: Reading, run_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these runs of which something was answered by a clock that cannot be trusted. One statement."""
    rows = reading.session.scalars(
        select(ChecklistAnswer.run_id)
        .where(one_of(reading.session, ChecklistAnswer.run_id, run_ids), ChecklistAnswer.time_quality == "untrusted")
        .distinct()
    )
    return set(rows)
