"""Gives clocks to orders from before there were any: by what is known of each, in batches that may be run again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.sla import keeping
from dispatch.sla import queries as sla
from dispatch.sla.book import ClockBook, ClockFact, Promise
from dispatch.sla.clock import DONE, EventKind
from dispatch.sla.deadline import Priority
from dispatch.sla.pauses import ClockName
from dispatch.work_orders.clock_facts import start_of
from dispatch.work_orders.clockwork import classes_of
from dispatch.work_orders.lifecycle import TERMINAL, Status
from dispatch.work_orders.models import WorkOrder
from kernel.actor import SYSTEM_USER
from kernel.unit_of_work import UnitOfWork

_COLUMNS = tuple(
    getattr(WorkOrder, name)
    for name in (
        "id",
        "region_id",
        "zone_id",
        "status",
        "priority",
        "work_type",
        "customer_id",
        "received_at",
        "responded_at",
        "arrived_at",
        "completed_at",
        "closed_at",
        "updated_at",
    )
)
ENDED_WITHOUT = frozenset({*TERMINAL, Status.UNABLE_TO_COMPLETE}) - {Status.CLOSED}
"""States in which clocks stand without having been kept."""


def backfill_clocks(uow: UnitOfWork, *, after: UUID | None, limit: int) -> tuple[UUID | None, int]:
    """Give clocks to orders that have none, in the order of their ids; drafts get theirs when they are submitted.

    They start at the receipt, by the policy of that moment, and stand at what the order says was done when; from then on they
    are like all others. Returns after which id to go on (None: all are done), and how many orders got clocks. Whoever commands
    such an order waits. Nine statements at most for any number.
    """
    wanted = select(*_COLUMNS).where(
        WorkOrder.status != Status.DRAFT.value, WorkOrder.id.not_in(sla.order_ids_with_clocks())
    )
    if after is not None:
        wanted = wanted.where(WorkOrder.id > after)
    rows = uow.session.execute(wanted.order_by(WorkOrder.id).limit(limit).with_for_update(key_share=True)).all()
    if not rows:
        return None, 0
    policies = sla.load_policies(uow, sorted({row.region_id for row in rows}))
    classes = classes_of(uow, [row.customer_id for row in rows]) if policies.ask_for_class else {}
    book = ClockBook(policies, uow.now)
    for row in rows:
        customer_class = None if row.customer_id is None else classes.get(row.customer_id)
        for fact in _facts(row, customer_class):
            book.note(fact, uow.new_id)
    keeping.write_clocks(uow, book)
    return rows[-1].id, len(rows)


def _facts(row: Any, customer_class: str | None) -> Iterable[ClockFact]:
    priority = Priority(row.priority)
    promise = Promise(row.region_id, priority, row.work_type, customer_class, row.received_at, row.zone_id)
    yield start_of(row.id, promise, row.received_at, SYSTEM_USER)
    done: tuple[tuple[ClockName, datetime | None], ...] = (
        (ClockName.RESPOND, row.responded_at or row.arrived_at or row.completed_at),
        (ClockName.ARRIVE, row.arrived_at or row.completed_at),
        (ClockName.RESOLVE, row.completed_at),
    )
    for clock, at in done:
        if at is not None:
            yield ClockFact(row.id, EventKind.STOP, at, SYSTEM_USER, frozenset({clock}), reason=DONE)
    status = Status(row.status)
    if status in ENDED_WITHOUT:
        yield ClockFact(row.id, EventKind.STOP, row.closed_at or row.updated_at, SYSTEM_USER, reason=status.value)
    elif status is Status.CLOSED:
        # What has no time of its own was over when the books were closed.
        yield ClockFact(row.id, EventKind.STOP, row.closed_at or row.updated_at, SYSTEM_USER, reason=DONE)
