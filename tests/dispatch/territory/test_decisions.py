"""When the map answers, when an old decision does, and when a person has to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.territory.decisions import Decision, How, Whereabouts, address_key, is_about, locate

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
AT = datetime(2026, 11, 22, tzinfo=UTC)
HERE = Whereabouts(33.78, 119.26, "人民路 3 号")
BETWEEN = Decision(UUID(int=9), B, frozenset({A, B}), 33.78, 119.26, address_key("人民路 3 号"), UUID(int=8), AT)
NEAR, FAR = Whereabouts(33.7802, 119.26), Whereabouts(33.7804, 119.26)
"""22 and 44 metres to the north."""


def test_one_zone_is_the_answer_whatever_was_decided():
    found = locate(HERE, [A], [BETWEEN])
    assert (found.how, found.zone_id, found.decision) == (How.POSITION, A, None)


def test_without_a_decision_the_reason_is_told():
    assert locate(HERE, [A, B], []).how is How.AMBIGUOUS
    assert locate(HERE, [], []).how is How.OUTSIDE
    assert locate(Whereabouts(address="x"), [], []).how is How.UNLOCATED


def test_a_decision_about_the_same_place_answers_the_same_question():
    for where in (HERE, NEAR, Whereabouts(33.7, 119.2, "人民路3号")):
        found = locate(where, [A, B], [BETWEEN])
        assert (found.how, found.zone_id, found.decision) == (How.DECISION, B, BETWEEN)
    assert locate(FAR, [A, B], [BETWEEN]).how is How.AMBIGUOUS


def test_another_question_is_not_answered_by_an_old_decision():
    assert locate(HERE, [A, C], [BETWEEN]).how is How.AMBIGUOUS
    assert locate(HERE, [A, B, C], [BETWEEN]).how is How.AMBIGUOUS
    assert locate(HERE, [], [BETWEEN]).how is How.OUTSIDE


def test_the_latest_decision_holds():
    later = replace(BETWEEN, id=UUID(int=10), zone_id=A, decided_at=AT + timedelta(days=1))
    assert locate(HERE, [A, B], [later, BETWEEN]).zone_id == A
    assert locate(HERE, [A, B], [BETWEEN, later]).zone_id == A


def test_a_place_known_by_its_address_alone_is_found_by_it():
    decided = replace(BETWEEN, zones=frozenset(), lat=None, lon=None)
    assert locate(Whereabouts(address="人民路３号。"), [], [decided]).zone_id == B
    assert locate(Whereabouts(address="人民路 4 号"), [], [decided]).how is How.UNLOCATED
    assert not is_about(decided, Whereabouts(33.78, 119.26))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Mill Lane", "12  mill lane "),
        ("人民路 3 号", "人民路3号"),
        ("人民路３号，２单元", "人民路3号 2单元"),
        ("Mill Lane 12, Flat 3", "mill lane 12 flat 3."),
    ],
)
def test_addresses_are_the_same_however_they_are_written(one, other):
    assert address_key(one) == address_key(other)


def test_addresses_that_differ_stay_apart():
    assert address_key("1 2 Mill Lane") != address_key("12 Mill Lane")
    assert address_key("人民路 3 号") != address_key("人民路 13 号")
    assert address_key(None) is address_key(" ，。") is None


@given(st.text(max_size=400))
def test_the_key_of_a_key_is_the_key(address):
    key = address_key(address)
    if key is not None:
        assert 1 <= len(key) <= 300
        assert address_key(key) == key
