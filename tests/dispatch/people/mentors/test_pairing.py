from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.authority import Staff
from dispatch.people.mentors.pairing import Pair, check_pair
from dispatch.people.rules.numbers import PeopleRules, Reach
from tests.conftest import NOW
from tests.dispatch.people.refusing import refused_at

MASTER, NEW, OTHER = (Staff(UUID(int=n), UUID(int=90), UUID(int=80), UUID(int=70), None) for n in (1, 2, 3))
RULES = PeopleRules(mentees_at_most=1)


def pair(first=0, last=None, mentor=MASTER, mentee=NEW):
    end = None if last is None else NOW + timedelta(days=last)
    return Pair(mentor.id, mentee.id, NOW + timedelta(days=first), end)


@pytest.mark.parametrize(
    ("asked", "mentor", "others", "expected"),
    [
        (pair(mentee=MASTER), MASTER, [], ("people.mentor_wrong", ["/mentee_id"])),
        (pair(5, 5), MASTER, [], ("people.span_wrong", ["/valid_to"])),
        (pair(), replace(MASTER, left_at=NOW), [], ("people.left", ["/mentor_id"])),
        (pair(), replace(MASTER, station_id=UUID(int=81)), [], ("people.mentor_wrong", ["/mentor_id"])),
        (pair(), replace(MASTER, region_id=UUID(int=91)), [], ("people.mentor_wrong", ["/mentor_id"])),
        (pair(), MASTER, [pair(-9, 1, OTHER)], ("people.mentee_taken", ["/mentee_id"])),
        (pair(), MASTER, [pair(-9, None, NEW, MASTER)], ("people.mentee_taken", ["/mentor_id"])),
        (pair(), MASTER, [pair(-9, 1, MASTER, OTHER)], ("people.mentor_busy", ["/mentor_id"])),
        (pair(), MASTER, [pair(9, 10, MASTER, OTHER)], ("people.mentor_busy", ["/mentor_id"])),
    ],
)
def test_who_cannot_be_paired_is_refused_with_the_field(asked, mentor, others, expected):
    assert refused_at(check_pair, asked, mentor, NEW, others, RULES) == expected


def test_pairs_that_are_over_or_never_began_are_in_nobodys_way():
    others = [pair(-9, 0, OTHER), pair(-9, 0, MASTER, OTHER), pair(4, 4, OTHER), pair(30, 40, MASTER, OTHER)]
    check_pair(pair(0, 30), MASTER, NEW, others, RULES)
    far = replace(MASTER, station_id=UUID(int=81))
    check_pair(pair(), far, NEW, [], replace(RULES, mentor_within=Reach.REGION))


spans = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda two: (two[0], two[0] + two[1]))


@settings(max_examples=120)
@given(st.lists(spans, max_size=5), spans, st.integers(1, 3))
def test_a_mentor_never_has_more_at_once_than_the_rules_allow(taken, asked, most):
    """Agrees with counting day by day."""
    others = [pair(*each, MASTER, replace(OTHER, id=UUID(int=100 + n))) for n, each in enumerate(taken)]
    busiest = max(sum(first <= day < last for first, last in taken) for day in range(*asked))
    rules = PeopleRules(mentees_at_most=most)
    if busiest < most:
        check_pair(pair(*asked), MASTER, NEW, others, rules)
    else:
        refused = refused_at(check_pair, pair(*asked), MASTER, NEW, others, rules)
        assert refused == ("people.mentor_busy", ["/mentor_id"])
