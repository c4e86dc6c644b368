"""The rule of three to five zones over HTTP."""

from tests.api.world import problem, wrong_fields


def test_groups_out_of_bounds_are_reported_with_the_reason_that_is_given(door):
    near = door.world.places["near"]
    report = door.get("manager", "/v1/group-sizes").json["items"]
    assert sorted((one["zones"], one["last_reason"]) for one in report) == [(1, None), (2, None)]
    given = door("manager", "PUT", f"/v1/groups/{near.group_id}/size-reason", json={"reason": "islands"})
    assert given.status_code == 204
    (mine,) = [one for one in door.get("leader", "/v1/group-sizes").json["items"] if one["id"] == str(near.group_id)]
    assert (mine["last_reason"]["reason"], mine["last_reason"]["zones"]) == ("islands", 2)
    assert mine["last_reason"]["decided_by"] == str(door.world.people["manager"])


def test_a_region_sets_its_own_numbers(door):
    assert door.get("manager", "/v1/group-size-policies").json["items"] == []
    assert problem(door.post("manager", "/v1/group-size-policies", {"fewest": 1, "most": 9})) == (403, "forbidden")
    assert door.post("operations", "/v1/group-size-policies", {"fewest": 1, "most": 9}).status_code == 204
    (only,) = door.get("manager", "/v1/group-size-policies").json["items"]
    assert (only["fewest"], only["most"]) == (1, 9)
    assert door.get("manager", "/v1/group-sizes").json["items"] == []
    wrong = door.post("operations", "/v1/group-size-policies", {"fewest": 9, "most": 3})
    assert wrong_fields(wrong) == {"/most": "territory.bounds_wrong"}
