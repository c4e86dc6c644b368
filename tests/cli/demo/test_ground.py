"""The territory of the demo, as it was opened."""

from checklists.templates.queries import current_versions
from cli.demo.places import GUANNAN, LIANSHUI, STATIONS
from dispatch.sla import queries as sla
from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory
from dispatch.work_orders import queries as work_orders
from kernel.actor import system_actor


def test_a_position_in_the_county_lies_in_exactly_one_zone(loaded):
    with loaded.reading(system_actor()) as reading:
        for station in STATIONS:
            found = territory.zone_map(reading, station.region_id)
            for zone in station.zones:
                (zone_id,) = found.index.find(zone.lat, zone.lon)
                assert found.zones[zone_id].name == zone.name


def test_every_kind_of_work_that_needs_a_checklist_has_one_published(loaded):
    with loaded.reading(system_actor()) as reading:
        for station in (LIANSHUI, GUANNAN):
            region_id = station.region_id
            types = work_orders.work_types(reading, region_id)
            codes = {one.template_code for one in types if one.template_code is not None}
            assert codes
            assert codes == current_versions(reading, region_id, codes).keys()


def test_service_levels_are_the_defaults(loaded):
    with loaded.reading(system_actor()) as reading:
        assert sla.policies_in_force(reading, LIANSHUI.region_id, reading.now).keys() == set(Priority)
