"""Fees go with their order's zone."""

from dispatch.fees import service
from dispatch.fees.models import FeeLine
from dispatch.fees.relocating import on_places_moved
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from tests import factories


def test_a_line_gets_the_places_of_its_zone(undone):
    home = factories.places(undone)
    order_id = factories.order(undone, home)
    line = service.add_line(undone, order_id=order_id, data={"text": "上门费", "unit_price": "80"})
    there = factories.places(undone, region_id=home.region_id)
    after = Places(home.region_id, there.station_id, there.group_id, home.zone_id)
    on_places_moved(undone, PlacesMoved((PlaceMoved(home, after),)))
    found = undone.session.query(FeeLine).populate_existing().filter(FeeLine.id == line.id).one()
    assert (found.station_id, found.group_id) == (there.station_id, there.group_id)
