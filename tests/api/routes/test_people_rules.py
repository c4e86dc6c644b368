from tests.api.world import problem, wrong_fields


def test_rules_are_shown_set_and_listed(door):
    current = door.get("technician", "/v1/people-rules/current").json
    assert current["rules"]["warn_days"] == [60, 30, 7]
    done = door.post("operations", "/v1/people-rules", {"warn_days": [7, 90], "mentor_within": "region"})
    assert (done.json["rules"]["warn_days"], done.json["rules"]["gap_days"]) == ([90, 7], 14)
    assert door.get("technician", "/v1/people-rules/current").json == done.json
    (listed,) = door.get("agent", "/v1/people-rules").json["items"]
    assert (listed["rules"], listed["created_by"]) == (done.json["rules"], str(door.world.people["operations"]))
    assert door.get("operations_abroad", "/v1/people-rules").json["items"] == []


def test_rules_are_refused_with_the_field_and_to_all_but_the_region(door):
    assert wrong_fields(door.post("operations", "/v1/people-rules", {"gap_days": 0})) == {
        "/gap_days": "people.rules_wrong"
    }
    assert problem(door.post("manager", "/v1/people-rules", {"gap_days": 3})) == (403, "forbidden")
    region = str(door.world.places["near"].region_id)
    elsewhere = door.post("operations_abroad", "/v1/people-rules", {"region_id": region})
    assert problem(elsewhere) == (404, "territory.region_unknown")
    past = {"effective_from": "2020-01-01T00:00:00Z"}
    assert wrong_fields(door.post("operations", "/v1/people-rules", past)) == {"/effective_from": "people.in_the_past"}
