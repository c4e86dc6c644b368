"""Incidents go with the zones that they reach."""

from dispatch.incidents.models import IncidentZone, MajorIncident
from dispatch.incidents.relocating import on_places_moved
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from kernel.bulk import insert_rows
from tests import factories


def test_an_incident_and_its_zones_get_the_places_that_are_above_them_now(uow):
    here = factories.places(uow)
    there = factories.station(uow, here.region_id)
    incident = {
        "id": uow.new_id(),
        "region_id": here.region_id,
        "station_id": here.station_id,
        "group_id": here.group_id,
        "number": "MI-1",
        "title": "x",
        "severity": "major",
        "state": "declared",
        "commander_id": factories.user(uow, region_id=here.region_id),
        "declared_by": uow.actor.user_id,
        "declared_at": uow.now,
        "affected_customers": 0,
        "affected_estimated": True,
        "reminders": 0,
        "version": 1,
        "created_at": uow.now,
        "updated_at": uow.now,
    }
    zone = {
        "incident_id": incident["id"],
        "zone_id": here.zone_id,
        "region_id": here.region_id,
        "station_id": here.station_id,
        "group_id": here.group_id,
    }
    insert_rows(uow.session, MajorIncident, [incident])
    insert_rows(uow.session, IncidentZone, [zone])
    before = Places(here.region_id, here.station_id, here.group_id)
    after = Places(here.region_id, there, here.group_id)
    moved = PlaceMoved(here, Places(here.region_id, there, here.group_id, here.zone_id))
    on_places_moved(uow, PlacesMoved((moved,), (PlaceMoved(before, after),)))
    assert uow.session.get(MajorIncident, incident["id"]).station_id == there
    assert uow.session.get(IncidentZone, (incident["id"], here.zone_id)).station_id == there
