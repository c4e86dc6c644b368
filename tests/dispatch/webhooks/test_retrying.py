from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.outward.answer import Answer
from dispatch.webhooks.retrying import LONGEST_REST, PAUSES, SPREAD, next_try, rest

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@given(key=st.uuids(), tries=st.integers(1, len(PAUSES)))
def test_each_pause_is_spread_by_a_fifth_and_the_same_each_time(key, tries):
    pause = next_try(key, tries, NOW) - NOW
    assert PAUSES[tries - 1] * (1 - SPREAD) <= pause <= PAUSES[tries - 1] * (1 + SPREAD)
    assert next_try(key, tries, NOW) - NOW == pause


def test_what_failed_together_does_not_come_back_together():
    assert len({next_try(UUID(int=n), 2, NOW) for n in range(50)}) == 50


def test_it_is_tried_for_days_and_then_given_up():
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < timedelta(days=4)
    assert next_try(UUID(int=1), len(PAUSES) + 1, NOW) is None


def test_a_receivers_wish_makes_a_pause_longer_and_never_shorter_nor_endless():
    assert next_try(UUID(int=1), 1, NOW, timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert next_try(UUID(int=1), 5, NOW, timedelta(seconds=1)) > NOW + timedelta(hours=3)
    assert next_try(UUID(int=1), 1, NOW, timedelta(days=400)) == NOW + timedelta(days=1)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (1, 5), (2, 10), (5, 80), (7, 300), (60, 300)])
def test_a_receiver_that_fails_is_left_alone_for_longer_and_longer(failures, seconds):
    assert rest(failures) == timedelta(seconds=seconds)
    assert rest(failures) <= LONGEST_REST


def test_a_receiver_that_asks_for_a_pause_gets_it():
    assert rest(1, timedelta(minutes=30)) == timedelta(minutes=30)
    assert rest(0, timedelta(minutes=30)) == timedelta(0)


@pytest.mark.parametrize(
    ("status", "taken", "down", "gone"),
    [
        (200, True, False, False),
        (204, True, False, False),
        (301, False, False, False),
        (400, False, False, False),
        (404, False, False, False),
        (410, False, True, True),
        (429, False, True, False),
        (500, False, True, False),
        (None, False, True, False),
    ],
)
def test_what_an_answer_means(status, taken, down, gone):
    answer = Answer(status, 1, None if status else "it broke off")
    assert (answer.is_taken, answer.is_down, answer.is_gone) == (taken, down, gone)
    assert (answer.says is None) is taken
