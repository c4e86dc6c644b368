"""What happens to reviews when their time is over: nobody reviewed, nobody appealed, nobody decided."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select, update

from checklists.review.appeals.service import settle
from checklists.review.models import Review, ReviewAppeal, ReviewSlot
from checklists.review.policy_of import rules_now
from checklists.review.queue.opened import is_waiting, lock_review, set_review
from checklists.review.states import AppealState, ReviewState, SlotState
from checklists.review.verdict.concluding import conclude
from dispatch.people.locking import lock_technicians
from dispatch.work_orders.service import open_book
from kernel.unit_of_work import UnitOfWork

NOBODY_DECIDED = "期限内未裁定 / not decided in time"


def close_appealable(uow: UnitOfWork, *, limit: int) -> int:
    """Make final what nobody appealed against in time; return how many. Two statements, along an index."""
    due = uow.session.scalars(
        select(Review.id)
        .where(Review.state == ReviewState.DECIDED.value, Review.appeal_until <= uow.now)
        .order_by(Review.appeal_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if due:
        uow.session.execute(
            update(Review)
            .where(Review.id.in_(due))
            .values(state=ReviewState.FINAL.value, version=Review.version + 1, updated_at=uow.now)
            .execution_options(synchronize_session=False)
        )
    return len(due)


def settle_appeals(uow: UnitOfWork, *, limit: int) -> int:
    """Settle appeals that nobody decided in time as the region's policy says; return how many there were."""
    rows = uow.session.execute(
        select(ReviewAppeal.review_id, ReviewAppeal.region_id, ReviewAppeal.technician_id)
        .where(ReviewAppeal.state == AppealState.OPEN.value, ReviewAppeal.decide_by <= uow.now)
        .order_by(ReviewAppeal.decide_by, ReviewAppeal.review_id)
        .limit(limit)
    ).all()
    rules = rules_now(uow, {row.region_id for row in rows}) if rows else {}
    if rows:
        lock_technicians(uow, {row.technician_id for row in rows})
    for row in sorted(rows, key=lambda one: one.review_id):
        review = lock_review(uow, row.review_id)
        if review.state == ReviewState.APPEALED:
            overturn = rules[row.region_id].overdue_appeal is AppealState.OVERTURNED
            settle(uow, review, overturn=overturn, note=NOBODY_DECIDED)
    return len(rows)


def close_overdue(uow: UnitOfWork, *, limit: int) -> int:
    """Conclude reviews whose time is over with what was handed in; where nothing was, they lapse. Return how many."""
    rows = uow.session.execute(
        select(Review.id, Review.work_order_id, Review.technician_id, Review.region_id)
        .where(Review.state.in_((ReviewState.SAMPLED.value, ReviewState.IN_REVIEW.value)), Review.due_at <= uow.now)
        .order_by(Review.due_at, Review.id)
        .limit(limit)
    ).all()
    if not rows:
        return 0
    # Orders first, then people, then reviews: as everybody who wants more than one of them.
    open_book(uow, [row.work_order_id for row in rows])
    lock_technicians(uow, {row.technician_id for row in rows})
    rules = rules_now(uow, {row.region_id for row in rows})
    for row in sorted(rows, key=lambda one: one.id):
        review = lock_review(uow, row.id)
        if not is_waiting(review):
            continue
        _drop(uow, review.id)
        if _has_submitted(uow, review.id):
            conclude(uow, review, rules[row.region_id])
        else:
            set_review(uow, review, state=ReviewState.LAPSED.value)
    return len(rows)


SWEEPS: Sequence[Callable[..., int]] = (close_appealable, settle_appeals, close_overdue)
"""Each is called until it finds nothing more."""


def _drop(uow: UnitOfWork, review_id: UUID) -> None:
    waiting = (SlotState.OPEN.value, SlotState.CLAIMED.value)
    uow.session.execute(
        update(ReviewSlot)
        .where(ReviewSlot.review_id == review_id, ReviewSlot.state.in_(waiting))
        .values(state=SlotState.DROPPED.value, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def _has_submitted(uow: UnitOfWork, review_id: UUID) -> bool:
    submitted = select(ReviewSlot.id).where(
        ReviewSlot.review_id == review_id, ReviewSlot.state == SlotState.SUBMITTED.value
    )
    return uow.session.execute(submitted.limit(1)).first() is not None
