from datetime import timedelta

import pytest

from tests import factories
from tests.api.world import problem, wrong_fields

SQUARE = factories.square(33.77, 119.27)


def drawn(door, code="Z9", **values):
    group_id = str(door.world.places["near"].group_id)
    body = {"group_id": group_id, "code": code, "name": "九片区", "boundary": SQUARE, "subscribers": 900, **values}
    return door.post("manager", "/v1/zones", body)


def test_a_zone_is_drawn_shown_and_found_by_position(door):
    made = drawn(door)
    assert (made.status_code, made.json["version"], made.json["boundary"]["type"]) == (201, 1, "Polygon")
    assert made.headers["ETag"] == '"1"'
    shown = door.get("manager", f"/v1/zones/{made.json['id']}")
    assert shown.json == made.json
    found = door.get("manager", "/v1/zones/at?lat=33.77&lon=119.27").json["items"]
    assert [one["id"] for one in found] == [made.json["id"]]
    assert "boundary" not in found[0]
    assert door.get("manager", "/v1/zones/at?lat=33.9&lon=119.27").json["items"] == []
    assert door.get("technician", "/v1/zones/at?lat=33.77&lon=119.27").json["items"] == []
    assert problem(door.get("administrator", "/v1/zones/at?lat=33&lon=119")) == (404, "territory.region_unknown")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("lat=91&lon=0", {"/lat": "range"}),
        ("lat=0&lon=-181", {"/lon": "range"}),
        ("lat=nan&lon=0", {"/lat": "invalid"}),
        ("lat=0", {"/lon": "required"}),
    ],
)
def test_a_position_is_on_earth(plain_door, query, wrong):
    assert wrong_fields(plain_door.get("manager", f"/v1/zones/at?{query}")) == wrong


def test_a_boundary_that_is_wrong_says_where(door):
    crooked = {"type": "Polygon", "coordinates": [[[119.2, 33.7], [119.3, 33.7], [1190, 33.8], [119.2, 33.7]]]}
    refused = drawn(door, boundary=crooked)
    assert list(wrong_fields(refused)) == ["/boundary/coordinates/0/2"]
    assert list(wrong_fields(drawn(door, boundary={"type": "Point", "coordinates": [1, 2]}))) == ["/boundary"]


def test_parts_of_a_zone_are_changed_and_the_rest_stays(door):
    path = f"/v1/zones/{drawn(door).json['id']}"
    named = door.patch("manager", path, {"name": "新名"}).json
    assert (named["name"], named["boundary"], named["subscribers"], named["version"]) == ("新名", SQUARE, 900, 2)
    counted = door.patch("manager", path, {"subscribers": 0}).json
    assert (counted["name"], counted["boundary"], counted["subscribers"], counted["version"]) == ("新名", SQUARE, 0, 3)
    undrawn = door.patch("manager", path, {"boundary": None}).json
    assert (undrawn["boundary"], undrawn["subscribers"], undrawn["version"]) == (None, 0, 4)
    both = door.patch("manager", path, {"name": "两", "boundary": SQUARE}, headers={"If-Match": '"4"'})
    assert (both.status_code, both.json["name"], both.json["boundary"]) == (200, "两", SQUARE)
    assert door.patch("manager", path, {}).json["version"] == both.json["version"]


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(door):
    made = drawn(door)
    path = f"/v1/zones/{made.json['id']}"
    tag = door.get("manager", path).headers["ETag"]
    first = door.patch("manager", path, {"name": "甲"}, headers={"If-Match": tag})
    assert first.status_code == 200
    for change in ({"name": "乙"}, {"subscribers": 1}, {"boundary": None}):
        late = door.patch("operations", path, change, headers={"If-Match": tag})
        assert (problem(late), late.json["retryable"]) == ((412, "stale"), True)
    assert door.get("manager", path).json["name"] == "甲"
    assert door.patch("operations", path, {"name": "乙"}, headers={"If-Match": "*"}).status_code == 200
    assert problem(door.patch("operations", path, {"name": "丙"}, headers={"If-Match": 'W/"3"'})) == (412, "stale")
    several = door.patch("operations", path, {"name": "丙"}, headers={"If-Match": '"3", "4"'})
    assert problem(several) == (400, "malformed")


