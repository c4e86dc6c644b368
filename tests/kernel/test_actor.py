"""Who sees what: the condition that the database applies and the answer for a row in hand are the same."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, insert, select

from kernel.actor import SYSTEM_USER, Actor, Grant, Level, Role, Scope, system_actor

ME, OTHER = UUID(int=1), UUID(int=2)
PLACES = {level: (UUID(int=10 * n), UUID(int=10 * n + 1)) for n, level in enumerate(Level, start=1)}
ZONE, GROUP, STATION, REGION = (PLACES[level] for level in (Level.ZONE, Level.GROUP, Level.STATION, Level.REGION))

ROWS = Table(
    "test_rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(name, Uuid) for name in ("region_id", "station_id", "group_id", "zone_id", "owner_id")),
)
NAMES = ("region_id", "station_id", "group_id", "zone_id", "owner_id")
# Every combination of places, with and without each, and of owners.
ALL = [
    {"id": n, **dict(zip(NAMES, combination, strict=True))}
    for n, combination in enumerate(
        product((None, *REGION), (None, *STATION), (None, *GROUP), (None, *ZONE), (None, ME, OTHER))
    )
]

GRANTS = st.builds(
    Grant,
    st.sampled_from(Role),
    st.sampled_from(Level),
    st.none() | st.sampled_from([place for pair in PLACES.values() for place in pair]),
)


@pytest.fixture
def rows(undone):
    ROWS.create(undone.session.connection())
    undone.session.execute(insert(ROWS), ALL)
    return undone.session


def seen(session, scope: Scope, **columns) -> set[int]:
    return set(session.scalars(select(ROWS.c.id).where(scope.sees(**columns))))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(GRANTS, max_size=5), st.booleans())
def test_the_condition_and_the_answer_for_one_row_agree(rows, grants, owned):
    scope = Scope.of(ME, grants)
    columns = {name.removesuffix("_id"): ROWS.c[name] for name in NAMES if owned or name != "owner_id"}
    expected = {
        row["id"]
        for row in ALL
        if scope.covers(**{name: row[name] for name in NAMES[:4]}) or (owned and row["owner_id"] == ME)
    }
    assert seen(rows, scope, **columns) == expected


def test_a_table_without_a_column_is_seen_through_the_others(rows):
    scope = Scope.of(ME, [Grant(Role.GROUP_LEADER, Level.GROUP, GROUP[0])])
    assert seen(rows, scope, region=ROWS.c.region_id, zone=ROWS.c.zone_id) == set()
    assert seen(rows, scope, group=ROWS.c.group_id) == {row["id"] for row in ALL if row["group_id"] == GROUP[0]}


def test_without_grants_one_sees_ones_own_rows_and_nothing_else(rows):
    scope = Scope.of(ME, [])
    assert seen(rows, scope, region=ROWS.c.region_id) == set()
    assert seen(rows, scope, owner=ROWS.c.owner_id) == {row["id"] for row in ALL if row["owner_id"] == ME}
    assert not scope.covers()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.ASSESSOR])
@pytest.mark.parametrize("level", Level)
def test_the_grants_of_technicians_and_assessors_open_no_place(role, level):
    place = None if level is Level.EVERYWHERE else PLACES[level][0]
    assert Scope.of(ME, [Grant(role, level, place)]) == Scope(ME)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TECHNICIAN, Role.ASSESSOR}))
@pytest.mark.parametrize("level", Level)
def test_every_other_grant_opens_its_place_alone(role, level):
    place = None if level is Level.EVERYWHERE else PLACES[level][0]
    scope = Scope.of(ME, [Grant(role, level, place)])
    for one, (here, there) in PLACES.items():
        if one is Level.EVERYWHERE:
            continue
        assert scope.covers(**{f"{one}_id": here}) == (level in (one, Level.EVERYWHERE))
        assert scope.covers(**{f"{one}_id": there}) == (level is Level.EVERYWHERE)


def test_a_place_that_a_row_does_not_have_is_never_covered():
    scope = Scope.of(
        ME, [Grant(Role.AGENT, level, PLACES[level][0]) for level in Level if level is not Level.EVERYWHERE]
    )
    assert not scope.covers(region_id=REGION[1])
    assert not Scope.of(ME, [Grant(Role.AGENT, Level.ZONE, None)]).covers()


def test_roles_over_a_row_are_those_held_at_its_places():
    actor = Actor.person(
        ME,
        REGION[0],
        [
            Grant(Role.AGENT, Level.REGION, REGION[0]),
            Grant(Role.STATION_MANAGER, Level.STATION, STATION[0]),
            Grant(Role.GROUP_LEADER, Level.GROUP, GROUP[1]),
            Grant(Role.TECHNICIAN, Level.GROUP, GROUP[1]),
        ],
    )
    own, leader, none = Role.TECHNICIAN, Role.GROUP_LEADER, frozenset[Role]()
    assert actor.roles_over(REGION[0], STATION[0], GROUP[0], ZONE[0]) == {Role.AGENT, Role.STATION_MANAGER, own}
    assert actor.roles_over(REGION[1], STATION[1], GROUP[1], None) == {leader, own}
    assert actor.roles_over(REGION[1], None, None, None) == {own}
    assert Actor.person(ME, None, [Grant(leader, Level.GROUP, None)]).roles_over(None, None, None, None) == none


def test_a_role_held_everywhere_goes_for_every_row():
    actor = Actor.person(ME, None, [Grant(Role.REGIONAL_OPERATIONS, Level.EVERYWHERE, None)])
    assert actor.roles_over(REGION[1], None, None, None) == {Role.REGIONAL_OPERATIONS}


def test_an_administrator_holds_every_role():
    administrator = Actor.person(ME, None, [Grant(Role.ADMINISTRATOR, Level.REGION, REGION[0])])
    agent = Actor.person(ME, None, [Grant(Role.AGENT, Level.REGION, REGION[0])])
    nobody = Actor.person(ME, None, [])
    for role in Role:
        assert administrator.has(role)
        assert agent.has(role) == (role is Role.AGENT)
        assert not nobody.has(role)
    assert agent.has(Role.TECHNICIAN, Role.AGENT)


def test_the_system_may_see_everything_and_is_nobody_else():
    actor = system_actor(REGION[0])
    assert actor.user_id == SYSTEM_USER
    assert actor.region_id == REGION[0]
    assert actor.scope.everywhere
    assert actor.has(Role.ADMINISTRATOR)
