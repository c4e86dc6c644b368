"""How appointments follow each other without gap and without overlap."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.territory.duties import Duty, appointment, own_deputy, revocation, vacancy
from kernel.errors import DomainError

NOW = datetime(2026, 11, 10, tzinfo=UTC)
ANN, BEN, CAT = UUID(int=1), UUID(int=2), UUID(int=3)


def day(number):
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number - 1)


def duty(user_id, begins, ends=None):
    return Duty(UUID(int=100 + begins), user_id, day(begins), None if ends is None else day(ends))


def test_the_first_appointment_ends_nobody_and_may_begin_long_ago():
    change = appointment([], ANN, day(1), NOW)
    assert (change.ends, change.valid_to, change.unchanged) == (None, None, None)


def test_an_appointment_ends_the_duty_in_force():
    present = duty(ANN, 1)
    change = appointment([present], BEN, NOW, NOW)
    assert change.ends is present
    assert change.valid_to is None


def test_it_may_reach_back_into_the_present_duty():
    present = duty(ANN, 1)
    assert appointment([present], BEN, day(8), NOW).ends is present


def test_it_lasts_until_one_that_is_planned():
    present, planned = duty(ANN, 1, 20), duty(CAT, 20)
    change = appointment([present, planned], BEN, day(12), NOW)
    assert change.ends is present
    assert change.valid_to == day(20)


def test_whoever_holds_the_duty_already_stays():
    present = duty(ANN, 1)
    change = appointment([present], ANN, NOW, NOW)
    assert change.unchanged is present
    assert change.ends is None


@pytest.mark.parametrize("begins", [1, 3, 5])
def test_history_is_not_rewritten(begins):
    with pytest.raises(DomainError) as caught:
        appointment([duty(ANN, 1, 5), duty(BEN, 5)], CAT, day(begins), NOW)
    assert caught.value.code == "territory.duty_taken"


def test_two_cannot_begin_at_the_same_planned_moment():
    with pytest.raises(DomainError):
        appointment([duty(ANN, 1, 20), duty(BEN, 20)], CAT, day(20), NOW)


def test_a_duty_ends_where_its_successor_begins():
    first, second = duty(ANN, 1, 5), duty(BEN, 5)
    assert [first.holds_at(day(5)), second.holds_at(day(5))] == [False, True]


@given(st.lists(st.tuples(st.sampled_from([ANN, BEN, CAT]), st.integers(1, 25), st.integers(0, 20)), max_size=15))
def test_after_the_first_begins_exactly_one_answers_at_any_moment(asked):
    duties, now = [], day(1)
    for n, (user_id, begins, passed) in enumerate(asked):
        now += timedelta(hours=passed)
        try:
            change = appointment(duties, user_id, day(begins), now)
        except DomainError:
            continue
        if change.unchanged:
            continue
        if change.ends:
            kept = change.ends
            duties[duties.index(kept)] = Duty(kept.id, kept.user_id, kept.valid_from, day(begins))
        duties.append(Duty(UUID(int=n), user_id, day(begins), change.valid_to))
    if duties:
        first = min(one.valid_from for one in duties)
        for hour in range(0, 30 * 24, 6):
            moment = day(1) + timedelta(hours=hour)
            assert sum(one.holds_at(moment) for one in duties) == (1 if moment >= first else 0)


def test_somebody_missing_in_between_must_be_said_except_for_deputies():
    ended = duty(ANN, 1, 5)
    with pytest.raises(DomainError) as caught:
        appointment([ended], BEN, day(8), NOW, gaps=False)
    assert caught.value.code == "territory.duty_gap"
    assert appointment([ended], BEN, day(8), NOW).ends is None
    stated = replace(ended, end_reason="on leave")
    assert appointment([stated], BEN, day(8), NOW, gaps=False).ends is None
    assert appointment([ended], BEN, day(5), NOW, gaps=False).ends is None


def test_nobody_is_their_own_deputy_at_any_moment():
    mine = [duty(ANN, 5, 10)]
    assert own_deputy(mine, ANN, day(9), None)
    assert own_deputy(mine, ANN, day(1), day(6))
    assert not own_deputy(mine, ANN, day(10), None)
    assert not own_deputy(mine, ANN, day(1), day(5))
    assert not own_deputy(mine, BEN, day(6), None)


def test_a_revoked_plan_leaves_no_trace():
    present, planned = duty(ANN, 1, 20), duty(BEN, 20)
    assert revocation([present, planned], planned) == replace(present, valid_to=None)
    vacant = replace(present, end_reason="sick")
    assert revocation([vacant, planned], planned) is None
    between = duty(BEN, 20, 25)
    assert revocation([present, between, duty(CAT, 25)], between) == replace(present, valid_to=day(25))


def test_a_vacancy_ends_whoever_is_in_force_and_nobody_else():
    present = duty(ANN, 1, 20)
    assert vacancy([present], day(12)) is present
    for wrong in (day(1), day(20)):
        with pytest.raises(DomainError) as caught:
            vacancy([present], wrong)
        assert caught.value.code == "territory.vacant"
