from datetime import timedelta
from uuid import UUID

import pytest

from dispatch.accounts import queries, service
from dispatch.accounts.sessions.queries import caller_of_token
from kernel.actor import Actor, Grant, Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.conftest import NOW
from tests.factories import PASSWORD
from tests.statements import recorded

NOBODY = UUID(int=9)


@pytest.fixture
def region(uow):
    return factories.region(uow)


def token_of(uow, login):
    return factories.sign_in(uow, login).token


def test_the_actor_behind_a_token_has_all_roles_of_the_person(uow, region):
    person = factories.user(uow, region_id=region, login="li.na", password=PASSWORD)
    places = [uow.new_id() for _ in range(3)]
    for place in places:
        service.grant_role(uow, user_id=person, role=Role.AGENT, level=Level.ZONE, place_id=place)
    with recorded(uow.session) as seen:
        actor = caller_of_token(uow.session, token_of(uow, "li.na"), uow.now).actor
    assert len([sql for sql in seen if "role_grants" in sql]) == 1
    assert actor == Actor.person(person, region, [Grant(Role.AGENT, Level.ZONE, place) for place in places])


def test_a_token_is_good_until_its_last_moment(uow, region):
    factories.user(uow, region_id=region, login="li.na", password=PASSWORD)
    token = token_of(uow, "li.na")
    end = NOW + timedelta(hours=1)
    assert caller_of_token(uow.session, token, end - timedelta(microseconds=1))
    for wrong, at in ((token, end), ("", NOW), (token[:-1], NOW), ("中文", NOW)):
        with pytest.raises(DomainError) as refusal:
            caller_of_token(uow.session, wrong, at)
        assert refusal.value.code == "token-invalid"


def test_an_actor_through_a_device_knows_it(uow, region):
    person = factories.person_with(uow, Role.TECHNICIAN, Level.REGION, region, region_id=region)
    device = uow.new_id()
    with recorded(uow.session) as seen:
        actor = queries.actor_of_user(uow.session, person, uow.now, device)
    assert (actor.device_id, actor.roles, len(seen)) == (device, {Role.TECHNICIAN}, 1)


def test_who_is_unknown_or_no_longer_active_is_no_actor(uow, region):
    person = factories.person_with(uow, Role.AGENT, Level.REGION, region, region_id=region)
    service.set_active(uow, user_id=person, active=False)
    for user_id in (person, NOBODY):
        with pytest.raises(DomainError) as refusal:
            queries.actor_of_user(uow.session, user_id, uow.now)
        assert refusal.value.code == "token-invalid"


def test_many_actors_take_one_statement_and_those_who_left_have_no_role(uow, region):
    people = [factories.person_with(uow, Role.AGENT, Level.REGION, region, region_id=region) for _ in range(5)]
    without = factories.user(uow, region_id=region)
    service.set_active(uow, user_id=people[0], active=False)
    with recorded(uow.session) as seen:
        actors = queries.actors_of_users(uow.session, [*people, without, NOBODY], uow.now)
    assert len(seen) == 1
    assert set(actors) == {*people, without}
    assert actors[people[1]].scope.regions == {region}
    for empty in (actors[people[0]], actors[without]):
        assert (empty.grants, empty.scope.regions, empty.region_id) == (frozenset(), frozenset(), region)
    assert queries.actors_of_users(uow.session, [], uow.now) == {}


@pytest.fixture
def town(uow, region):
    """People of two regions, and a station of the first one with its manager."""
    here = factories.places(uow, region_id=region)
    elsewhere = factories.region(uow)

    def person(role, level, place_id, region_id=region):
        return factories.person_with(uow, role, level, place_id, region_id=region_id)

    return {
        "admin": person(Role.ADMINISTRATOR, Level.EVERYWHERE, None, None),
        "operations": person(Role.REGIONAL_OPERATIONS, Level.REGION, region),
        "manager": person(Role.STATION_MANAGER, Level.STATION, here.station_id),
        "agent": person(Role.AGENT, Level.STATION, here.station_id),
        "leader": person(Role.GROUP_LEADER, Level.GROUP, here.group_id),
        "technician": person(Role.TECHNICIAN, Level.GROUP, here.group_id),
        "stranger": person(Role.REGIONAL_OPERATIONS, Level.REGION, elsewhere, elsewhere),
    }


SIGHT = {
    "admin": {"admin", "operations", "manager", "agent", "leader", "technician", "stranger"},
    "operations": {"operations", "manager", "agent", "leader", "technician"},
    "manager": {"manager", "agent", "technician", "leader"},
    "agent": {"manager", "agent", "technician", "leader"},
    "leader": {"technician", "leader"},
    "technician": {"technician"},
    "stranger": {"stranger"},
}


