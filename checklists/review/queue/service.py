"""What can be done with the queue: claim a part, release it, and hand one to an external assessor."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from checklists.review import errors
from checklists.review.models import ReviewSlot
from checklists.review.policy_of import rules_of
from checklists.review.queue.holding import check_claim, check_mine
from checklists.review.queue.opened import lock_review, open_part, set_review, set_slot
from checklists.review.states import ReviewState, SlotState
from checklists.review.who import check_planner, own_groups, planner_scope
from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.work_orders.briefs import briefs_of
from kernel.actor import Role
from kernel.unit_of_work import UnitOfWork


def claim(uow: UnitOfWork, *, slot_id: UUID) -> datetime:
    """Take a part of a review, or hold on to one's own for longer; return until when the claim is worth.

    Of two who claim at once one gets it: the review is locked before anybody looks.

    Raises:
        NotFound (review.unknown): not in the caller's sight.
        Forbidden (review.own_group); Conflict (review.taken, review.has_a_part).
    """
    opened = open_part(uow, slot_id)
    check_claim(opened.part, uow.actor.user_id, own_groups(uow), uow.now)
    until = uow.now + timedelta(minutes=rules_of(uow, opened.review.region_id).lease_minutes)
    set_slot(uow, slot_id, state=SlotState.CLAIMED.value, reviewer_id=uow.actor.user_id, lease_until=until)
    set_review(uow, opened.review, state=ReviewState.IN_REVIEW.value)
    return until


def release(uow: UnitOfWork, *, slot_id: UUID) -> None:
    """Give a part back to the queue. Raises NotFound (review.unknown), Conflict (review.not_yours)."""
    opened = open_part(uow, slot_id)
    check_mine(opened.part, uow.actor.user_id, uow.now)
    set_slot(uow, slot_id, state=SlotState.OPEN.value, reviewer_id=None, lease_until=None)
    begun = select(func.count()).where(
        ReviewSlot.review_id == opened.review.id,
        ReviewSlot.id != slot_id,
        ReviewSlot.state.in_((SlotState.CLAIMED.value, SlotState.SUBMITTED.value)),
    )
    if not uow.session.scalar(begun):
        set_review(uow, opened.review, state=ReviewState.SAMPLED.value)


def hand_over(uow: UnitOfWork, *, slot_id: UUID, user_id: UUID | None) -> None:
    """Hand a part that nobody has to an external assessor, who sees it and nothing else; None takes it back.

    Raises:
        NotFound (review.unknown); Forbidden (forbidden): not the region's planner.
        Invalid (review.assessor_unknown): no active assessor of the order's places; with the path.
        Conflict (review.taken).
    """
    slot = uow.session.execute(
        select(ReviewSlot.review_id, ReviewSlot.region_id).where(
            ReviewSlot.id == slot_id, planner_scope(uow.actor).sees(region=ReviewSlot.region_id)
        )
    ).one_or_none()
    if slot is None:
        raise errors.UNKNOWN()
    check_planner(uow, slot.region_id)
    review = lock_review(uow, slot.review_id)
    now = uow.session.execute(select(ReviewSlot.state, ReviewSlot.lease_until).where(ReviewSlot.id == slot_id)).one()
    held = now.state == SlotState.CLAIMED and now.lease_until > uow.now
    if held or now.state not in (SlotState.OPEN, SlotState.CLAIMED):
        raise errors.TAKEN()
    places = [one for one in (review.region_id, review.station_id, review.group_id, review.zone_id) if one is not None]
    if user_id is not None and user_id not in accounts.holders_at(uow, [Role.ASSESSOR], places):
        raise errors.ASSESSOR_UNKNOWN(path="/user_id")
    set_slot(
        uow,
        slot_id,
        state=SlotState.OPEN.value,
        reviewer_id=None,
        lease_until=None,
        handed_to=user_id,
        handed_by=uow.actor.user_id,
        handed_at=uow.now,
    )
    if user_id is not None:
        number = briefs_of(uow, [review.work_order_id])[review.work_order_id].number
        key = f"review:{slot_id}:handed:{uow.now:%Y%m%dT%H%M%S}"
        tell(uow, [Notice("reviews.handed_over", key, (user_id,), {"number": number}, review.region_id)])
