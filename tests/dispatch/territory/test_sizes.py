"""The report of groups out of bounds."""

from dispatch.territory import sizes, sizing
from kernel.actor import Level, Role
from tests import factories
from tests.statements import recorded


def test_the_report_holds_the_groups_out_of_bounds_in_scope_page_by_page(uow):
    station_id = factories.station(uow, factories.region(uow))
    place = factories.places(uow, station_id=station_id)
    full = factories.group(uow, station_id)
    for _ in range(3):
        factories.zone(uow, full)
    empty = factories.group(uow, station_id)
    elsewhere = factories.places(uow, region_id=place.region_id)
    seen, after = [], None
    while True:
        page = sizes.odd_groups(uow, region_id=place.region_id, limit=1, after=after)
        seen += page.items
        after = page.after
        if after is None:
            break
    assert {(one.id, one.zones) for one in seen} == {(place.group_id, 1), (empty, 0), (elsewhere.group_id, 1)}
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, station_id, place.region_id)
    mine = sizes.odd_groups(manager, region_id=place.region_id, limit=9).items
    assert {one.id for one in mine} == {place.group_id, empty}
    assert sizes.odd_groups(manager, region_id=place.region_id, station_id=elsewhere.station_id, limit=9).items == ()


def test_the_report_takes_three_statements(uow):
    place = factories.places(uow)
    sizing.set_bounds(uow, region_id=place.region_id, fewest=2, most=4)
    for _ in range(5):
        factories.places(uow, station_id=place.station_id)
    with recorded(uow.session) as seen:
        sizes.odd_groups(uow, region_id=place.region_id, limit=50)
    assert len(seen) == 3
