from uuid import UUID

import pytest

from dispatch.accounts.callers import Caller
from dispatch.accounts.second_factor.demand import may_only_enrol
from kernel.actor import Actor, Grant, Level, Role

MANAGER = Actor.person(UUID(int=1), None, [Grant(Role.STATION_MANAGER, Level.STATION, UUID(int=2))])


@pytest.mark.parametrize(
    ("demanded", "by_password", "second_factor", "only_enrol"),
    [
        ({Role.STATION_MANAGER}, True, False, True),
        ({Role.STATION_MANAGER, Role.ADMINISTRATOR}, True, False, True),
        ({Role.STATION_MANAGER}, True, True, False),
        ({Role.STATION_MANAGER}, False, False, False),
        ({Role.ADMINISTRATOR}, True, False, False),
        (set(), True, False, False),
    ],
)
def test_whose_role_takes_one_may_only_enrol_until_they_have_one(demanded, by_password, second_factor, only_enrol):
    caller = Caller(MANAGER, by_password=by_password, second_factor=second_factor)
    assert may_only_enrol(caller, frozenset(demanded)) is only_enrol
