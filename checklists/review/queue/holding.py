"""Whether somebody may take a part of a review, hold on to it, or hand it in: pure decisions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from checklists.review import errors
from checklists.review.states import SlotState


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a review as decisions see it. `groups` are those of whose work it is, then and now; `workers` did it."""

    id: UUID
    state: SlotState
    reviewer_id: UUID | None
    lease_until: datetime | None
    handed_to: UUID | None
    groups: frozenset[UUID]
    workers: frozenset[UUID]
    others: frozenset[UUID] = frozenset()

    def is_held(self, now: datetime) -> bool:
        """Tell whether somebody has it in hands now; a claim that ran out is none."""
        return self.state is SlotState.CLAIMED and self.lease_until is not None and self.lease_until > now


def check_neutral(part: Part, user_id: UUID, own_groups: Collection[UUID]) -> None:
    """Check that somebody neither did the work nor is of the group of those who did.

    Raises Forbidden (review.own_group).
    """
    if user_id in part.workers or not part.groups.isdisjoint(own_groups):
        raise errors.OWN_GROUP()


def check_claim(part: Part, user_id: UUID, own_groups: Collection[UUID], now: datetime) -> None:
    """Check that somebody may take a part, or hold on to theirs.

    Raises:
        Forbidden (review.own_group); Conflict (review.has_a_part): they have the other part of a double review.
        Conflict (review.taken): somebody else has it, it was handed to somebody else, or it is done.
    """
    check_neutral(part, user_id, own_groups)
    if user_id in part.others:
        raise errors.HAS_A_PART()
    if part.state not in (SlotState.OPEN, SlotState.CLAIMED) or part.handed_to not in (None, user_id):
        raise errors.TAKEN()
    if part.is_held(now) and part.reviewer_id != user_id:
        raise errors.TAKEN()


def check_mine(part: Part, user_id: UUID, now: datetime) -> None:
    """Check that somebody has a part in hands. Raises Conflict (review.not_yours)."""
    if part.reviewer_id != user_id or not part.is_held(now):
        raise errors.NOT_YOURS()
