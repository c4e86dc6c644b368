from datetime import timedelta

import pytest

from dispatch.accounts import service as accounts
from dispatch.people import service as people
from dispatch.people.mentors import queries, service
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.dispatch.people.refusing import refusal, refused_at


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def leader(uow, here):
    return factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)


def test_a_mentor_is_paired_and_both_phones_hear_of_it(uow, here, leader):
    mentor, mentee = (factories.technician(uow, here) for _ in range(2))
    uow.changes.clear()
    key = service.pair_up(leader, mentor_id=mentor, mentee_id=mentee, goal=" 独立装机 ")
    assert {one.id for one in uow.changes} == {str(mentor), str(mentee)}
    (row,) = queries.page_of_mentorships(uow, limit=10, mentee_id=mentee).items
    assert (row.id, row.mentor_id, row.goal, row.valid_from, row.valid_to) == (key, mentor, "独立装机", NOW, None)
    service.end_pair(leader, mentorship_id=key, reason="passed")
    (row,) = queries.page_of_mentorships(uow, limit=10).items
    assert (row.valid_to, row.ended_why) == (NOW, "passed")
    assert refusal(service.end_pair, leader, mentorship_id=key, reason="x").code == "people.mentorship_over"
    service.pair_up(leader, mentor_id=mentor, mentee_id=mentee)


def test_rules_are_those_of_the_region(uow, here, leader):
    mentor, *others = (factories.technician(uow, here) for _ in range(4))
    for mentee in others[:2]:
        service.pair_up(leader, mentor_id=mentor, mentee_id=mentee)
    asked = {"mentor_id": mentor, "mentee_id": others[2]}
    assert refused_at(service.pair_up, leader, **asked) == ("people.mentor_busy", ["/mentor_id"])
    past = {**asked, "valid_from": NOW - timedelta(1)}
    assert refused_at(service.pair_up, leader, **past) == ("people.in_the_past", ["/valid_from"])


def test_a_mentor_works_and_both_are_in_scope(uow, here, leader):
    mentor, mentee = (factories.technician(uow, here) for _ in range(2))
    far = factories.technician(uow, factories.places(uow, station_id=here.station_id))
    assert refused_at(service.pair_up, leader, mentor_id=far, mentee_id=mentee) == ("people.unknown", ["/mentor_id"])
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, here.station_id, here.region_id)
    assert refusal(service.pair_up, agent, mentor_id=mentor, mentee_id=mentee).code == "forbidden"
    accounts.set_active(uow, user_id=mentor, active=False)
    refused = refused_at(service.pair_up, uow, mentor_id=mentor, mentee_id=mentee)
    assert refused == ("people.person_unknown", ["/mentor_id"])


def test_who_leaves_is_nobodys_mentor_any_more(uow, here):
    mentor, mentee = (factories.technician(uow, here) for _ in range(2))
    service.pair_up(uow, mentor_id=mentor, mentee_id=mentee)
    people.leave(uow, technician_id=mentor)
    (row,) = queries.page_of_mentorships(uow, limit=10).items
    assert (row.valid_to, row.ended_why) == (NOW, "left")


def test_pairs_of_others_are_unknown(uow, here, leader):
    far = factories.places(uow)
    mentor, mentee = (factories.technician(uow, far) for _ in range(2))
    key = service.pair_up(uow, mentor_id=mentor, mentee_id=mentee)
    assert refusal(service.end_pair, leader, mentorship_id=key, reason="x").code == "people.mentorship_unknown"
    assert queries.page_of_mentorships(leader, limit=10).items == ()
