from itertools import product
from uuid import UUID

import pytest

from dispatch.accounts.authority import GIVES, Post, may_give, may_manage, may_reset_factor
from kernel.actor import Grant, Level, Role

REGION, STATION, OTHER_STATION, GROUP, OTHER_REGION = (UUID(int=n) for n in range(1, 6))
HERE = frozenset({GROUP, STATION, REGION})
EVERYWHERE = Grant(Role.ADMINISTRATOR, Level.EVERYWHERE, None)

R = Role
LADDER = {
    R.ADMINISTRATOR: set(Role),
    R.REGIONAL_OPERATIONS: {R.STATION_MANAGER, R.GROUP_LEADER, R.TECHNICIAN, R.AGENT, R.ASSESSOR},
    R.STATION_MANAGER: {R.GROUP_LEADER, R.TECHNICIAN, R.AGENT},
}


@pytest.mark.parametrize(("mine", "given"), list(product(Role, Role)))
def test_a_role_is_given_only_by_a_higher_one(mine, given):
    grants = [Grant(mine, Level.REGION, REGION)]
    assert may_give(grants, Post(given, HERE)) is (given in LADDER.get(mine, set()))


def test_nobody_but_an_administrator_gives_their_own_role():
    assert [role for role in Role if role in GIVES[role]] == [Role.ADMINISTRATOR]


@pytest.mark.parametrize(
    ("level", "place", "within", "allowed"),
    [
        (Level.STATION, STATION, frozenset({STATION, REGION}), True),
        (Level.STATION, STATION, HERE, True),
        (Level.STATION, OTHER_STATION, HERE, False),
        (Level.STATION, STATION, frozenset({REGION}), False),
        (Level.STATION, STATION, frozenset({OTHER_REGION}), False),
        (Level.STATION, STATION, frozenset(), False),
        (Level.EVERYWHERE, None, HERE, True),
        (Level.EVERYWHERE, None, frozenset(), True),
    ],
)
def test_a_role_is_given_only_at_a_place_that_ones_own_role_covers(level, place, within, allowed):
    assert may_give([Grant(Role.STATION_MANAGER, level, place)], Post(Role.TECHNICIAN, within)) is allowed


def test_height_at_one_place_and_width_of_another_role_do_not_add_up():
    grants = [Grant(Role.STATION_MANAGER, Level.STATION, OTHER_STATION), Grant(Role.AGENT, Level.REGION, REGION)]
    assert not may_give(grants, Post(Role.TECHNICIAN, HERE))


@pytest.mark.parametrize(
    ("grant", "region", "roles", "allowed"),
    [
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), REGION, set(), True),
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), REGION, {Role.STATION_MANAGER}, True),
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), REGION, {Role.REGIONAL_OPERATIONS}, False),
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), REGION, {Role.AGENT, Role.ADMINISTRATOR}, False),
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), OTHER_REGION, set(), False),
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), None, set(), False),
        (Grant(Role.ADMINISTRATOR, Level.REGION, REGION), REGION, {Role.ADMINISTRATOR}, True),
        (Grant(Role.ADMINISTRATOR, Level.REGION, REGION), None, set(), False),
        (Grant(Role.STATION_MANAGER, Level.REGION, REGION), REGION, set(), False),
        (EVERYWHERE, None, {Role.ADMINISTRATOR}, True),
        (EVERYWHERE, OTHER_REGION, set(Role), True),
    ],
)
def test_accounts_are_looked_after_from_above_and_over_the_whole_region(grant, region, roles, allowed):
    assert may_manage([grant], region, roles) is allowed


def test_without_a_grant_there_is_no_say():
    assert not may_give([], Post(Role.TECHNICIAN, HERE))
    assert not may_manage([], REGION, set())


@pytest.mark.parametrize(
    ("grant", "posts", "allowed"),
    [
        (Grant(Role.STATION_MANAGER, Level.STATION, STATION), [Post(Role.TECHNICIAN, HERE)], True),
        (
            Grant(Role.STATION_MANAGER, Level.STATION, STATION),
            [Post(Role.TECHNICIAN, HERE), Post(Role.AGENT, HERE)],
            True,
        ),
        (Grant(Role.STATION_MANAGER, Level.STATION, STATION), [], False),
        (Grant(Role.STATION_MANAGER, Level.STATION, STATION), [Post(Role.STATION_MANAGER, HERE)], False),
        (
            Grant(Role.STATION_MANAGER, Level.STATION, STATION),
            [Post(Role.TECHNICIAN, HERE), Post(Role.TECHNICIAN, frozenset({OTHER_STATION, REGION}))],
            False,
        ),
        (Grant(Role.STATION_MANAGER, Level.STATION, STATION), [Post(Role.ADMINISTRATOR, frozenset())], False),
        (Grant(Role.GROUP_LEADER, Level.GROUP, GROUP), [Post(Role.TECHNICIAN, HERE)], False),
        (Grant(Role.REGIONAL_OPERATIONS, Level.REGION, REGION), [], True),
        (EVERYWHERE, [Post(Role.ADMINISTRATOR, frozenset())], True),
    ],
)
def test_a_second_factor_is_reset_by_those_in_charge_and_by_who_could_give_all_that_is_held(grant, posts, allowed):
    assert may_reset_factor([grant], REGION, posts) is allowed