def test_who_answers_for_a_zone_can_be_asked_for_any_moment(door, clock):
    zone = door.world.places["near"].zone_id
    path = f"/v1/zones/{zone}"
    now = door.get("manager", f"{path}/responsible").json
    assert (now["user_id"], now["name"]) == (str(door.world.people["technician"]), "技术员 near")
    before = door.get("manager", f"{path}/responsible?at=2020-01-01T00:00:00Z").json
    assert (before["user_id"], before["name"]) == (None, None)
    deputy = {"kind": "deputy", "user_id": str(door.world.people["technician_next_zone"])}
    assert door.post("manager", f"{path}/duties", deputy).status_code == 201
    kinds = {one["kind"] for one in door.get("manager", path).json["duties"]}
    assert kinds == {"zone_manager", "deputy"}
    clock.at += timedelta(minutes=5)
    assert door("manager", "DELETE", f"{path}/duties/deputy").status_code == 204
    assert {one["kind"] for one in door.get("manager", path).json["duties"]} == {"zone_manager"}
    assert len(door.get("manager", f"{path}/duties").json["items"]) == 2


@pytest.mark.parametrize(
    "at", ["2020-01-01T00:00:00", "yesterday", "2020-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_has_its_zone_of_time(plain_door, at):
    zone = plain_door.world.places["near"].zone_id
    refused = plain_door.get("manager", f"/v1/zones/{zone}/responsible", query_string={"at": at})
    assert list(wrong_fields(refused)) == ["/at"]


def test_a_retired_zone_is_only_shown_when_asked_for(door):
    made = drawn(door)
    assert (
        door.post("manager", f"/v1/zones/{made.json['id']}/retire", {"size_reason": "built over"}).json["retired_at"]
        is not None
    )
    assert made.json["id"] not in door.ids("manager", "/v1/zones")
    retired = door.get("manager", "/v1/zones?with_retired=true&limit=200").json["items"]
    assert made.json["id"] in [one["id"] for one in retired]
    assert door.get("manager", "/v1/zones/at?lat=33.77&lon=119.27").json["items"] == []


def test_the_picture_of_a_zone_differs_for_the_tag_when_its_duties_do(door):
    path = f"/v1/zones/{door.world.places['near'].zone_id}"
    tag = door.get("manager", path).headers["ETag"]
    door.post("manager", f"{path}/duties", {"kind": "deputy", "user_id": str(door.world.people["leader"])})
    again = door.get("manager", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.json["version"]) == (200, 1)
    assert again.headers["ETag"] != tag


def test_what_a_boundary_and_a_position_are_declared_in_is_kept_and_converted(door):
    made = drawn(door, coordinate_system="gcj02").json
    corner = made["boundary"]["coordinates"][0][0]
    assert made["coordinate_system"] == "gcj02"
    # Around here maps are drawn some five hundred metres too far to the east.
    assert corner == [pytest.approx(119.2547, abs=0.001), pytest.approx(33.7612, abs=0.001)]
    edge = "lat=33.77&lon=119.279"
    for system, expected in (("", 0), ("&coordinate_system=wgs84", 0), ("&coordinate_system=gcj02", 1)):
        assert len(door.get("manager", f"/v1/zones/at?{edge}{system}").json["items"]) == expected
    path = f"/v1/zones/{made['id']}"
    assert door.patch("manager", path, {"subscribers": 7}).json["coordinate_system"] == "gcj02"
    assert door.patch("manager", path, {"boundary": SQUARE}).json["coordinate_system"] == "wgs84"
    alone = door.patch("manager", path, {"coordinate_system": "bd09"})
    assert list(wrong_fields(alone)) == ["/coordinate_system"]
    assert list(wrong_fields(drawn(door, "Z8", coordinate_system="mars"))) == ["/coordinate_system"]
