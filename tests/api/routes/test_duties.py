"""Who answers for what, over HTTP."""

from datetime import timedelta

from tests.api.world import problem, wrong_fields
from tests.conftest import NOW


def test_a_person_a_place_and_a_station_tell_who_answered_when(door):
    world = door.world
    near, technician = world.places["near"], world.people["technician"]
    zone = f"/v1/zones/{near.zone_id}/duties"
    then = {"at": (NOW - timedelta(days=1)).isoformat()}
    assert [
        one["user_id"] for one in door.get("manager", zone, query_string={"at": NOW.isoformat()}).json["items"]
    ] == [str(technician)]
    assert door.get("manager", zone, query_string=then).json["items"] == []
    (mine,) = door.get("technician", f"/v1/users/{technician}/duties").json["items"]
    assert (mine["place_id"], mine["kind"]) == (str(near.zone_id), "zone_manager")
    assert door.get("manager", f"/v1/users/{technician}/duties", query_string=then).json["items"] == []
    items = door.get("manager", f"/v1/stations/{near.station_id}/answering").json["items"]
    answering = {one["id"]: [duty["user_id"] for duty in one["duties"]] for one in items}
    assert answering[str(near.zone_id)] == [str(technician)]
    assert answering[str(near.station_id)] == []
    past = door.get("manager", f"/v1/stations/{near.station_id}/answering", query_string=then).json
    assert all(one["duties"] == [] for one in past["items"])


def test_a_vacancy_is_stated_with_its_reason_and_listed(door):
    near = door.world.places["near"]
    zone = f"/v1/zones/{near.zone_id}"
    missing = door.post("manager", f"{zone}/vacancies", {"kind": "zone_manager"})
    assert wrong_fields(missing) == {"/reason": "required"}
    later = {"kind": "zone_manager", "reason": "retires", "valid_from": (NOW + timedelta(days=1)).isoformat()}
    assert door.post("manager", f"{zone}/vacancies", later).status_code == 201
    (found,) = [one for one in door.get("manager", "/v1/vacancies").json["items"] if one["id"] == str(near.zone_id)]
    assert (found["state"], found["reason"], found["kind"]) == ("ending", "retires", "zone_manager")
    for kind, place in (("stations", near.station_id), ("groups", near.group_id)):
        duty = {"stations": "station_manager", "groups": "group_leader"}[kind]
        refused = door.post("operations", f"/v1/{kind}/{place}/vacancies", {"kind": duty, "reason": "x"})
        assert problem(refused) == (409, "territory.vacant")


def test_a_plan_is_taken_back(door):
    near = door.world.places["near"]
    planned = {
        "kind": "zone_manager",
        "user_id": str(door.world.people["leader"]),
        "valid_from": (NOW + timedelta(days=1)).isoformat(),
    }
    made = door.post("manager", f"/v1/zones/{near.zone_id}/duties", planned).json["id"]
    assert problem(door("agent", "DELETE", f"/v1/duties/{made}")) == (403, "forbidden")
    assert door("manager", "DELETE", f"/v1/duties/{made}").status_code == 204
    assert problem(door("manager", "DELETE", f"/v1/duties/{made}")) == (404, "territory.duty_unknown")


def test_somebody_made_their_own_deputy_is_refused_with_the_field(door):
    near = door.world.places["near"]
    body = {"kind": "deputy", "user_id": str(door.world.people["technician"])}
    refused = door.post("manager", f"/v1/zones/{near.zone_id}/duties", body)
    assert (problem(refused)[1], wrong_fields(refused)) == (
        "territory.own_deputy",
        {"/user_id": "territory.own_deputy"},
    )


def test_a_leader_of_a_retired_group_is_refused(door):
    station = str(door.world.places["near"].station_id)
    group = door.post("manager", "/v1/groups", {"station_id": station, "code": "G-x", "name": "x"}).json["id"]
    door.post("manager", f"/v1/groups/{group}/retire", {})
    body = {"kind": "group_leader", "user_id": str(door.world.people["leader"])}
    assert problem(door.post("manager", f"/v1/groups/{group}/duties", body)) == (409, "territory.retired")
