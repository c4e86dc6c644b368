"""Removes orders that an import brought in as history, and that nobody has touched since."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, exists, func, select

from dispatch.sla.keeping import forget_clocks
from dispatch.work_orders.events import HistoryRemoved
from dispatch.work_orders.lifecycle import Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder, WorkOrderAssignment
from dispatch.work_orders.queries import in_scope
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork

ENDED = (Status.CLOSED, Status.CANCELLED)


def untouched_history(uow: UnitOfWork, order_ids: Collection[UUID]) -> set[UUID]:
    """Lock those of these orders in the actor's scope that came as ended, and to which nothing has happened since.

    One statement. They were nobody's, so no phone has them.
    """
    entries = (
        select(func.count())
        .select_from(TimelineEntry)
        .where(TimelineEntry.work_order_id == WorkOrder.id)
        .correlate(WorkOrder)
        .scalar_subquery()
    )
    statement = (
        select(WorkOrder.id)
        .where(
            one_of(uow.session, WorkOrder.id, order_ids),
            in_scope(uow),
            WorkOrder.status.in_([status.value for status in ENDED]),
            WorkOrder.version == 1,
            entries == 1,
            ~exists().where(WorkOrderAssignment.work_order_id == WorkOrder.id),
        )
        .order_by(WorkOrder.id)
        .with_for_update()
    )
    return set(uow.session.scalars(statement))


def remove_history(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Delete orders that `untouched_history` let through, with their clocks. Rooms above drop what they made of them.

    Raises SQLAlchemy's IntegrityError where something refers to one of them after all.
    """
    if not order_ids:
        return
    uow.publish(HistoryRemoved(frozenset(order_ids)))
    forget_clocks(uow, order_ids)
    for column in (TimelineEntry.work_order_id, WorkOrder.id):
        where = one_of(uow.session, column, order_ids)
        uow.session.execute(delete(column.class_).where(where).execution_options(synchronize_session=False))
