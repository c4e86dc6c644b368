"""What waits for the caller to review: an index of what is open, however much was finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, true
from sqlalchemy.orm import aliased

from checklists.review.models import Review, ReviewSlot
from checklists.review.states import SlotState
from checklists.review.who import REVIEWERS, own_groups, scope_as
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading

# As text, so that PostgreSQL sees at planning time that the index of what is open will do.
_OPEN = text("review_slots.state IN ('open', 'claimed')")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A part that waits for a reviewer, or is in the caller's hands."""

    id: UUID
    review_id: UUID
    nth: int
    state: str
    due_at: datetime
    reviewer_id: UUID | None
    lease_until: datetime | None
    handed_to: UUID | None
    region_id: UUID
    station_id: UUID | None
    work_order_id: UUID
    work_type: str
    template_code: str
    source: str
    why: str
    risks: list[Any]


_SLOT = (
    "id",
    "review_id",
    "nth",
    "state",
    "due_at",
    "reviewer_id",
    "lease_until",
    "handed_to",
    "region_id",
    "station_id",
)
_REVIEW = ("work_order_id", "work_type", "template_code", "source", "why", "risks")
_SLOT_COLUMNS = tuple(getattr(ReviewSlot, name) for name in _SLOT)
_REVIEW_COLUMNS = tuple(getattr(Review, name) for name in _REVIEW)


def parts_in_sight(reading: Reading) -> list[ColumnElement[bool]]:
    """Return the conditions of which a part in the caller's sight meets one; each is served by an index of its own.

    Reviewers see those of their places, but for what was handed to assessors; whoever it was handed to sees that and no other.
    """
    scope = scope_as(reading.actor, REVIEWERS)
    inside = scope.parts(region=ReviewSlot.region_id, station=ReviewSlot.station_id)
    handed = ReviewSlot.handed_to == reading.actor.user_id
    return [*(and_(one, ReviewSlot.handed_to.is_(None)) for one in inside), handed]


def page_of_queue(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    region_id: UUID | None = None,
    mine: bool | None = None,
) -> Page[QueueRow]:
    """Return one page of what the caller may review, what is due first; the key is (due_at, id). Four statements at most.

    Never the work of their own group, nor the other part of a double review of which they have one. With `mine` what they have
    in hands, or what they have not.
    """
    me = reading.actor.user_id
    held = and_(ReviewSlot.state == SlotState.CLAIMED.value, ReviewSlot.lease_until > reading.now)
    my_claim = and_(held, ReviewSlot.reviewer_id == me)
    other = aliased(ReviewSlot)
    # Counted for each row of the page: joined, it would read all that the caller ever reviewed.
    others = (
        select(func.count())
        .where(
            other.review_id == ReviewSlot.review_id,
            other.id != ReviewSlot.id,
            other.reviewer_id == me,
            or_(
                other.state == SlotState.SUBMITTED.value,
                and_(other.state == SlotState.CLAIMED.value, other.lease_until > reading.now),
            ),
        )
        .scalar_subquery()
    )
    groups = own_groups(reading)
    strangers = (
        true()
        if not groups
        else or_(ReviewSlot.technician_group_id.is_(None), ReviewSlot.technician_group_id.not_in(groups))
    )
    free: dict[bool | None, ColumnElement[bool]] = {None: or_(~held, my_claim), True: my_claim, False: ~held}
    statement = select(*_SLOT_COLUMNS).where(_OPEN, free[mine], strangers, ReviewSlot.technician_id != me, others == 0)
    if region_id is not None:
        statement = statement.where(ReviewSlot.region_id == region_id)
    page: Page[Any] = read_page(
        reading.session,
        statement,
        key=(ReviewSlot.due_at, ReviewSlot.id),
        limit=limit,
        after=after,
        descending=False,
        any_of=parts_in_sight(reading),
    )
    reviews = {
        row.id: row[1:]
        for row in reading.session.execute(
            select(Review.id, *_REVIEW_COLUMNS).where(Review.id.in_([one.review_id for one in page.items]))
        )
    }
    return Page(tuple(QueueRow(*one, *reviews[one.review_id]) for one in page.items), page.after)
