from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from checklists.review.queue.holding import Part, check_claim, check_mine
from checklists.review.states import SlotState
from kernel.errors import DomainError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ME, OTHER, WORKER, GROUP = (UUID(int=number) for number in (1, 2, 3, 4))
SOON, GONE = NOW + timedelta(minutes=1), NOW - timedelta(seconds=1)


def part(state=SlotState.OPEN, reviewer=None, lease=None, handed=None, others=()):
    groups, workers = frozenset({GROUP}), frozenset({WORKER})
    return Part(UUID(int=9), state, reviewer, lease, handed, groups, workers, frozenset(others))


def verdict(check, *arguments):
    try:
        check(*arguments)
    except DomainError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("known", "user_id", "groups", "code"),
    [
        (part(), ME, set(), None),
        (part(), ME, {UUID(int=5)}, None),
        (part(), ME, {GROUP}, "review.own_group"),
        (part(), WORKER, set(), "review.own_group"),
        (part(SlotState.CLAIMED, OTHER, SOON), ME, set(), "review.taken"),
        (part(SlotState.CLAIMED, OTHER, GONE), ME, set(), None),
        (part(SlotState.CLAIMED, ME, SOON), ME, set(), None),
        (part(SlotState.SUBMITTED, ME), ME, set(), "review.taken"),
        (part(SlotState.DROPPED), ME, set(), "review.taken"),
        (part(handed=OTHER), ME, set(), "review.taken"),
        (part(handed=ME), ME, set(), None),
        (part(others=[ME]), ME, set(), "review.has_a_part"),
    ],
)
def test_a_part_is_for_whoever_is_neutral_and_finds_it_free(known, user_id, groups, code):
    assert verdict(check_claim, known, user_id, groups, NOW) == code


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (part(SlotState.CLAIMED, ME, SOON), None),
        (part(SlotState.CLAIMED, ME, GONE), "review.not_yours"),
        (part(SlotState.CLAIMED, OTHER, SOON), "review.not_yours"),
        (part(), "review.not_yours"),
    ],
)
def test_what_one_has_in_hands_is_ones_own_until_the_lease_ends(known, code):
    assert verdict(check_mine, known, ME, NOW) == code
