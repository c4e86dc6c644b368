"""When a verdict may be appealed, and by whom an appeal is decided: pure decisions."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from checklists.review import errors
from checklists.review.states import ReviewState, Verdict


def check_appeal(
    state: ReviewState,
    verdict: Verdict | None,
    until: datetime | None,
    technician_id: UUID,
    user_id: UUID,
    now: datetime,
) -> None:
    """Check that somebody may appeal.

    Raises:
        Forbidden (review.not_the_technician); Conflict (review.not_decided, review.not_appealable, review.appeal_too_late).
    """
    if user_id != technician_id:
        raise errors.NOT_THE_TECHNICIAN()
    if verdict is None:
        raise errors.NOT_DECIDED()
    if verdict is Verdict.PASS or state is ReviewState.APPEALED:
        raise errors.NOT_APPEALABLE()
    if until is None or now > until or state is not ReviewState.DECIDED:
        raise errors.APPEAL_TOO_LATE()


def check_decider(
    user_id: UUID,
    reviewers: Collection[UUID],
    workers: Collection[UUID],
    groups: Collection[UUID],
    own_groups: Collection[UUID],
) -> None:
    """Check that somebody may decide on an appeal: neither who reviewed, nor who did the work or is of their group.

    Raises Forbidden (review.own_verdict, review.own_group).
    """
    if user_id in reviewers:
        raise errors.OWN_VERDICT()
    if user_id in workers or not frozenset(groups).isdisjoint(own_groups):
        raise errors.OWN_GROUP()
