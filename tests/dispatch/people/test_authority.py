import pytest

from dispatch.people import service as people
from dispatch.people.authority import LEADERS, MANAGERS, check_role, holds_role, locked_staff, present
from kernel.actor import Level, Role
from tests import factories
from tests.dispatch.people.refusing import refusal, refused_at


@pytest.fixture
def here(uow):
    return factories.places(uow)


def test_leaders_lead_their_own_group_and_managers_their_station(uow, here):
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, here.region_id)
    next_group = factories.places(uow, station_id=here.station_id)
    assert holds_role(leader, here, LEADERS)
    assert not holds_role(leader, next_group, LEADERS)
    assert holds_role(manager, next_group, MANAGERS)
    assert refusal(check_role, leader, here, MANAGERS).code == "forbidden"


def test_people_are_locked_in_scope_or_when_they_are_named(uow, here):
    ann, far = factories.technician(uow, here), factories.technician(uow, factories.places(uow))
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    assert set(locked_staff(leader, [ann, far])) == {ann}
    assert set(locked_staff(leader, [ann], also=[far])) == {ann, far}
    assert present(leader, ann).places.group_id == here.group_id
    assert refused_at(present, leader, far, path="/x") == ("people.unknown", ["/x"])
    people.leave(uow, technician_id=ann)
    assert refusal(present, leader, ann).code == "people.left"
