"""Who sees which places, page by page; on both databases."""

import pytest

from dispatch.territory import queries, service
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded


@pytest.fixture
def ground(uow):
    """A region with two stations, the first with two zones in one group, and another region."""
    first = factories.places(uow)
    factories.zone(uow, first.group_id)
    return first, factories.places(uow, region_id=first.region_id), factories.places(uow)


LISTS = {"regions": queries.regions, "stations": queries.stations, "groups": queries.groups, "zones": queries.zones}


def seen(reading):
    return {name: len(query(reading, limit=50).items) for name, query in LISTS.items()}


@pytest.mark.parametrize(
    ("role", "level", "expected"),
    [
        (Role.ADMINISTRATOR, Level.EVERYWHERE, {"regions": 2, "stations": 3, "groups": 3, "zones": 4}),
        (Role.REGIONAL_OPERATIONS, Level.REGION, {"regions": 1, "stations": 2, "groups": 2, "zones": 3}),
        (Role.STATION_MANAGER, Level.STATION, {"regions": 1, "stations": 1, "groups": 1, "zones": 2}),
        (Role.GROUP_LEADER, Level.GROUP, {"regions": 1, "stations": 0, "groups": 1, "zones": 2}),
        (Role.AGENT, Level.ZONE, {"regions": 1, "stations": 0, "groups": 0, "zones": 1}),
        (Role.TECHNICIAN, Level.ZONE, {"regions": 1, "stations": 0, "groups": 0, "zones": 0}),
    ],
)
def test_everybody_sees_their_places_and_those_inside_and_the_region_they_belong_to(uow, ground, role, level, expected):
    place = ground[0]
    place_ids = {
        Level.EVERYWHERE: None,
        Level.REGION: place.region_id,
        Level.STATION: place.station_id,
        Level.GROUP: place.group_id,
        Level.ZONE: place.zone_id,
    }
    assert seen(factories.acting_as(uow, role, level, place_ids[level], place.region_id)) == expected


def test_a_place_out_of_scope_is_not_found_and_a_hidden_one_looks_like_none(uow, ground):
    here, there, _ = ground
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    for read, place_id in (
        (queries.station, there.station_id),
        (queries.group, there.group_id),
        (queries.zone, there.zone_id),
        (queries.zone, uow.new_id()),
        (queries.region, ground[2].region_id),
    ):
        with pytest.raises(DomainError) as caught:
            read(leader, place_id)
        assert caught.value.code.endswith("_unknown")
    assert queries.places_of_zones(leader, [here.zone_id, there.zone_id]) == {here.zone_id: here}
    assert queries.duties(leader, place_id=there.zone_id, limit=5).items == ()


def test_lists_page_by_code(uow):
    group_id = factories.places(uow).group_id
    for code in "cab":
        service.draw_zone(uow, group_id=group_id, code=code, name=code, boundary=None)
    first = queries.zones(uow, group_id=group_id, limit=3)
    second = queries.zones(uow, group_id=group_id, limit=3, after=first.after)
    assert [row.code for row in (*first.items, *second.items)][1:] == ["a", "b", "c"]
    assert second.after is None


def test_lists_are_narrowed_by_what_is_above(uow, ground):
    here, there, _ = ground
    assert {row.station_id for row in queries.zones(uow, limit=9, station_id=there.station_id).items} == {
        there.station_id
    }
    assert [row.id for row in queries.groups(uow, limit=9, station_id=here.station_id).items] == [here.group_id]
    assert len(queries.stations(uow, limit=9, region_id=here.region_id).items) == 2


def test_a_detail_has_the_boundary_and_who_answers(uow):
    place = factories.places(uow)
    zone_id = factories.zone(uow, place.group_id, boundary=factories.square(33.8, 119.3))
    ann = factories.user(uow, region_id=place.region_id)
    service.appoint(uow, place_id=zone_id, kind=service.DutyKind.ZONE_MANAGER, user_id=ann)
    detail = queries.zone(uow, zone_id)
    assert detail.boundary == factories.square(33.8, 119.3)
    assert [(duty.kind, duty.user_id) for duty in detail.duties] == [("zone_manager", ann)]


def test_the_map_finds_positions_in_the_whole_region_but_in_no_other(uow):
    place = factories.places(uow)
    other = factories.places(uow)
    drawn = factories.zone(uow, place.group_id, boundary=factories.square(33.8, 119.3))
    factories.zone(uow, other.group_id, boundary=factories.square(33.8, 119.3))
    found = queries.zone_map(uow, place.region_id)
    assert found.index.find(33.8, 119.3) == (drawn,)
    assert found.zones[drawn].places.group_id == place.group_id
    assert place.zone_id in found.zones


def test_asking_for_many_takes_one_statement(uow, ground):
    zone_ids = [one.zone_id for one in ground]
    for ask in (
        lambda: queries.places_of_zones(uow, zone_ids),
        lambda: queries.responsible(uow, zone_ids, uow.now),
        lambda: queries.zones(uow, limit=10),
    ):
        with recorded(uow.session) as statements:
            ask()
        assert len(statements) == 1


def test_groups_are_named_with_their_station(uow):
    here = factories.places(uow)
    group, station = queries.group(uow, here.group_id), queries.station(uow, here.station_id)
    assert queries.codes_of_groups(uow, [here.group_id]) == {here.group_id: (station.code, group.code)}
