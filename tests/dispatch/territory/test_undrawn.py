"""Zones that are known by name only; on both databases."""

from collections import Counter

from dispatch.territory import queries, service
from dispatch.territory.undrawn import add_undrawn_zones
from kernel.actor import Level
from tests import factories
from tests.statements import recorded


def test_names_become_zones_in_groups_of_three_to_five(uow):
    station_id = factories.station(uow, factories.region(uow))
    add_undrawn_zones(uow, station_id=station_id, names=[f"Patch {n}" for n in range(11)])
    zones = queries.zones(uow, station_id=station_id, limit=20).items
    assert [zone.code for zone in zones] == [f"Z{n:03d}" for n in range(1, 12)]
    assert sorted(Counter(zone.group_id for zone in zones).values()) == [3, 4, 4]


def test_the_smallest_groups_are_filled_up_first_and_codes_are_not_used_twice(uow):
    place = factories.places(uow)
    service.draw_zone(uow, group_id=place.group_id, code="Z001", name="One", boundary=None)
    service.open_group(uow, station_id=place.station_id, code="G01", name="Retired")
    retired = queries.groups(uow, station_id=place.station_id, limit=9).items[-1]
    service.retire(uow, level=Level.GROUP, place_id=retired.id if retired.code == "G01" else place.group_id)
    ids = add_undrawn_zones(uow, station_id=place.station_id, names=["x" * 96, "b", "c", "d", "e"])
    zones = {zone.id: zone for zone in queries.zones(uow, station_id=place.station_id, limit=20).items}
    assert [zones[key].code for key in ids] == ["Z002", "Z003", "Z004", "Z005", "Z006"]
    assert zones[ids[0]].name == "x" * 79 + "…"
    groups = {group.id: group.code for group in queries.groups(uow, station_id=place.station_id, limit=9).items}
    assert Counter(groups[zones[key].group_id] for key in ids) == {groups[place.group_id]: 2, "G02": 3}


def test_the_number_of_statements_does_not_grow_with_the_names(uow):
    counts = []
    for size in (1, 30):
        station_id = factories.station(uow, factories.region(uow))
        with recorded(uow.session) as statements:
            add_undrawn_zones(uow, station_id=station_id, names=[str(n) for n in range(size)])
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_no_names_make_no_zones(uow):
    station_id = factories.station(uow, factories.region(uow))
    assert add_undrawn_zones(uow, station_id=station_id, names=[]) == []
