"""A review with its parts, locked for a command: one reviewer after the other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from checklists.review import errors
from checklists.review.models import Review, ReviewSlot
from checklists.review.queue.holding import Part
from checklists.review.queue.queries import parts_in_sight
from checklists.review.states import ReviewState, SlotState
from dispatch.people import queries as people
from dispatch.work_orders.briefs import holders_of
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """What commands need to know of a review."""

    id: UUID
    region_id: UUID
    station_id: UUID | None
    group_id: UUID | None
    zone_id: UUID | None
    work_order_id: UUID
    run_id: UUID
    template_code: str
    work_type: str
    technician_id: UUID
    technician_group_id: UUID | None
    state: str
    verdict: str | None
    score: float | None
    reopening: str | None
    appeal_until: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """A part of a review that is locked, as decisions see it, and the review."""

    part: Part
    review: OpenedReview
    nth: int


_REVIEW = tuple(getattr(Review, name) for name in OpenedReview.__dataclass_fields__)
_SLOTS = ("id", "nth", "state", "reviewer_id", "lease_until", "handed_to")


def lock_review(uow: UnitOfWork, review_id: UUID) -> OpenedReview:
    """Lock a review, whoever may see it: the order first, here as everywhere. Raises NotFound (review.unknown)."""
    row = uow.session.execute(select(*_REVIEW).where(Review.id == review_id).with_for_update(of=Review)).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return OpenedReview(*row)


def open_part(uow: UnitOfWork, slot_id: UUID) -> OpenedPart:
    """Lock a review by one of its parts that is in the caller's sight. Raises NotFound (review.unknown). Six statements."""
    seen = select(ReviewSlot.review_id).where(ReviewSlot.id == slot_id, or_(*parts_in_sight(uow)))
    review_id = uow.session.scalar(seen)
    if review_id is None:
        raise errors.UNKNOWN()
    return _part(uow, lock_review(uow, review_id), slot_id)


def seen_part(reading: Reading, slot_id: UUID) -> OpenedPart:
    """Return a part that is in the caller's sight, without a lock. Raises NotFound (review.unknown)."""
    row = reading.session.execute(
        select(*_REVIEW)
        .join(ReviewSlot, ReviewSlot.review_id == Review.id)
        .where(ReviewSlot.id == slot_id, or_(*parts_in_sight(reading)))
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return _part(reading, OpenedReview(*row), slot_id)


def _part(reading: Reading, review: OpenedReview, slot_id: UUID) -> OpenedPart:
    columns = (getattr(ReviewSlot, name) for name in _SLOTS)
    slots = reading.session.execute(select(*columns).where(ReviewSlot.review_id == review.id)).all()
    mine: Any = next(one for one in slots if one.id == slot_id)
    taken = {
        one.reviewer_id
        for one in slots
        if one.id != slot_id
        and (one.state == SlotState.SUBMITTED or (one.state == SlotState.CLAIMED and one.lease_until > reading.now))
    }
    part = Part(
        mine.id,
        SlotState(mine.state),
        mine.reviewer_id,
        mine.lease_until,
        mine.handed_to,
        groups_of(reading, review),
        frozenset({review.technician_id, *holders_of(reading, [review.work_order_id])[review.work_order_id]}),
        frozenset(one for one in taken if one is not None),
    )
    return OpenedPart(part, review, mine.nth)


def groups_of(reading: Reading, review: OpenedReview) -> frozenset[UUID]:
    """Return the groups of whose work it is: then, and now."""
    post = people.posts_of(reading, [review.technician_id]).get(review.technician_id)
    groups = {review.technician_group_id, None if post is None else post[1]}
    return frozenset(group for group in groups if group is not None)


def set_review(uow: UnitOfWork, review: OpenedReview, **values: Any) -> None:
    """Write what changed about a locked review, and count its version up."""
    uow.session.execute(
        update(Review)
        .where(Review.id == review.id)
        .values(**values, version=Review.version + 1, updated_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def set_slot(uow: UnitOfWork, slot_id: UUID, **values: Any) -> None:
    """Write what changed about a part of a locked review."""
    uow.session.execute(
        update(ReviewSlot).where(ReviewSlot.id == slot_id).values(**values).execution_options(synchronize_session=False)
    )


def is_waiting(review: OpenedReview) -> bool:
    """Tell whether there is no verdict yet, nor will be none."""
    return review.state in (ReviewState.SAMPLED, ReviewState.IN_REVIEW)
