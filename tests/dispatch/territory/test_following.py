"""Rows follow a place that moved: one statement for each table and level, whatever lies there."""

from dispatch.customers.models import Customer, Site
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.following import follow
from dispatch.territory.places import Places
from tests import factories
from tests.statements import recorded


def test_rows_of_a_moved_zone_get_its_new_places_and_others_keep_theirs(uow):
    here = factories.places(uow)
    there = factories.places(uow, region_id=here.region_id)
    stays = factories.zone(uow, here.group_id)
    moved = factories.customer(uow, here)
    beside = factories.customer(uow, Places(here.region_id, here.station_id, here.group_id, stays))
    site = factories.site(uow, moved, here)
    after = Places(here.region_id, there.station_id, there.group_id, here.zone_id)
    with recorded(uow.session) as seen:
        follow(uow, PlacesMoved((PlaceMoved(here, after),)), Customer, Site)
    assert len(seen) == 2
    found = {row.id: (row.station_id, row.group_id) for row in uow.session.query(Customer)}
    assert found == {moved: (there.station_id, there.group_id), beside: (here.station_id, here.group_id)}
    assert uow.session.get(Site, site).group_id == there.group_id


def test_rows_of_a_moved_group_follow_though_they_lie_in_no_zone(uow):
    here = factories.places(uow)
    there = factories.station(uow, here.region_id)
    customer = factories.customer(uow, here)
    before = Places(here.region_id, here.station_id, here.group_id)
    follow(uow, PlacesMoved((), (PlaceMoved(before, Places(here.region_id, there, here.group_id)),)), Customer)
    assert uow.session.get(Customer, customer).station_id == there
