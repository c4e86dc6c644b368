"""Who gets which order, through the API."""

from tests.api.world import problem, wrong_fields


def candidates(door, who="manager", query="", order="near"):
    return door.get(who, f"/v1/work-orders/{door.world.orders[order]}/candidates{query}")


def test_candidates_are_as_many_and_from_as_far_as_one_asks(door):
    answer = candidates(door)
    assert answer.status_code == 200, answer.text
    station = answer.json
    assert station["rule"] == "standard"
    assert {one["nearness"] for one in station["candidates"]} == {"owner", "group", "station"}
    assert station["candidates_total"] == len(station["candidates"])
    group = candidates(door, query="?within=group&limit=1").json
    assert [one["nearness"] for one in group["candidates"]] == ["owner"]
    assert group["candidates_total"] > 1
    assert all([each["why"] for each in one["barriers"]] == ["elsewhere"] for one in group["excluded"])
    region = candidates(door, "operations", "?within=region").json
    assert {one["nearness"] for one in region["candidates"]} == {"owner", "group", "station", "region"}
    assert problem(candidates(door, query="?within=owner"))[0] == 422
    assert problem(candidates(door, "operations_abroad")) == (404, "work_order.unknown")


def test_where_somebodys_days_begin_is_said_by_themselves_or_their_leader(door):
    person = door.world.people["technician"]
    path = f"/v1/technicians/{person}/base"
    assert door.get("technician", path).json == {"lat": None, "lon": None}
    place = {"lat": 33.79, "lon": 119.27}
    assert door("technician", "PUT", path, json=place).json == place
    assert door("leader", "PUT", path, json={"lat": None, "lon": None}).json == {"lat": None, "lon": None}
    half = door("technician", "PUT", path, json={"lat": 1, "lon": None})
    assert wrong_fields(half) == {"/lon": "invalid"}
    assert problem(door("agent", "PUT", path, json=place)) == (403, "forbidden")
    assert problem(door.get("operations_abroad", path)) == (404, "people.unknown")


def test_a_rule_is_tried_in_some_zones_first(door):
    zone_id = str(door.world.places["near"].zone_id)
    body = {"rules": {"code": "short", "reach": "group"}, "trial": {"zone_ids": [zone_id], "reason": "先试"}}
    assert door.post("operations", "/v1/region-policies/assignment_rule", body).status_code == 201
    assert candidates(door).json["rule"] == "short"
    assert candidates(door, order="next_zone").json["rule"] == "standard"
    (pilot,) = door.get("operations", "/v1/pilots?kind=assignment_rule").json["items"]
    assert pilot["subject"] == "short"
    unknown = {"kind": "assignment_rule", "subject": "long", "zone_ids": [zone_id], "reason": "x"}
    assert problem(door.post("operations", "/v1/pilots", unknown))[0] == 422
    other = {"rules": {}, "trial": body["trial"]}
    assert wrong_fields(door.post("operations", "/v1/region-policies/requests", other)) == {"/trial": "invalid"}
