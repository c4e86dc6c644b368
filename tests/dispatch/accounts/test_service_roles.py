"""The part of the service that gives roles at places, and ends them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dispatch.accounts import queries, service
from dispatch.accounts.models import RoleGrant
from kernel.actor import Grant, Level, Role
from tests import factories
from tests.conftest import NOW
from tests.dispatch.accounts.test_service import NOBODY, paths, refusal
from tests.statements import recorded


@pytest.fixture
def region(uow):
    return factories.region(uow)


@pytest.fixture
def wang(uow, region):
    return factories.user(uow, region_id=region)


def grant(uow, user_id, place_id, *, role=Role.TECHNICIAN, level=Level.ZONE, **more):
    return service.grant_role(uow, user_id=user_id, role=role, level=level, place_id=place_id, **more)


def test_a_role_is_in_force_from_its_beginning_until_before_its_end(uow, wang):
    place = uow.new_id()
    begins, ends = NOW + timedelta(days=1), NOW + timedelta(days=2)
    grant(uow, wang, place, role=Role.AGENT, valid_from=begins, valid_to=ends)

    def grants(at):
        return queries.actor_of_user(uow.session, wang, at).grants

    held = frozenset({Grant(Role.AGENT, Level.ZONE, place)})
    moment = timedelta(microseconds=1)
    assert [grants(at) for at in (NOW, begins - moment, begins, ends - moment, ends)] == [
        frozenset(),
        frozenset(),
        held,
        held,
        frozenset(),
    ]


def test_the_same_role_given_again_is_the_same_grant(uow, wang):
    place = uow.new_id()
    first = grant(uow, wang, place)
    assert grant(uow, wang, place) == first
    assert grant(uow, wang, place, valid_from=NOW + timedelta(days=1)) == first
    assert grant(uow, wang, place, valid_to=NOW + timedelta(days=1)) == first
    assert grant(uow, wang, place, valid_from=NOW - timedelta(days=1)) != first
    assert grant(uow, wang, uow.new_id()) != first
    assert grant(uow, wang, place, role=Role.GROUP_LEADER) != first


def test_a_grant_that_ends_too_early_is_not_enough(uow, wang):
    place = uow.new_id()
    first = grant(uow, wang, place, valid_to=NOW + timedelta(days=1))
    assert grant(uow, wang, place, valid_to=NOW + timedelta(days=1)) == first
    assert grant(uow, wang, place, valid_to=NOW + timedelta(days=2)) != first
    assert grant(uow, wang, place) != first


def test_everywhere_is_no_place_and_every_other_level_has_one(uow, wang):
    for level, place_id in ((Level.EVERYWHERE, uow.new_id()), (Level.REGION, None)):
        refused = refusal(grant, uow, wang, place_id, level=level)
        assert (refused.code, paths(refused)) == ("accounts.place_wrong", ["/place_id"])
    key = grant(uow, wang, None, role=Role.ASSESSOR, level=Level.EVERYWHERE)
    assert grant(uow, wang, None, role=Role.ASSESSOR, level=Level.EVERYWHERE) == key


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=-1)])
def test_a_period_does_not_end_before_it_begins(uow, wang, length):
    refused = refusal(grant, uow, wang, uow.new_id(), valid_from=NOW, valid_to=NOW + length)
    assert (refused.code, paths(refused)) == ("accounts.period_backwards", ["/valid_to"])


def test_a_station_manager_gives_roles_inside_of_the_station_only(uow, region, wang):
    here, elsewhere = (factories.places(uow, region_id=region) for _ in range(2))
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, region)
    grant(manager, wang, here.group_id, level=Level.GROUP, station_id=here.station_id, region_id=region)
    for where in (
        {"place_id": elsewhere.zone_id, "station_id": elsewhere.station_id, "region_id": region},
        {"place_id": here.zone_id},
    ):
        assert refusal(grant, manager, wang, role=Role.AGENT, **where).code == "accounts.may_not_grant"
    refused = refusal(grant, manager, wang, here.station_id, role=Role.STATION_MANAGER, level=Level.STATION)
    assert refused.code == "accounts.may_not_grant"
    assert {held.role for held in queries.user(uow, wang).grants} == {Role.TECHNICIAN}


def test_nobody_makes_themselves_more_than_they_are(uow, region):
    operations = factories.person_with(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region_id=region)
    mine = factories.acting(uow, operations)
    for role, level, place_id in (
        (Role.ADMINISTRATOR, Level.REGION, region),
        (Role.ADMINISTRATOR, Level.EVERYWHERE, None),
        (Role.AGENT, Level.EVERYWHERE, None),
    ):
        assert refusal(grant, mine, operations, place_id, role=role, level=level).code == "accounts.may_not_grant"


def test_a_role_is_not_given_to_a_stranger(uow, region):
    stranger = factories.user(uow, region_id=factories.region(uow))
    operations = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region, region)
    assert refusal(grant, operations, stranger, region, level=Level.REGION).code == "accounts.unknown"


def test_an_ended_role_is_history_and_one_that_had_not_begun_is_gone(uow, wang):
    held = grant(uow, wang, uow.new_id(), valid_from=NOW - timedelta(days=3))
    planned = grant(uow, wang, uow.new_id(), valid_from=NOW + timedelta(days=3))
    uow.changes.clear()
    service.end_role(uow, grant_id=held)
    service.end_role(uow, grant_id=planned)
    assert [(one.id, one.valid_to) for one in queries.user(uow, wang).grants] == [(held, NOW)]
    assert {change.type for change in uow.changes} == {"me"}


def test_ending_a_role_may_be_planned_and_is_never_moved_back(uow, wang):
    held = grant(uow, wang, uow.new_id(), valid_from=NOW - timedelta(days=3))
    service.end_role(uow, grant_id=held, at=NOW + timedelta(days=1))
    service.end_role(uow, grant_id=held)
    service.end_role(uow, grant_id=held, at=NOW + timedelta(days=9))
    assert queries.user(uow, wang).grants[0].valid_to == NOW


def test_ending_a_role_takes_the_right_to_give_it(uow, region, wang):
    here = factories.places(uow, region_id=region)
    began = NOW - timedelta(days=3)
    key = grant(uow, wang, here.zone_id, group_id=here.group_id, station_id=here.station_id, valid_from=began)
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, region)
    assert refusal(service.end_role, leader, grant_id=key).code == "accounts.may_not_grant"
    other = factories.places(uow, region_id=region)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, other.station_id, region)
    assert refusal(service.end_role, stranger, grant_id=key).code == "accounts.may_not_grant"
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, region)
    service.end_role(manager, grant_id=key)
    assert refusal(service.end_role, uow, grant_id=NOBODY).code == "accounts.grant_unknown"


def test_all_grants_of_a_role_at_a_place_end_together(uow, wang):
    place, other = uow.new_id(), uow.new_id()
    first = grant(uow, wang, place, valid_from=NOW - timedelta(days=9), valid_to=NOW - timedelta(days=5))
    second = grant(uow, wang, place, valid_from=NOW - timedelta(days=3))
    grant(uow, wang, place, valid_from=NOW + timedelta(days=3), valid_to=NOW + timedelta(days=4))
    kept = [grant(uow, wang, place, role=Role.AGENT), grant(uow, wang, other)]
    role = {"user_id": wang, "role": Role.TECHNICIAN, "level": Level.ZONE}
    service.end_roles(uow, **role, place_id=place)
    ends = {one.id: one.valid_to for one in queries.user(uow, wang).grants}
    assert ends == {first: NOW - timedelta(days=5), second: NOW} | dict.fromkeys(kept)
    service.end_roles(uow, **role, place_id=uow.new_id())


def test_giving_a_role_takes_three_statements_however_many_there_are(uow, wang):
    for _ in range(5):
        grant(uow, wang, uow.new_id())
    with recorded(uow.session) as seen:
        grant(uow, wang, uow.new_id())
    assert len(seen) == 3
    assert uow.session.scalar(select(func.count()).select_from(RoleGrant)) == 6
