import pytest

from tests.api.world import problem, wrong_fields

DAYS = {"first_day": "2026-11-23", "last_day": "2026-11-24"}


@pytest.fixture
def group(door):
    return str(door.world.places["near"].group_id)


@pytest.fixture
def me(door):
    return str(door.world.people["technician"])


@pytest.fixture
def shift(door, group):
    body = {"group_id": group, "code": "night", "name": "夜班", "starts": "22:00", "ends": "06:00"}
    made = door.post("leader", "/v1/shift-types", body)
    assert made.status_code == 201, made.text
    return made.json["id"]


def test_a_roster_is_drafted_published_and_tells_who_is_on_duty_and_when_nobody_is(door, group, me, shift):
    assert [one["code"] for one in door.get("leader", "/v1/shift-types").json["items"]] == ["night"]
    rotation = {"group_id": group, "code": "1-1", "name": "隔日夜班", "cycle": ["night", None]}
    key = door.post("leader", "/v1/rotations", rotation).json["id"]
    assert [one["cycle"] for one in door.get("manager", "/v1/rotations").json["items"]] == [["night", None]]
    asked = {"anchor": "2026-11-23", **DAYS, "members": [{"technician_id": me}]}
    drafted = door.post("leader", f"/v1/rotations/{key}/draft", asked).json
    assert drafted == {"shifts": [{"technician_id": me, "day": "2026-11-23", "shift": "night"}]}
    body = {"group_id": group, **DAYS, **drafted}
    done = door.post("leader", "/v1/rosters", body)
    assert done.json == {"days": 2, "added": 1, "removed": 0, "kept": 0, "absent": []}
    assert problem(door.post("leader", "/v1/rosters", body)) == (409, "people.roster_taken")
    again = door.post("leader", "/v1/rosters", {**body, "replace": True})
    assert (again.json["added"], again.json["kept"]) == (0, 1)
    at = {"group_id": group, "at": "2026-11-23T15:00:00Z"}
    (one,) = door.get(
        "agent", "/v1/on-duty", query_string={"station_id": str(door.world.places["near"].station_id), "at": at["at"]}
    ).json["items"]
    assert (one["technician_id"], one["shift"], one["start_at"]) == (me, "night", "2026-11-23T14:00:00.000Z")
    assert door.get("leader", "/v1/on-duty", query_string={"group_id": group}).json == {"items": []}
    gaps = {"group_id": group, "since": "2026-11-23T14:00:00Z", "days": 1}
    assert door.get("leader", "/v1/roster-gaps", query_string=gaps).json["items"] == [
        {
            "start_at": "2026-11-23T22:00:00.000Z",
            "end_at": "2026-11-24T14:00:00.000Z",
            "seconds": 57600,
            "planned": True,
        }
    ]


def test_patterns_are_retired(door, group, shift):
    assert door("leader", "DELETE", f"/v1/shift-types/{shift}").status_code == 204
    assert door.get("leader", "/v1/shift-types").json["items"] == []
    assert len(door.get("leader", "/v1/shift-types?with_retired=true").json["items"]) == 1
    assert problem(door("operations_abroad", "DELETE", f"/v1/shift-types/{shift}")) == (
        404,
        "people.shift_type_unknown",
    )
    assert problem(door("operations_abroad", "DELETE", f"/v1/rotations/{shift}")) == (404, "people.rotation_unknown")


def test_what_cannot_be_published_is_refused_with_its_place(door, group, me, shift):
    body = {"group_id": group, **DAYS, "shifts": [{"technician_id": me, "day": "2026-11-23", "shift": "noon"}]}
    assert wrong_fields(door.post("leader", "/v1/rosters", body)) == {"/shifts/0/shift": "people.shift_type_wrong"}
    twice = [{"technician_id": me, "day": "2026-11-23", "shift": "night"}] * 2
    assert wrong_fields(door.post("leader", "/v1/rosters", {**body, "shifts": twice})) == {
        "/shifts/1": "people.shift_overlaps"
    }
    stranger = [{"technician_id": str(door.world.people["technician_abroad"]), "day": "2026-11-23", "shift": "night"}]
    assert wrong_fields(door.post("operations", "/v1/rosters", {**body, "shifts": stranger})) == {
        "/shifts/0/technician_id": "people.not_plannable"
    }
    wrong = {"group_id": group, "code": "x", "name": "x", "starts": "25:00", "ends": "08:00"}
    assert wrong_fields(door.post("leader", "/v1/shift-types", wrong)) == {"/starts": "people.clock_wrong"}
    never = {"group_id": group, "code": "x", "name": "x", "cycle": [None]}
    assert wrong_fields(door.post("leader", "/v1/rotations", never)) == {"/cycle": "people.rotation_wrong"}


def test_the_roster_of_a_place_out_of_scope_is_not_found(door, group):
    body = {"group_id": group, **DAYS, "shifts": []}
    for who in ("technician", "nobody", "operations_abroad"):
        assert problem(door.post(who, "/v1/rosters", body)) == (404, "territory.group_unknown")
        for path in ("/v1/on-duty", "/v1/roster-gaps"):
            answer = door.get(who, path, query_string={"group_id": group})
            assert problem(answer) == (404, "territory.group_unknown")
    assert problem(door.post("agent", "/v1/rosters", body)) == (403, "forbidden")
    assert problem(door.get("leader", "/v1/on-duty")) == (422, "people.place_wrong")
