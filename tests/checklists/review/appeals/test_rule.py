from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from checklists.review.appeals.rule import check_appeal, check_decider
from checklists.review.states import ReviewState, Verdict
from kernel.errors import DomainError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ME, OTHER, GROUP = (UUID(int=number) for number in (1, 2, 3))
S, V = ReviewState, Verdict


def verdict(check, *arguments):
    try:
        check(*arguments)
    except DomainError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("state", "came_to", "until", "user_id", "code"),
    [
        (S.DECIDED, V.FAIL, NOW, ME, None),
        (S.DECIDED, V.REWORK, NOW, ME, None),
        (S.DECIDED, V.FAIL, NOW, OTHER, "review.not_the_technician"),
        (S.SAMPLED, None, None, ME, "review.not_decided"),
        (S.FINAL, V.PASS, None, ME, "review.not_appealable"),
        (S.APPEALED, V.FAIL, NOW, ME, "review.not_appealable"),
        (S.DECIDED, V.FAIL, NOW - timedelta(seconds=1), ME, "review.appeal_too_late"),
        (S.FINAL, V.FAIL, NOW + timedelta(days=1), ME, "review.appeal_too_late"),
        (S.FINAL, V.FAIL, None, ME, "review.appeal_too_late"),
    ],
)
def test_whose_work_it_was_appeals_once_and_in_time(state, came_to, until, user_id, code):
    assert verdict(check_appeal, state, came_to, until, ME, user_id, NOW) == code


@pytest.mark.parametrize(
    ("reviewers", "workers", "own", "code"),
    [
        ([OTHER], [OTHER], [], None),
        ([ME], [OTHER], [], "review.own_verdict"),
        ([OTHER], [ME], [], "review.own_group"),
        ([OTHER], [OTHER], [GROUP], "review.own_group"),
    ],
)
def test_who_decides_neither_reviewed_nor_worked_nor_is_of_their_group(reviewers, workers, own, code):
    assert verdict(check_decider, ME, reviewers, workers, [GROUP], own) == code