@pytest.mark.parametrize("who", SIGHT)
def test_people_see_whom_they_should_in_lists_and_one_by_one(uow, town, who):
    mine = factories.acting(uow, town[who])
    listed = {row.id for row in queries.page_of_users(mine, limit=100).items}
    assert listed == {town[name] for name in SIGHT[who]}
    for name, user_id in town.items():
        assert queries.may_see_user(mine, user_id) is (name in SIGHT[who])
        if name in SIGHT[who]:
            assert queries.user(mine, user_id).id == user_id
        else:
            with pytest.raises(DomainError) as refusal:
                queries.user(mine, user_id)
            assert refusal.value.code == "accounts.unknown"


def test_whoever_no_longer_works_there_is_out_of_sight(uow, town):
    manager = factories.acting(uow, town["manager"])
    (grant,) = queries.user(uow, town["leader"]).grants
    service.end_role(uow, grant_id=grant.id, at=NOW + timedelta(days=1))
    assert queries.may_see_user(manager, town["leader"])
    service.end_role(uow, grant_id=grant.id)
    assert not queries.may_see_user(manager, town["leader"])
    assert queries.may_see_user(factories.acting(uow, town["operations"]), town["leader"])


def test_a_list_comes_in_pages_without_gap_or_repetition(uow, region):
    people = [factories.user(uow, region_id=region) for _ in range(7)]
    seen, after = [], None
    while True:
        with recorded(uow.session) as sql:
            page = queries.page_of_users(uow, limit=3, after=after, region_id=region)
        assert len(sql) == 1
        seen += [row.id for row in page.items]
        after = page.after
        if after is None:
            break
    assert seen == sorted(people, reverse=True)


def test_a_list_can_be_narrowed(uow, town, region):
    factories.user(uow, region_id=region, login="li.na", name="李_娜%")

    def listed(**filters):
        return {row.id for row in queries.page_of_users(uow, limit=100, **filters).items}

    assert {row.login for row in queries.page_of_users(uow, limit=9, q="LI.").items} == {"li.na"}
    assert {row.login for row in queries.page_of_users(uow, limit=9, q="_娜%").items} == {"li.na"}
    assert not listed(q="芳%")
    assert not listed(q=".na")
    assert listed(role=Role.REGIONAL_OPERATIONS) == {town["operations"], town["stranger"]}
    assert listed(role=Role.REGIONAL_OPERATIONS, region_id=region) == {town["operations"]}
    service.set_active(uow, user_id=town["agent"], active=False)
    assert listed(active=False) == {town["agent"]}
    assert town["agent"] not in listed(active=True)


def test_a_role_that_is_over_does_not_list_a_person(uow, region):
    person = factories.person_with(
        uow, Role.AGENT, Level.REGION, region, region_id=region, valid_from=NOW - timedelta(days=2)
    )
    (grant,) = queries.user(uow, person).grants
    service.end_role(uow, grant_id=grant.id, at=NOW)
    assert not queries.page_of_users(uow, limit=9, role=Role.AGENT).items
    assert queries.user(uow, person).grants[0].valid_to == NOW


def test_contacts_are_given_by_id_with_one_statement(uow, region):
    people = [factories.user(uow, region_id=region, name=name) for name in ("王芳", "李娜")]
    mine = factories.acting(uow, people[0])
    with recorded(uow.session) as seen:
        found = queries.contacts_of(mine, [*people, NOBODY, people[0]])
    assert len(seen) == 1
    assert {key: contact.name for key, contact in found.items()} == dict(zip(people, ("王芳", "李娜"), strict=True))


def test_people_are_found_by_a_part_of_their_name_for_another_slice(uow, region):
    person = factories.user(uow, region_id=region, name="欧阳娜娜")
    factories.user(uow, region_id=region, name="王芳")
    assert list(uow.session.scalars(queries.ids_named("阳娜"))) == [person]


def test_people_are_found_by_login_in_sight_and_among_colleagues(uow):
    here, far = factories.places(uow), factories.places(uow)
    for where, login in ((here, "ann"), (here, "ben"), (far, "cyd")):
        factories.user(uow, region_id=where.region_id, login=login)
    mine = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    found = queries.people_by_login(mine, ["ann", "cyd", "nobody"])
    assert set(found) == {"ann"}
    assert set(queries.people_by_login(uow, ["ann", "cyd"])) == {"ann", "cyd"}
    assert queries.logins_of(uow, [found["ann"].id]) == {found["ann"].id: "ann"}
