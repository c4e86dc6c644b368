"""Where an outage is: the zones that it reaches, and the smallest place that holds them all."""

from dispatch.outages.where import Wherever, locate
from dispatch.territory import retiring
from kernel.actor import Level
from kernel.identifiers import new_id
from tests import factories
from tests.dispatch.outages.scene import refusal


def test_places_a_boundary_and_assets_are_found_with_the_smallest_place_that_holds_them(scene):
    home, other, far = (one.zone_id for one in (scene.home, scene.next, scene.far))
    found = locate(scene.manager, Wherever(zone_ids=(home, other)))
    assert (found.home.group_id, set(found.zones)) == (scene.home.group_id, {home, other})
    found = locate(scene.manager, Wherever(group_ids=(scene.home.group_id,), zone_ids=(far,)))
    assert (found.home.station_id, found.home.group_id, set(found.zones)) == (
        scene.home.station_id,
        None,
        {home, other, far},
    )
    assert set(locate(scene.manager, Wherever(station_ids=(scene.home.station_id,))).zones) == {home, other, far}
    drawn = Wherever(boundary=factories.square(33.7, 119.21, 0.01), region_id=scene.home.region_id)
    assert set(locate(scene.manager, drawn).zones) == {home, other}, "the border itself is no ground of the third"
    asset = factories.asset(scene.uow, scene.home.region_id, site_id=scene.sites["far"])
    assert set(locate(scene.manager, Wherever(asset_ids=(asset,))).zones) == {far}


def test_what_is_nowhere_or_not_ones_own_is_refused_with_its_field(scene):
    home, far = scene.home.zone_id, scene.far.zone_id
    boundary = factories.square(33.7, 119.21, 0.01)
    assert refusal(locate, scene.manager, Wherever()) == ("outage.nowhere", ["/zone_ids"])
    assert refusal(locate, scene.manager, Wherever(zone_ids=(home,), boundary=boundary))[0] == "outage.nowhere"
    assert refusal(locate, scene.manager, Wherever(boundary=boundary)) == ("outage.nowhere", ["/region_id"])
    assert refusal(locate, scene.leader, Wherever(zone_ids=(home, far))) == (
        "territory.zone_unknown",
        ["/zone_ids/1"],
    )
    across = Wherever(boundary=factories.square(33.7, 119.23, 0.01), region_id=scene.home.region_id)
    assert refusal(locate, scene.leader, across) == ("outage.nowhere", ["/boundary"])
    nowhere = Wherever(boundary=factories.square(10, 10), region_id=scene.home.region_id)
    assert refusal(locate, scene.manager, nowhere) == ("outage.nowhere", ["/boundary"])
    twisted = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    assert refusal(locate, scene.manager, Wherever(boundary=twisted, region_id=scene.home.region_id)) == (
        "territory.boundary_crosses",
        ["/boundary"],
    )
    assert refusal(locate, scene.manager, Wherever(asset_ids=(new_id(),))) == ("outage.nowhere", ["/asset_ids/0"])
    abroad = factories.places(scene.uow)
    assert refusal(locate, scene.uow, Wherever(zone_ids=(home, abroad.zone_id))) == ("outage.nowhere", ["/zone_ids"])
    retiring.retire(scene.uow, level=Level.ZONE, place_id=far, size_reason="x")
    assert refusal(locate, scene.manager, Wherever(zone_ids=(home, far))) == ("territory.retired", ["/zone_ids/1"])
