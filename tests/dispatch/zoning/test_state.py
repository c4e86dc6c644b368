"""What has changed about a station since."""

from dataclasses import replace

from dispatch.zoning.state import Difference, State, What
from tests.dispatch.zoning.ground import basis, board, group_id, person_id, zone_id

BASIS = basis(board(3, 1), [0, 0, 0], [1, 2, 3], people=[0])


def test_nothing_changed_as_long_as_zones_groups_and_people_are_where_they_were():
    work = replace(BASIS, zones=tuple(replace(zone, work={"repair": 90}, orders=3) for zone in BASIS.zones))
    assert State.of(BASIS).changed_to(State.of(work)) == ()


def test_what_came_went_and_changed_is_told():
    zones = (BASIS.zones[0], replace(BASIS.zones[1], manager_id=person_id(7)), replace(BASIS.zones[2], id=zone_id(9)))
    now = replace(BASIS, zones=zones, groups=(), people=(replace(BASIS.people[0], group_id=group_id(5)),))
    assert State.of(BASIS).changed_to(State.of(now)) == (
        Difference("zones", str(zone_id(1)), What.CHANGED),
        Difference("zones", str(zone_id(2)), What.GONE),
        Difference("zones", str(zone_id(9)), What.NEW),
        Difference("groups", str(group_id(0)), What.GONE),
        Difference("people", str(person_id(0)), What.CHANGED),
    )
