"""Roles held at a place follow it."""

from dispatch.accounts.following import follow_places
from dispatch.accounts.models import RoleGrant
from kernel.actor import Level, Role
from tests import factories


def test_roles_at_a_zone_and_in_a_group_get_the_places_above_them_anew(uow):
    here = factories.places(uow)
    there = factories.places(uow, region_id=here.region_id)
    agent = factories.person_with(uow, Role.AGENT, Level.ZONE, here.zone_id, region_id=here.region_id)
    leader = factories.person_with(uow, Role.GROUP_LEADER, Level.GROUP, there.group_id, region_id=here.region_id)
    follow_places(uow, [(here.zone_id, there.group_id, there.station_id)], [(there.group_id, here.station_id)])
    found = {row.user_id: (row.station_id, row.group_id) for row in uow.session.query(RoleGrant)}
    # The group went on to the first station, and the zone in it along.
    assert found[agent] == (here.station_id, there.group_id)
    assert found[leader] == (here.station_id, there.group_id)
