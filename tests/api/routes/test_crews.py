"""Crews over HTTP: let in and out with a version, seen by their members, and by nobody else."""

from kernel.identifiers import new_id
from tests.api.world import problem, wrong_fields

PATHS = ("", "/timeline", "/candidates", "/clocks")


def let_in(door, who, *names, path="/crew", **more):
    users = [str(door.world.people[name]) for name in names]
    order_id = door.world.orders["near"]
    body = {"command_id": str(new_id()), "user_ids": users, **more.pop("body", {})}
    return door.post(who, f"/v1/work-orders/{order_id}{path}", body, **more)


def let_out(door, who, *names, **more):
    return let_in(door, who, *names, path="/crew/remove", body={"reason": "干完了"}, **more)


def test_a_crew_is_let_in_shown_and_let_out_by_version(door):
    url = f"/v1/work-orders/{door.world.orders['near']}"
    tag = door.get("leader", url).headers["ETag"]
    came = let_in(door, "leader", "technician_next_group", headers={"If-Match": tag})
    assert (came.status_code, came.json["version"], came.headers["ETag"]) == (200, 3, '"3"')
    assert problem(let_in(door, "leader", "technician_next_zone", headers={"If-Match": tag}))[0] == 412
    (stint,) = door.get("manager", url).json["crew"]
    assert (stint["user_id"], stint["role"], stint["left_at"]) == (
        str(door.world.people["technician_next_group"]),
        "member",
        None,
    )
    assert let_out(door, "technician", "technician_next_group").json["version"] == 4
    assert door.get("manager", url).json["crew"][0]["end_reason"] == "干完了"


def test_a_member_sees_what_the_order_has_and_a_former_one_does_not(door):
    order_id, who = door.world.orders["near"], "technician_next_station"
    own = str(door.world.orders["next_station"])
    for inside in (False, True, False):
        assert set(door.ids(who, "/v1/work-orders")) == {own, *([str(order_id)] if inside else [])}
        for path in PATHS:
            assert door.get(who, f"/v1/work-orders/{order_id}{path}").status_code == (200 if inside else 404)
        for path in ("/commands", "/crew", "/crew/remove"):
            body = {"command_id": str(new_id()), "command": "accept", "user_ids": [str(new_id())], "reason": "x"}
            if path != "/commands":
                del body["command"]
            if path == "/crew":
                body["role"] = "member"
            if path == "/commands":
                body = {"command_id": body["command_id"], "command": "accept"}
            expected = (409, "work_order.lead_only") if inside else (404, "work_order.unknown")
            assert problem(door.post(who, f"/v1/work-orders/{order_id}{path}", body)) == expected, path
        if inside:
            assert let_out(door, "manager", who).status_code == 200
        elif not door.get("manager", f"/v1/work-orders/{order_id}").json["crew"]:
            assert let_in(door, "manager", who).status_code == 200


def test_a_body_that_makes_no_crew_is_refused_with_its_field(door):
    refused = let_in(door, "manager", "technician_next_zone", body={"role": "lead"})
    assert wrong_fields(refused) == {"/role": "choice"}
    assert set(wrong_fields(let_in(door, "manager"))) == {"/user_ids"}
    assert wrong_fields(let_in(door, "manager", "technician_abroad")) == {
        "/user_ids/0": "work_order.technician_unknown"
    }
    assert problem(let_in(door, "manager", "technician")) == (409, "work_order.crew_double")
    assert set(wrong_fields(let_in(door, "manager", "technician_next_zone", path="/crew/remove"))) == {"/reason"}


def test_another_lead_needs_a_word_about_the_crew(door):
    url = f"/v1/work-orders/{door.world.orders['near']}"
    let_in(door, "manager", "technician_next_zone")
    data = {"technician_id": str(door.world.people["technician_next_group"]), "reason": "rebalancing"}
    command = {"command_id": str(new_id()), "command": "reassign", "data": data}
    assert wrong_fields(door.post("manager", f"{url}/commands", command)) == {"/data/crew": "work_order.crew_undecided"}
    command["data"] = data | {"crew": "dissolve"}
    assert door.post("manager", f"{url}/commands", command).status_code == 200
    assert all(one["left_at"] for one in door.get("manager", url).json["crew"])


def test_a_kind_of_work_says_how_many_people_it_takes(door):
    region_id = str(door.world.places["near"].region_id)
    body = {"region_id": region_id, "code": "tower", "name": "登塔", "crew_size": 3}
    assert door.post("operations", "/v1/work-types", body).json["crew_size"] == 3
    known = {one["code"]: one["crew_size"] for one in door.get("technician", "/v1/work-types").json["items"]}
    assert known == {"tower": 3, "cable_fault": 1}
    assert set(wrong_fields(door.post("operations", "/v1/work-types", body | {"crew_size": 0}))) == {"/crew_size"}
