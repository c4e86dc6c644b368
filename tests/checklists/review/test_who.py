"""Who is of which group, and who plans."""

import pytest

from checklists.review.who import check_planner, own_groups
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


def test_somebody_is_of_the_groups_where_they_work_or_hold_a_role_and_not_of_those_below_them(scene):
    home, region_id = scene.home, scene.home.region_id
    zone_role = factories.acting_as(scene.uow, Role.AGENT, Level.ZONE, scene.other.zone_id, region_id)
    assert own_groups(scene.acting(scene.technician)) == {home.group_id}
    assert own_groups(scene.leader) == {home.group_id}
    assert own_groups(zone_role) == {scene.other.group_id}
    assert own_groups(scene.manager) == own_groups(scene.operations) == own_groups(scene.assessor) == frozenset()


def test_regional_operations_plan_and_nobody_below(scene):
    check_planner(scene.operations, scene.home.region_id)
    for who in (scene.manager, scene.leader, scene.assessor, scene.acting(scene.technician)):
        with pytest.raises(DomainError) as caught:
            check_planner(who, scene.home.region_id)
        assert caught.value.code == "forbidden"
