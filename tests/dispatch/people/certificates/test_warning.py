from datetime import date, timedelta

import pytest

from dispatch.notifications.models import Notification
from dispatch.people import service as people
from dispatch.people.certificates.warning import warn_of_expiry
from dispatch.people.rules import service as rules
from dispatch.people.rules.numbers import PeopleRules
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

TODAY = date(2026, 11, 22)


@pytest.fixture
def here(uow):
    return factories.places(uow)


@pytest.fixture
def boss(uow, here):
    who = factories.person_with(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, region_id=here.region_id)
    territory.appoint(uow, place_id=here.group_id, kind=DutyKind.GROUP_LEADER, user_id=who)
    return who


def certified(uow, where, days):
    who = factories.technician(uow, where, skills={"catv": 1})
    people.certify(uow, technician_id=who, skill="catv", valid_until=TODAY + timedelta(days=days))
    return who


def told(uow):
    return sorted((row.recipient_id, row.template) for row in uow.session.query(Notification).all())


def test_holder_and_leader_are_warned_once_at_each_stage_as_days_go_by(uow, here, boss):
    who = certified(uow, here, 61)
    counts = []
    for day in (0, 1, 1, 2, 31, 54, 61, 63):
        uow.now = NOW + timedelta(days=day)
        assert warn_of_expiry(uow) is None
        counts.append(len(told(uow)))
    assert counts == [0, 2, 2, 2, 4, 6, 6, 6]
    assert {recipient for recipient, _ in told(uow)} == {who, boss}


def test_a_renewed_certificate_begins_anew_and_who_has_left_hears_nothing(uow, here, boss):
    who, gone = certified(uow, here, 5), certified(uow, here, 5)
    people.leave(uow, technician_id=gone)
    warn_of_expiry(uow)
    assert len(told(uow)) == 2
    people.certify(uow, technician_id=who, skill="catv", valid_until=TODAY + timedelta(days=29))
    warn_of_expiry(uow)
    assert len(told(uow)) == 4
    assert gone not in {recipient for recipient, _ in told(uow)}


def test_days_are_the_regions_and_stages_its_rules(uow, here):
    rules.set_rules(uow, region_id=here.region_id, rules=PeopleRules(warn_days=(3,)))
    who = certified(uow, here, 4)
    west = factories.places(uow, region_id=factories.region(uow, timezone="America/New_York"))
    other = certified(uow, west, 59)
    warn_of_expiry(uow)
    # In New York it is still the day before: 60 days are left there.
    (first,) = uow.session.query(Notification).all()
    assert (first.recipient_id, "60 天" in first.body) == (other, True)
    uow.now = NOW + timedelta(days=1)
    warn_of_expiry(uow)
    assert who in {recipient for recipient, _ in told(uow)}


def test_many_are_looked_at_part_by_part_with_the_same_statements(uow, here, boss):
    everybody = [certified(uow, here, 5 + n) for n in range(5)]
    counts, after = [], None
    while True:
        with recorded(uow.session) as sql:
            after = warn_of_expiry(uow, after=after, limit=2)
        counts.append(len(sql))
        if after is None:
            break
    assert len(set(counts)) == 1
    assert {recipient for recipient, _ in told(uow)} == {*everybody, boss}
