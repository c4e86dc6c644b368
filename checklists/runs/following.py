"""Raises the orders that follow from failed items, once the work has ended: one for each run and item, for ever."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from checklists.runs.consequences import Consequence, consequences, description_of, title_of
from checklists.runs.events import RunsFailing
from checklists.runs.models import ChecklistFollowUp, ChecklistRun
from checklists.templates import queries as templates
from dispatch.work_orders import follow_ups
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.events import OrdersMoved
from dispatch.work_orders.follow_ups import Raised
from kernel.bulk import insert_rows
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork


def on_orders_moved(uow: UnitOfWork, event: OrdersMoved) -> None:
    """Raise what follows from the checklists of the orders whose work has ended."""
    raise_follow_ups(uow, {move.order_id for move in event.moves if move.target in follow_ups.WORK_ENDED})


def on_runs_failing(uow: UnitOfWork, event: RunsFailing) -> None:
    """Raise what follows from answers that came in when the work had ended already."""
    raise_follow_ups(uow, set(event.work_order_ids))


def raise_follow_ups(uow: UnitOfWork, order_ids: Collection[UUID]) -> None:
    """Raise the orders that the failed items of these orders' checklists lead to, unless they were raised before.

    Orders whose work has not ended, or that are closed or cancelled, are passed over. The caller has locked the orders, so that
    nothing is raised twice; two statements when nothing failed, none without orders.
    """
    if not order_ids:
        return
    rows = uow.session.execute(
        select(
            ChecklistRun.id,
            ChecklistRun.region_id,
            ChecklistRun.work_order_id,
            ChecklistRun.template_version_id,
            ChecklistRun.answers,
        )
        .where(ChecklistRun.work_order_id.in_(sorted(order_ids)))
        .order_by(ChecklistRun.id)
    ).all()
    checklists = templates.checklists_of(uow.session, {row.template_version_id for row in rows})
    found = [(row, one) for row in rows for one in consequences(checklists[row.template_version_id][1], row.answers)]
    if not found:
        return
    before = uow.session.execute(
        select(ChecklistFollowUp.run_id, ChecklistFollowUp.item).where(
            ChecklistFollowUp.run_id.in_({row.id for row, _ in found})
        )
    )
    known = {(row.run_id, row.item) for row in before}
    sources = follow_ups.ended(uow, {row.work_order_id for row, _ in found})
    fresh = [(row, one) for row, one in found if (row.id, one.item.key) not in known and row.work_order_id in sources]
    if not fresh:
        return
    raised = [_order(uow, row.work_order_id, one, sources[row.work_order_id].number) for row, one in fresh]
    follow_ups.raise_orders(uow, sources, raised)
    insert_rows(
        uow.session,
        ChecklistFollowUp,
        [
            {
                "run_id": row.id,
                "item": one.item.key,
                "region_id": row.region_id,
                "work_order_id": made.id,
                "raised_at": uow.now,
            }
            for (row, one), made in zip(fresh, raised, strict=True)
        ],
    )
    _announce(uow, {row.work_order_id: (row.region_id, row.id) for row, _ in fresh})


def _order(uow: UnitOfWork, order_id: UUID, one: Consequence, number: str) -> Raised:
    return Raised(
        uow.new_id(),
        order_id,
        one.rule.work_type,
        one.rule.priority,
        title_of(one),
        description_of(one, number),
        {"item": one.item.key, "value": one.value},
    )


def _announce(uow: UnitOfWork, runs: dict[UUID, tuple[UUID, UUID]]) -> None:
    """Tell the phones that hold these orders what their runs led to."""
    book = work_orders.open_book(uow, sorted(runs))
    uow.announce(
        Change(region_id, scope_of("user", holder), "checklists", str(run_id))
        for order_id, (region_id, run_id) in runs.items()
        if order_id in book.orders
        for holder in book.holders_now(order_id)
    )
