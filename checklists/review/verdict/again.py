"""Reviews work again that was done again: whoever was told to, is looked at once more."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from checklists.review.models import Review
from checklists.review.opening import Pick, open_reviews
from checklists.review.policy_of import rules_now
from checklists.review.states import KNOWN, Reopening, Source, Verdict, Why
from dispatch.work_orders.events import OrdersMoved
from dispatch.work_orders.inspection_facts import finished_orders
from dispatch.work_orders.lifecycle import Status
from kernel.database import one_of
from kernel.unit_of_work import UnitOfWork


def on_orders_moved(uow: UnitOfWork, event: OrdersMoved) -> None:
    """Open a review of each order that was sent back by one and is finished again. One statement where there is none."""
    finished = {move.order_id for move in event.moves if move.target is Status.COMPLETED}
    if not finished:
        return
    later = aliased(Review)
    rows = uow.session.execute(
        select(Review.id, Review.region_id, Review.work_order_id, Review.risks).where(
            one_of(uow.session, Review.work_order_id, finished),
            Review.verdict == Verdict.REWORK.value,
            Review.state.in_(KNOWN),
            Review.reopening.in_((Reopening.RETURNED.value, Reopening.REOPENED.value)),
            ~select(later.id).where(later.previous_id == Review.id).exists(),
        )
    ).all()
    if not rows:
        return
    done = finished_orders(uow, {row.work_order_id for row in rows})
    picks = {
        row.work_order_id: Pick(
            row.work_order_id,
            # Whoever did it again; that need not be who did it first.
            done[row.work_order_id].assignee_id,
            Source.REWORK,
            Why.AGAIN,
            previous_id=row.id,
            risks=row.risks,
        )
        for row in rows
        if row.work_order_id in done
    }
    open_reviews(uow, picks.values(), rules_now(uow, {row.region_id for row in rows}))
