from datetime import timedelta

import pytest

from tests.api.world import problem, wrong_fields
from tests.conftest import NOW


def test_a_region_with_a_station_and_a_group_is_opened_renamed_and_retired(door):
    region = door.post("administrator", "/v1/regions", {"code": "R9", "name": "九区"})
    assert (region.status_code, region.json["timezone"]) == (201, "Asia/Shanghai")
    region_id = region.json["id"]
    renamed = door.patch("administrator", f"/v1/regions/{region_id}", {"name": "第九区"})
    assert renamed.json["name"] == "第九区"
    station = door.post("administrator", "/v1/stations", {"region_id": region_id, "code": "S9", "name": "九站"})
    group = door.post("administrator", "/v1/groups", {"station_id": station.json["id"], "code": "G9", "name": "九组"})
    assert group.json["region_id"] == region_id
    here = f"/v1/groups?station_id={station.json['id']}"
    assert [one["code"] for one in door.get("administrator", here).json["items"]] == ["G9"]
    for kind, made in (("groups", group), ("stations", station)):
        path = f"/v1/{kind}/{made.json['id']}"
        assert door.patch("administrator", path, {"name": " 新名 "}).json["name"] == "新名"
    full = door.post("administrator", f"/v1/stations/{station.json['id']}/retire", {})
    assert problem(full) == (409, "territory.not_empty")
    assert door.post("administrator", f"/v1/groups/{group.json['id']}/retire", {}).json["retired_at"] is not None
    assert door.post("administrator", f"/v1/stations/{station.json['id']}/retire", {}).status_code == 200
    assert door.get("administrator", here).json["items"] == []
    assert len(door.get("administrator", here + "&with_retired=true").json["items"]) == 1
    assert door.post("administrator", f"/v1/regions/{region_id}/retire", {}).json["retired_at"] is not None


@pytest.mark.parametrize(("kind", "duty"), [("stations", "station_manager"), ("groups", "group_leader")])
def test_somebody_answers_for_a_place_from_a_moment_on(door, kind, duty):
    near = door.world.places["near"]
    place = near.station_id if kind == "stations" else near.group_id
    path = f"/v1/{kind}/{place}/duties"
    appointed = door.post("operations", path, {"kind": duty, "user_id": str(door.world.people["leader"])})
    assert appointed.status_code == 201, appointed.text
    (only,) = door.get("operations", path).json["items"]
    assert (only["id"], only["kind"], only["valid_to"]) == (appointed.json["id"], duty, None)
    ending = {"kind": duty, "reason": "调岗", "valid_from": (NOW + timedelta(days=3)).isoformat()}
    assert door.post("operations", path.replace("duties", "vacancies"), ending).status_code == 201


def test_a_duty_of_another_kind_of_place_is_refused(door):
    near = door.world.places["near"]
    wrong = {"kind": "zone_manager", "user_id": str(door.world.people["leader"])}
    assert problem(door.post("operations", f"/v1/stations/{near.station_id}/duties", wrong))[0] == 404


def test_a_code_is_used_once(door):
    near = door.world.places["near"]
    station = {"region_id": str(near.region_id), "code": "S1", "name": "站"}
    assert door.post("operations", "/v1/stations", station).status_code == 201
    taken = door.post("operations", "/v1/stations", station)
    assert (problem(taken), wrong_fields(taken)) == ((409, "territory.code_taken"), {"/code": "territory.code_taken"})


def test_lists_are_in_the_order_of_codes_and_complete(door):
    near = door.world.places["near"]
    for code in ("B", "a", "10", "9", "甲"):
        door.post("operations", "/v1/stations", {"region_id": str(near.region_id), "code": code, "name": code})
    whole = door.get("operations", "/v1/stations?limit=200").json["items"]
    assert door.ids("operations", "/v1/stations") == [one["id"] for one in whole]
    assert len(whole) == 7
