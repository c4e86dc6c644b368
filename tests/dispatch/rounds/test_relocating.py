"""Rounds and their visits go with the places that move."""

from dispatch.rounds import queries
from dispatch.rounds.queries import OccurrenceFilter
from dispatch.rounds.relocating import on_places_moved
from dispatch.territory.events import PlaceMoved, PlacesMoved
from dispatch.territory.places import Places
from tests import factories


def test_rounds_and_visits_get_the_places_that_are_above_them_now(scene):
    group = scene.beat.groups[0]
    of_group, of_zone = scene.plan().plan_id, scene.plan(zone_id=group.zones[0]).plan_id
    scene.generate()
    region_id, old = scene.beat.region_id, scene.beat.station_id
    new = factories.station(scene.uow, region_id)
    zones = tuple(
        PlaceMoved(Places(region_id, old, group.id, zone), Places(region_id, new, group.id, zone))
        for zone in group.zones
    )
    groups = (PlaceMoved(Places(region_id, old, group.id), Places(region_id, new, group.id)),)
    on_places_moved(scene.uow, PlacesMoved(zones, groups))
    assert {queries.round_of(scene.uow, key).row.station_id for key in (of_group, of_zone)} == {new}
    visits = queries.page_of_occurrences(scene.uow, filters=OccurrenceFilter(station_id=new), limit=10).items
    assert len(visits) == 3
