"""Who comes first for a piece of work, who cannot have it, and why."""

import random
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment.ranking import Exclusion, Nearness, Person, Reason, Weights, Work, rank
from dispatch.people.eligibility import HeldSkill
from dispatch.territory.places import Places

REGION, STATION, GROUP, ZONE, ELSEWHERE = (UUID(int=n) for n in range(1, 6))
OWNER = UUID(int=100)
AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


HERE = Places(REGION, STATION, GROUP, ZONE)


def work(skill=None, owner_id=OWNER, places=HERE):
    return Work(places, owner_id, skill, AT, ZoneInfo("Asia/Shanghai"))


def person(number, *, group=GROUP, station=STATION, **given):
    return Person(UUID(int=number), f"P{number}", station, group, **given)


def order_of(ranking):
    return [one.technician_id.int for one in ranking.candidates]


def test_the_zones_owner_comes_first_then_the_group_then_the_station():
    ranking = rank(work(), [person(3, group=ELSEWHERE), person(2), person(100)])
    assert order_of(ranking) == [100, 2, 3]
    assert [one.nearness for one in ranking.candidates] == [Nearness.OWNER, Nearness.GROUP, Nearness.STATION]


def test_an_owner_from_another_group_is_still_the_owner():
    assert order_of(rank(work(), [person(2), person(100, group=ELSEWHERE, station=ELSEWHERE)])) == [100, 2]


def test_no_load_and_no_skill_make_somebody_farther_come_first():
    busy_owner = person(100, load=1000, skills=(HeldSkill("tv", 1),))
    idle_expert = person(2, skills=(HeldSkill("tv", 5),))
    assert order_of(rank(work("tv"), [busy_owner, idle_expert])) == [100, 2]
    assert order_of(rank(work(), [person(2, load=1000), person(3, group=ELSEWHERE)])) == [2, 3]


def test_among_equals_the_load_decides_then_the_level():
    assert order_of(rank(work(), [person(2, load=3), person(3, load=1), person(4)])) == [4, 3, 2]
    experts = [person(2, skills=(HeldSkill("tv", 2),)), person(3, skills=(HeldSkill("tv", 4),))]
    assert order_of(rank(work("tv"), experts)) == [3, 2]


def test_the_points_say_where_they_come_from():
    (one,) = rank(work("tv"), [person(2, load=2, skills=(HeldSkill("tv", 3),))]).candidates
    assert one.reasons == (Reason("group", 200), Reason("skill_level", 6), Reason("load", -8))
    assert one.score == 198


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"left": True}, Exclusion.LEFT),
        ({"active": False}, Exclusion.INACTIVE),
        ({"group": ELSEWHERE, "station": ELSEWHERE}, Exclusion.ELSEWHERE),
        ({}, Exclusion.SKILL_MISSING),
        ({"skills": (HeldSkill("tv", valid_until=date(2026, 11, 21)),)}, Exclusion.SKILL_EXPIRED),
    ],
)
def test_whoever_cannot_have_the_work_is_named_with_the_reason(given, why):
    ranking = rank(work("tv"), [person(2, **given)])
    assert ranking.candidates == ()
    assert [(one.technician_id.int, one.why) for one in ranking.excluded] == [(2, why)]


def test_hard_rules_hold_for_the_owner_too():
    assert order_of(rank(work("tv"), [person(100), person(2, skills=(HeldSkill("tv"),))])) == [2]


def test_a_certificate_is_good_to_the_end_of_its_day_in_the_region():
    # 22 November, 01:00 UTC is 09:00 in Shanghai.
    assert order_of(rank(work("tv"), [person(2, skills=(HeldSkill("tv", valid_until=date(2026, 11, 22)),))])) == [2]


def test_without_a_zone_nobody_is_near():
    nowhere = work(owner_id=None, places=Places(REGION))
    assert [one.why for one in rank(nowhere, [person(2)]).excluded] == [Exclusion.ELSEWHERE]


def test_other_weights_give_another_order():
    people = [person(100, load=5), person(2)]
    assert order_of(rank(work(), people, Weights(owner=201))) == [2, 100]


crowd = st.lists(
    st.builds(
        person,
        st.integers(90, 110),
        group=st.sampled_from([GROUP, ELSEWHERE]),
        station=st.sampled_from([STATION, ELSEWHERE]),
        load=st.integers(0, 60),
        skills=st.sampled_from([(), (HeldSkill("tv", 1),), (HeldSkill("tv", 5),)]),
        left=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(crowd, st.sampled_from([None, "tv"]), st.randoms())
def test_everybody_is_ranked_or_excluded_once_and_the_order_does_not_depend_on_the_input(people, skill, chance):
    ranking = rank(work(skill), people)
    named = [one.technician_id for one in (*ranking.candidates, *ranking.excluded)]
    assert sorted(named) == sorted(one.id for one in people)
    shuffled = list(people)
    random.Random(chance.random()).shuffle(shuffled)
    assert rank(work(skill), shuffled) == ranking
    steps = [list(Nearness).index(one.nearness) for one in ranking.candidates]
    assert steps == sorted(steps)
