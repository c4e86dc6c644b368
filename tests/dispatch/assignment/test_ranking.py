"""Who comes first for a piece of work, who cannot have it, and why."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment.ranking import Reason, rank
from dispatch.assignment.rules import AssignmentRule, Exclusion, Nearness, Weights
from dispatch.assignment.travel import Point, estimate, exact_metres, whole_kilometres
from dispatch.assignment.work import Booking, Person, Whereabouts, Work
from dispatch.people.availability import Absence, AbsenceKind, Availability
from dispatch.people.eligibility import HeldSkill, SkillBar
from dispatch.people.spans import Span
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
    assert one.reasons == (Reason("group", 400), Reason("skill_level", 6, 3), Reason("load", -8, 2))
    assert one.score == 398


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
    (excluded,) = ranking.excluded
    assert excluded.technician_id.int == 2
    assert why in excluded.reasons


def test_hard_rules_hold_for_the_owner_too():
    assert order_of(rank(work("tv"), [person(100), person(2, skills=(HeldSkill("tv"),))])) == [2]


def test_a_certificate_is_good_to_the_end_of_its_day_in_the_region():
    # 22 November, 01:00 UTC is 09:00 in Shanghai.
    assert order_of(rank(work("tv"), [person(2, skills=(HeldSkill("tv", valid_until=date(2026, 11, 22)),))])) == [2]


def test_without_a_zone_nobody_is_near():
    nowhere = work(owner_id=None, places=Places(REGION))
    assert [one.reasons for one in rank(nowhere, [person(2)]).excluded] == [(Exclusion.ELSEWHERE,)]


def test_other_weights_give_another_order():
    people = [person(100, load=5), person(2)]
    assert order_of(rank(work(), people, AssignmentRule(weights=Weights(owner=401)))) == [2, 100]


WINDOW = Span(AT + timedelta(hours=2), AT + timedelta(hours=3))
MORNING = Span(AT - timedelta(hours=1), AT + timedelta(hours=8))


def hours(first, last):
    return Span(AT + timedelta(hours=first), AT + timedelta(hours=last))


def away(first, last):
    return Absence(UUID(int=9), AbsenceKind.SICK, *hours(first, last))


PLANNED = (hours(-24, 48),)


def there(shifts=(), absences=(), covered=PLANNED):
    return Availability(hours(0, 24), tuple(shifts), tuple(absences), tuple(covered))


def visit(skill="tv", **given):
    return replace(work(skill), **{"window": WINDOW, "at": WINDOW.start, "order_id": UUID(int=77), **given})


def test_whoever_has_several_reasons_against_them_is_told_all_of_them():
    sick_and_busy = person(
        2,
        active=False,
        skills=(HeldSkill("tv", 1, valid_until=date(2026, 11, 1), bars=(SkillBar.EXAM_FAILED, SkillBar.RETRAINING)),),
        there=there(absences=[away(0, 5)]),
        bookings=(Booking(UUID(int=78), *WINDOW),),
    )
    rule = AssignmentRule(minimum_level=2)
    (one,) = rank(visit(declined=frozenset({UUID(int=2)})), [sick_and_busy], rule).excluded
    assert one.reasons == (
        Exclusion.INACTIVE,
        Exclusion.SKILL_EXPIRED,
        Exclusion.EXAM_FAILED,
        Exclusion.RETRAINING,
        Exclusion.LEVEL_TOO_LOW,
        Exclusion.DECLINED,
        Exclusion.ABSENT,
        Exclusion.OFF_SHIFT,
        Exclusion.OVERLAP,
    )
    assert one.barriers[-1].order_id == UUID(int=78)
    assert (one.barriers[-3].since, one.barriers[-3].until) == WINDOW


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({"there": there([hours(0, 9)])}, ()),
        ({"there": there([hours(0, 2.5)])}, (Exclusion.OFF_SHIFT,)),
        ({"there": there(covered=())}, ()),
        ({"there": there([hours(0, 9)], [away(2.5, 4)])}, (Exclusion.ABSENT,)),
        ({"bookings": (Booking(UUID(int=78), *hours(3, 4)),)}, ()),
        ({"bookings": (Booking(UUID(int=77), *WINDOW),)}, ()),
    ],
)
def test_a_visit_that_is_agreed_wants_a_whole_shift_without_absence_or_another_visit(given, reasons):
    ranking = rank(visit(None), [person(2, **given)])
    assert [one.reasons for one in ranking.excluded] == ([reasons] if reasons else [])


def test_between_two_visits_lie_the_rules_buffer_and_the_way():
    here, far = Point(33.78, 119.26), Point(33.78, 119.26 + 0.108)  # ten kilometres
    someone = person(2, bookings=(Booking(UUID(int=78), *hours(3.4, 4), far),))
    assert order_of(rank(visit(None, point=here), [someone])) == [2]
    for rule in (AssignmentRule(buffer_minutes=30), AssignmentRule(speed_kmh=20)):
        (one,) = rank(visit(None, point=here), [someone], rule).excluded
        assert one.reasons == (Exclusion.OVERLAP,)
    assert rank(visit(None, gap=timedelta(minutes=25)), [someone]).candidates == ()


@pytest.mark.parametrize(
    ("shifts", "absences", "reasons"),
    [
        ([hours(5, 9)], [], ()),
        ([hours(3.5, 9)], [], (Exclusion.OFF_SHIFT,)),
        ([hours(1, 3)], [away(0, 6)], (Exclusion.ABSENT,)),
        ([hours(5, 9)], [away(0, 4)], (Exclusion.OFF_SHIFT, Exclusion.ABSENT)),
    ],
)
def test_without_an_appointment_somebody_has_to_have_time_before_the_order_is_due(shifts, absences, reasons):
    due = AT + timedelta(hours=6 if not reasons else 4)
    ranking = rank(replace(work(), due_at=due), [person(2, there=there(shifts, absences))])
    assert [one.reasons for one in ranking.excluded] == ([reasons] if reasons else [])


def test_the_deputy_acts_while_the_manager_is_away():
    manager, deputy, other = person(100, there=there([hours(-1, 9)])), person(101), person(99)
    task = visit(None, deputy_id=deputy.id)
    assert order_of(rank(task, [other, deputy, manager])) == [100, 99, 101]
    sick = manager._replace(there=there([hours(-1, 9)], [away(0, 9)]))
    ranking = rank(task, [other, deputy, sick])
    assert [(one.technician_id.int, one.nearness) for one in ranking.candidates] == [
        (101, Nearness.OWNER),
        (99, Nearness.GROUP),
    ]


def test_reach_says_how_far_people_are_looked_for():
    crowd = [person(1), person(2, group=ELSEWHERE), person(3, group=ELSEWHERE, station=ELSEWHERE, region_id=REGION)]
    assert order_of(rank(replace(work(), reach=Nearness.GROUP), crowd)) == [1]
    assert order_of(rank(work(), crowd)) == [1, 2]
    assert order_of(rank(replace(work(), reach=Nearness.REGION), crowd)) == [1, 2, 3]


def test_the_way_counts_from_the_appointment_before_or_where_somebody_was_seen_or_from_their_base():
    site, near, far = Point(33.78, 119.26), Point(33.78, 119.27), Point(33.78, 119.48)
    base = person(2, base=far)
    seen = base._replace(seen=Whereabouts(near, AT))
    before = seen._replace(bookings=(Booking(UUID(int=78), *hours(1, 1.5), far),))
    found = {}
    for one in (base, seen, before, person(2)):
        (candidate,) = rank(visit(None, point=site), [one]).candidates
        found[candidate.travel_from] = (candidate.travel_metres, candidate.score)
    assert set(found) == {"base", "seen", "previous", None}
    assert found[None] == (None, 400)
    assert found["seen"] == (exact_metres(near, site), 400)
    assert found["base"] == found["previous"] == (exact_metres(far, site), 380)
    assert 20_000 < exact_metres(far, site) < 21_000


def test_whoever_was_with_the_customer_comes_first_and_whoever_was_given_much_comes_later():
    task = visit(None, served=frozenset({UUID(int=3)}))
    assert order_of(rank(task, [person(2), person(3), person(1, recent=5)])) == [3, 2, 1]


def test_a_crew_needs_enough_people_who_may_come():
    pair = [person(2), person(3)]
    assert order_of(rank(visit(None, crew_size=2), pair)) == [2, 3]
    short = rank(visit(None, crew_size=3), pair)
    assert [one.reasons for one in short.excluded] == [(Exclusion.CREW_SHORT,)] * 2
    assert order_of(rank(visit(None, crew_size=3, crew=frozenset({UUID(int=50)})), pair)) == [2, 3]


@given(
    st.floats(33, 35, allow_subnormal=False),
    st.floats(118, 122),
    st.floats(-80, 80) | st.floats(33, 34),
    st.floats(-180, 180) | st.floats(119, 120),
)
def test_an_estimate_holds_the_exact_distance_and_whole_kilometres_are_exact(lat, lon, other_lat, other_lon):
    here, there_ = Point(lat, lon), Point(other_lat, other_lon)
    low, high = estimate(here, there_)
    exact = exact_metres(here, there_)
    assert low - 0.1 <= exact <= high + 0.1
    assert whole_kilometres(here, there_, 10**6) == int(exact / 1000)


crowd = st.lists(
    st.builds(
        person,
        st.integers(90, 110),
        group=st.sampled_from([GROUP, ELSEWHERE]),
        station=st.sampled_from([STATION, ELSEWHERE]),
        region_id=st.sampled_from([REGION, ELSEWHERE]),
        load=st.integers(0, 60),
        recent=st.integers(0, 60),
        skills=st.sampled_from(
            [
                (),
                (HeldSkill("tv", 1),),
                (HeldSkill("tv", 5),),
                (HeldSkill("tv", 5, valid_until=date(2026, 11, 1)),),
                (HeldSkill("tv", 5, bars=(SkillBar.RETRAINING,)),),
            ]
        ),
        left=st.booleans(),
        active=st.sampled_from([True, True, False]),
        there=st.sampled_from(
            [
                None,
                there([hours(0, 9)]),
                there([hours(0, 2.5)]),
                there([hours(0, 9)], [away(2, 9)]),
                there(covered=()),
            ]
        ),
        bookings=st.sampled_from([(), (Booking(UUID(int=78), *WINDOW),), (Booking(UUID(int=79), *hours(9, 10)),)]),
        base=st.sampled_from([None, Point(33.78, 119.27), Point(34.9, 119.2)]),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)
tasks = st.builds(
    visit,
    st.sampled_from([None, "tv"]),
    point=st.sampled_from([None, Point(33.78, 119.26)]),
    deputy_id=st.sampled_from([None, UUID(int=101)]),
    declined=st.sampled_from([frozenset(), frozenset({UUID(int=95), UUID(int=100)})]),
    served=st.sampled_from([frozenset(), frozenset({UUID(int=96)})]),
    crew_size=st.integers(1, 3),
    reach=st.sampled_from([Nearness.GROUP, Nearness.STATION, Nearness.REGION]),
)


def forbidden(task, one):
    """Say without the product's help whether a hard rule speaks against somebody."""
    held = next((each for each in one.skills if each.skill == task.skill), None)
    able = task.skill is None or (held is not None and not held.bars and held.valid_until is None)
    planned = one.there is None or not one.there.covered
    on_shift = planned or one.there.shifts[0].end >= WINDOW.end
    free = all(each.start_at >= WINDOW.end or each.end_at <= WINDOW.start for each in one.bookings)
    present = one.there is None or not one.there.absences
    return one.left or not one.active or not able or not on_shift or not free or not present or one.id in task.declined


@given(crowd, tasks, st.randoms())
def test_hard_rules_always_exclude_and_the_order_does_not_depend_on_the_input(people, task, chance):
    ranking = rank(task, people)
    named = [one.technician_id for one in (*ranking.candidates, *ranking.excluded)]
    assert sorted(named) == sorted(one.id for one in people)
    by_id = {one.id: one for one in people}
    assert not any(forbidden(task, by_id[one.technician_id]) for one in ranking.candidates)
    assert all(one.barriers for one in ranking.excluded)
    shuffled = list(people)
    random.Random(chance.random()).shuffle(shuffled)
    assert rank(task, shuffled) == ranking
    steps = [list(Nearness).index(one.nearness) for one in ranking.candidates]
    assert steps == sorted(steps)
    assert all(one.score == sum(each.points for each in one.reasons) for one in ranking.candidates)
