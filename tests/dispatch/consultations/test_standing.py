"""Where a consultation stands, and who of many experts is asked."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.consultations.standing import (
    MOST_ASKED,
    NEXT,
    UNDER_WAY,
    WITHIN,
    Expert,
    Rung,
    State,
    Urgency,
    after_answer,
    after_end,
    choose,
)
from kernel.errors import DomainError

experts = st.builds(
    Expert,
    st.integers(1, 10**9).map(lambda number: UUID(int=number)),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(experts, max_size=40, unique_by=lambda one: one.user_id))
def test_those_on_duty_are_asked_or_all_when_nobody_is_the_nearest_first(crowd):
    chosen = choose(crowd)
    assert len(chosen) == min(MOST_ASKED, len([one for one in crowd if one.on_duty]) or len(crowd))
    assert len({one.on_duty for one in chosen}) <= 1
    assert chosen == choose(reversed(crowd)), "whatever order they were given in"
    for before, after in pairwise(chosen):
        assert (not before.same_group, not before.same_station, -before.level) <= (
            not after.same_group,
            not after.same_station,
            -after.level,
        )


def test_the_first_answer_answers_and_further_ones_change_nothing():
    assert after_answer(State.OPEN) is State.ANSWERED
    for state in (State.ANSWERED, State.ACCEPTED, State.CLOSED):
        assert after_answer(state) is state


@pytest.mark.parametrize("state", State)
def test_what_is_over_is_not_ended_again(state):
    if state in UNDER_WAY:
        assert after_end(state, State.CLOSED) is State.CLOSED
        return
    with pytest.raises(DomainError) as caught:
        after_end(state, State.ACCEPTED)
    assert caught.value.code == "consultation.over"


def test_every_urgency_has_its_time_and_every_rung_its_next():
    assert set(WITHIN) == set(Urgency)
    assert WITHIN[Urgency.URGENT] < WITHIN[Urgency.NORMAL]
    assert set(NEXT) == set(Rung)
    assert NEXT[Rung.ABOVE] is None
