from tests.api.world import problem, wrong_fields


def test_a_person_is_hired_certified_moved_and_leaves(door):
    near, other = door.world.places["near"], door.world.places["next_group"]
    who = str(door.world.people["nobody"])
    hired = door.post("manager", "/v1/technicians", {"user_id": who, "group_id": str(near.group_id), "badge": "W-7"})
    assert (hired.status_code, hired.json["badge"], hired.json["skills"]) == (201, "W-7", [])
    again = door.post("manager", "/v1/technicians", {"user_id": who, "group_id": str(near.group_id)})
    assert problem(again) == (409, "people.already_hired")

    skill = {"code": "fibre", "name": "光纤熔接", "region_id": str(near.region_id)}
    assert door.post("operations", "/v1/skills", skill).status_code == 200
    assert door.get("manager", "/v1/skills").json["items"] == [{"code": "fibre", "name": "光纤熔接"}]
    path = f"/v1/technicians/{who}"
    held = door("manager", "PUT", f"{path}/skills/fibre", json={"level": 3, "valid_until": "2027-06-30"})
    plain = {"certificate": None, "issuer": None, "issued_on": None, "bars": []}
    expected = [{"skill": "fibre", "level": 3, "valid_until": "2027-06-30", **plain}]
    assert held.json["skills"] == expected
    assert [one["id"] for one in door.get("manager", "/v1/technicians?skill=fibre").json["items"]] == [who]
    assert door("manager", "DELETE", f"{path}/skills/fibre").json["skills"] == []

    assert door.patch("manager", path, {"group_id": str(other.group_id)}).json["group_id"] == str(other.group_id)
    assert door.post("manager", f"{path}/leave").json["left_at"] is not None
    assert who not in [one["id"] for one in door.get("manager", "/v1/technicians?active=true").json["items"]]


def test_a_skill_that_nobody_defined_or_a_level_beyond_five_is_refused(door):
    path = f"/v1/technicians/{door.world.people['technician']}/skills/magic"
    assert wrong_fields(door("manager", "PUT", path, json={"level": 1})) == {"/skill": "people.skill_unknown"}
    assert wrong_fields(door("manager", "PUT", path, json={"level": 6})) == {"/level": "people.level_wrong"}
    assert wrong_fields(door("manager", "PUT", path, json={"level": True})) == {"/level": "type"}


def test_somebody_of_another_region_cannot_be_hired(door):
    group = str(door.world.places["near"].group_id)
    stranger = str(door.world.people["operations_abroad"])
    refused = door.post("manager", "/v1/technicians", {"user_id": stranger, "group_id": group})
    assert wrong_fields(refused) == {"/user_id": "people.person_unknown"}
