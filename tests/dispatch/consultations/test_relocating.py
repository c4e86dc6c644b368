"""Consultations go with their order's zone."""

from dispatch.consultations import service
from dispatch.consultations.models import Consultation
from dispatch.consultations.relocating import on_places_moved
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from tests import factories


def test_a_consultation_gets_the_places_of_its_zone(scene):
    order_id = scene.order(technician=scene.technicians[0])
    me = factories.acting(scene.uow, scene.technicians[0])
    key = service.ask(me, order_id=order_id, question="?", user_id=scene.technicians[2])
    home = scene.home
    there = factories.places(scene.uow, region_id=home.region_id)
    after = Places(home.region_id, there.station_id, there.group_id, home.zone_id)
    on_places_moved(scene.uow, PlacesMoved((PlaceMoved(home, after),)))
    found = scene.uow.session.query(Consultation).populate_existing().filter(Consultation.id == key).one()
    assert (found.station_id, found.group_id) == (there.station_id, there.group_id)
