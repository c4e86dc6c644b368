"""Major incidents over HTTP: a life of one, what is shown to whom, and what is refused."""

from datetime import timedelta

from kernel.identifiers import new_id
from tests.api.world import problem, wrong_fields
from tests.conftest import NOW


def declare(door, who="leader", **changes):
    body = {
        "command_id": str(new_id()),
        "title": "主干光缆中断",
        "severity": "major",
        "zone_ids": [str(door.world.places["near"].zone_id)],
        **changes,
    }
    return door.post(who, "/v1/incidents", body)


def post(door, who, path, **body):
    return door.post(who, path, {"command_id": str(new_id()), **body})


def test_an_incident_goes_from_its_declaration_to_its_end(door):
    order_id = str(door.world.orders["near"])
    made = declare(door, order_ids=[order_id], next_update_at=(NOW + timedelta(hours=1)).isoformat())
    assert (made.status_code, made.json["state"], made.headers["ETag"]) == (201, "declared", '"1"')
    url = f"/v1/incidents/{made.json['incident_id']}"
    shown = door.get("leader", url)
    assert (shown.json["orders"], shown.json["open_orders"], shown.json["steps"]) == (1, 1, ["contain", "resolve"])
    assert shown.json["next_update_at"] == "2026-11-22T02:00:00.000Z"
    assert door.get("technician", f"/v1/work-orders/{order_id}").json["incident"]["number"] == shown.json["number"]
    contained = door.post(
        "leader",
        f"{url}/steps",
        {"command_id": str(new_id()), "step": "contain", "text": "已隔离"},
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert (contained.json["state"], contained.headers["ETag"]) == ("contained", '"2"')
    assert post(door, "leader", f"{url}/updates", text="抢修中").status_code == 200
    assert problem(post(door, "leader", f"{url}/steps", step="resolve")) == (409, "incident.children_open")
    assert post(door, "leader", f"{url}/steps", step="resolve", open_children="resolve").json["state"] == "resolved"
    assert door.get("leader", f"/v1/work-orders/{order_id}").json["status"] == "cancelled"
    assert wrong_fields(post(door, "leader", f"{url}/steps", step="close")) == {
        "/after_action": "incident.summary_missing"
    }
    summary = {"cause": "施工挖断", "measures": "熔接"}
    assert post(door, "leader", f"{url}/steps", step="close", after_action=summary).json["state"] == "closed"
    assert door.get("leader", url).json["after_action"] == {**summary, "lessons": None}
    log = [one["kind"] for one in door.get("leader", f"{url}/updates").json["items"]]
    assert log == ["declare", "contain", "progress", "resolve", "close"]


def test_orders_and_crews_are_gathered_over_http(door):
    world = door.world
    made = declare(door, "manager", zone_ids=[], station_id=str(world.places["near"].station_id))
    url = f"/v1/incidents/{made.json['incident_id']}"
    near, next_group = str(world.orders["near"]), str(world.orders["next_group"])
    assert post(door, "manager", f"{url}/orders", order_ids=[near, next_group]).status_code == 200
    assert door.patch("manager", url, {"command_id": str(new_id()), "commander_id": str(world.people["leader"])}).json
    assert [one["id"] for one in door.get("leader", f"{url}/orders").json["items"]] == [next_group, near]
    assert problem(door.get("leader", f"/v1/work-orders/{next_group}"))[0] == 404
    data = {"technician_id": str(world.people["technician"]), "reason": "emergency"}
    command = f"{url}/orders/{next_group}/commands"
    assert post(door, "leader", command, command="reassign", data=data).json["status"] == "assigned"
    crew = f"{url}/orders/{near}/crew"
    users = [str(world.people["technician_next_station"])]
    assert post(door, "leader", crew, user_ids=users).status_code == 200
    assert door.get("technician_next_station", f"/v1/work-orders/{near}").status_code == 200
    new = {"zone_id": str(world.places["near"].zone_id), "work_type": "cable_fault", "title": "熔接"}
    order_id = door.post("leader", f"{url}/orders/new", new).json["order_id"]
    assert door.get("leader", f"/v1/work-orders/{order_id}").json["priority"] == "emergency"
    assert post(door, "leader", f"{url}/orders/remove", order_ids=[order_id], reason="重复").status_code == 200
    assert door.get("leader", f"/v1/work-orders/{order_id}").json["incident"] is None
    suggested = door.get("leader", f"{url}/suggestions?hours=24").json["items"]
    assert order_id in [one["id"] for one in suggested]


def test_emergencies_are_taken_over_by_a_leader_who_is_a_technician(door):
    url = f"/v1/work-orders/{door.world.orders['near']}/take-over"
    refused = post(door, "leader", url, reason="紧急")
    assert problem(refused) == (422, "work_order.technician_unknown")
    group_id, user_id = door.world.places["near"].group_id, door.world.people["leader"]
    assert (
        door.post("manager", "/v1/technicians", {"user_id": str(user_id), "group_id": str(group_id)}).status_code == 201
    )
    assert problem(post(door, "leader", url, reason="紧急")) == (409, "incident.no_emergency")
    declare(door, order_ids=[str(door.world.orders["near"])])
    taken = post(door, "leader", url, reason="紧急")
    assert taken.status_code == 200
    assert door.get("leader", url.removesuffix("/take-over")).json["assignee_id"] == str(user_id)
    assert problem(post(door, "technician", url, reason="x"))[0] in (403, 404)


def test_what_cannot_be_is_refused_with_its_field(door):
    assert wrong_fields(declare(door, severity="huge")) == {"/severity": "choice"}
    assert wrong_fields(declare(door, zone_ids=[])) == {"/zone_ids": "incident.nowhere"}
    assert wrong_fields(declare(door, next_update_at=NOW.isoformat())) == {"/next_update_at": "incident.update_time"}
    assert set(wrong_fields(declare(door, affected_customers=-1))) == {"/affected_customers"}
    assert problem(declare(door, "agent")) == (403, "incident.not_allowed")
    assert problem(declare(door, "technician"))[0] == 404
    made = declare(door).json["incident_id"]
    complete = {"command": "complete", "data": {}}
    refused = post(door, "leader", f"/v1/incidents/{made}/orders/{door.world.orders['near']}/commands", **complete)
    assert set(wrong_fields(refused)) == {"/command"}


def test_where_many_orders_came_in_is_shown_in_scope(door):
    found = door.get("operations", "/v1/incident-suggestions?hours=24&at_least=2").json["items"]
    assert [one["orders"] for one in found] == [2]
    assert door.get("nobody", "/v1/incident-suggestions?hours=24&at_least=2").json["items"] == []
    assert problem(door.get("leader", "/v1/incident-suggestions?at_least=1"))[0] == 422
