import pytest

from tests import factories
from tests.api.world import WORK_TYPE, problem

HERE = {"lat": 33.77, "lon": 119.27}


@pytest.fixture
def claimed(door):
    """Two zones over the same ground: near, and in the next group."""
    drawn = {}
    for place in ("near", "next_group"):
        zone_id = door.world.places[place].zone_id
        response = door.patch("manager", f"/v1/zones/{zone_id}", {"boundary": factories.square(**HERE)})
        assert response.status_code == 200
        drawn[place] = str(zone_id)
    return drawn


def report(door, who="agent", **values):
    region_id = str(door.world.places["near"].region_id)
    body = {"work_type": WORK_TYPE, "title": "x", "region_id": region_id, **HERE} | values
    return door.post(who, "/v1/service-requests", body)


def test_a_desk_is_asked_once_and_its_choice_is_kept_until_it_is_taken_back(door, claimed):
    refused = report(door)
    assert problem(refused) == (409, "request.zone_ambiguous")
    assert {zone["id"] for zone in refused.json["zones"]} == set(claimed.values())
    chosen = report(door, zone_id=claimed["next_group"]).json
    assert chosen["zone_by"] == "given"
    again = report(door, contact_phone="100 9").json
    assert (again["zone_id"], again["zone_by"]) == (claimed["next_group"], "decision")
    kept = door.get("agent", "/v1/zone-decisions").json["items"]
    assert [one["id"] for one in kept] == [again["zone_decision_id"]] == [chosen["zone_decision_id"]]
    assert kept[0]["decided_by"] == str(door.world.people["agent"])
    told = door.get("agent", f"/v1/service-requests/{again['request_id']}/zone").json
    assert (told["zone_by"], told["decision"]["decided_at"]) == ("decision", "2026-11-22T01:00:00.000Z")
    path = f"/v1/zone-decisions/{kept[0]['id']}"
    ended = door.post("manager", f"{path}/revoke", {"note": "the wall was moved"}).json
    assert (ended["end_reason"], ended["note"]) == ("revoked", "the wall was moved")
    assert door.get("agent", "/v1/zone-decisions").json["items"] == []
    assert door.get("agent", "/v1/zone-decisions?with_ended=true").json["items"] == [ended]
    assert problem(report(door, contact_phone="100 8")) == (409, "request.zone_ambiguous")


def test_a_programs_request_is_taken_and_waits_for_a_person(door, claimed):
    taken = report(door, "operations", channel="integrator", source="crm", external_ref="7")
    assert (taken.status_code, taken.json["zone_id"], taken.json["needs_zone"]) == (201, None, "ambiguous")
    request = f"/v1/service-requests/{taken.json['request_id']}"
    waiting = door.get("operations", "/v1/service-requests?needs_zone=true").json["items"]
    assert [one["id"] for one in waiting] == [taken.json["request_id"]]
    question = door.get("operations", f"{request}/zone").json
    assert {one["zone"]["id"] for one in question["candidates"]} == set(claimed.values())
    settled = door.post("operations", f"{request}/zone", {"zone_id": claimed["near"]}).json
    assert (settled["zone_id"], settled["unchanged"]) == (claimed["near"], False)
    order = door.get("manager", f"/v1/work-orders/{taken.json['work_order_id']}").json
    assert (order["zone_id"], order["assignee_id"]) == (claimed["near"], str(door.world.people["technician"]))
    assert door.get("operations", "/v1/service-requests?needs_zone=true").json["items"] == []
    assert door.post("operations", f"{request}/zone", {"zone_id": claimed["near"]}).json["unchanged"]
    other = door.post("operations", f"{request}/zone", {"zone_id": claimed["next_group"]})
    assert problem(other) == (409, "request.zone_settled")
    again = report(door, "operations", channel="integrator", source="crm", external_ref="8").json
    assert (again["zone_id"], again["zone_decision_id"]) == (claimed["near"], settled["decision_id"])


def test_decisions_and_questions_out_of_scope_do_not_exist(door, claimed):
    chosen = report(door, zone_id=claimed["near"]).json
    path, zone = f"/v1/zone-decisions/{chosen['zone_decision_id']}", f"/v1/service-requests/{chosen['request_id']}/zone"
    for who in ("operations_abroad", "nobody", "assessor", "technician"):
        assert problem(door.get(who, path)) == (404, "territory.decision_unknown"), who
        assert problem(door.post(who, f"{path}/revoke", {})) == (404, "territory.decision_unknown"), who
        assert door.get(who, "/v1/zone-decisions?with_ended=true").json["items"] == [], who
        assert problem(door.get(who, zone)) == (404, "request.unknown"), who
        assert problem(door.post(who, zone, {"zone_id": claimed["next_group"]})) == (404, "request.unknown"), who
    assert door.get("leader", path).status_code == 200
    far = str(door.world.places["next_station"].zone_id)
    refused = door.post("manager", zone, {"zone_id": far, "replace": True})
    assert problem(refused) == (422, "request.zone_not_found")
