"""Planned outages go with the zones that they reach."""

from dispatch.outages.models import OutageZone, PlannedOutage
from dispatch.outages.relocating import on_places_moved
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from tests import factories


def test_an_outage_and_its_zones_get_the_places_that_are_above_them_now(scene):
    outage_id = scene.plan().outage_id
    here = scene.home
    there = factories.station(scene.uow, here.region_id)
    moved = PlaceMoved(here, Places(here.region_id, there, here.group_id, here.zone_id))
    before = Places(here.region_id, here.station_id, here.group_id)
    after = Places(here.region_id, there, here.group_id)
    on_places_moved(scene.uow, PlacesMoved((moved,), (PlaceMoved(before, after),)))
    assert scene.uow.session.get(PlannedOutage, outage_id, populate_existing=True).station_id == there
    assert scene.uow.session.get(OutageZone, (outage_id, here.zone_id)).station_id == there
