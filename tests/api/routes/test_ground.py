import json

import pytest

from tests import factories
from tests.api.world import problem, wrong_fields


@pytest.fixture
def drawn(door):
    """Zones near and in the next group overlap by half; one site lies elsewhere than is recorded, one outside of all."""
    for place, lon in (("near", 119.00), ("next_group", 119.01)):
        zone_id = door.world.places[place].zone_id
        response = door.patch("manager", f"/v1/zones/{zone_id}", {"boundary": factories.square(33.0, lon)})
        assert response.status_code == 200
    site = door.world.sites["near"]
    assert door.patch("manager", f"/v1/sites/{site}", {"lat": 33.0, "lon": 119.019}).status_code == 200
    far = door.world.sites["next_zone"]
    assert door.patch("manager", f"/v1/sites/{far}", {"lat": 34.0, "lon": 119.0}).status_code == 200
    return door.world


def paths(world):
    near = world.places["near"]
    return f"/v1/regions/{near.region_id}/ground", f"/v1/stations/{near.station_id}/ground"


def test_overlaps_and_undrawn_zones_are_told_by_name(door, drawn):
    region, station = paths(drawn)
    for who, path in (("operations", region), ("manager", station)):
        report = door.get(who, path).json
        (overlap,) = report["overlaps"]
        assert overlap["share"] == pytest.approx(0.5)
        ids = {str(drawn.places[place].zone_id) for place in ("near", "next_group")}
        assert {overlap["first"], overlap["second"]} == ids
        assert ids <= {one["id"] for one in report["zones"]}
        assert (report["drawn"], report["holes"]) == (2, [])
        assert str(drawn.places["next_zone"].zone_id) in report["undrawn"]
    assert door.get("operations", f"{region}?least_share=0.9").json["overlaps"] == []
    assert wrong_fields(door.get("operations", f"{region}?least_share=2")) == {"/least_share": "range"}


def test_the_report_is_drawn_on_a_map(door, drawn):
    response = door.get("operations", f"{paths(drawn)[0]}.geojson")
    assert response.content_type == "application/geo+json"
    (feature,) = json.loads(response.text)["features"]
    assert feature["properties"]["kind"] == "overlap"


def test_sites_in_the_wrong_place_are_listed_and_exported(door, drawn):
    path = f"{paths(drawn)[0]}/sites"
    (site,) = (one for one in door.get("operations", f"{path}?finding=elsewhere").json["items"])
    assert (site["id"], site["zone_id"]) == (str(drawn.sites["near"]), str(drawn.places["near"].zone_id))
    assert site["at_position"] == [str(drawn.places["next_group"].zone_id)]
    outside = door.get("operations", f"{path}?finding=outside").json["items"]
    assert [one["id"] for one in outside] == [str(drawn.sites["next_zone"])]
    assert outside[0]["nearest_metres"] == pytest.approx(109_800, rel=0.01)
    table = door.get("operations", f"{path}.csv?finding=elsewhere").text
    assert str(drawn.sites["near"]) in table
    assert len(table.splitlines()) == 2


def test_the_ground_is_shown_to_who_sees_it(door, drawn):
    region, station = paths(drawn)
    for who, seen in (("administrator", 3), ("operations", 3), ("manager", 1), ("leader", 0), ("operations_abroad", 0)):
        answers = [door.get(who, path).status_code for path in (region, f"{region}.geojson", station)]
        assert answers == {3: [200, 200, 200], 1: [404, 404, 200], 0: [404, 404, 404]}[seen], who
    mine = {one["id"] for one in door.get("leader", f"{region}/sites").json["items"]}
    assert mine == {str(drawn.sites["near"]), str(drawn.sites["next_zone"])}
    assert door.get("technician", f"{region}/sites").json["items"] == []
    assert problem(door.get("operations_abroad", f"{region}/sites")) == (404, "territory.region_unknown")
