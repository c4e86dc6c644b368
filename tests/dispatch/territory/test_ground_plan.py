"""A station as a whole."""

from dispatch.territory import ground_plan, service
from kernel.actor import Level
from tests import factories


def test_the_working_zones_and_groups_of_a_station_come_by_code_and_codes_are_never_free_again(uow):
    place = factories.places(uow)
    drawn = service.draw_zone(uow, group_id=place.group_id, code="A", name="A", boundary=factories.square(33.8, 119.3))
    gone = factories.group(uow, place.station_id)
    code = next(one.code for one in ground_plan.groups_of_station(uow, place.station_id) if one.id == gone)
    service.retire(uow, level=Level.GROUP, place_id=gone)
    zones = ground_plan.zones_of_station(uow, place.station_id)
    assert [zone.id for zone in zones] == [drawn, place.zone_id]
    assert (zones[0].boundary, zones[1].boundary) == (factories.square(33.8, 119.3), None)
    assert [group.id for group in ground_plan.groups_of_station(uow, place.station_id)] == [place.group_id]
    assert code in ground_plan.codes_of_station(uow, place.station_id)
    ground_plan.lock_station(uow, place.station_id)
