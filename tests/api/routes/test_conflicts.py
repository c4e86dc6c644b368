from uuid import uuid4

import orjson
import pytest

from sync.reconcile.runner import drain
from tests.api.world import problem, wrong_fields


@pytest.fixture
def conflict(door, runtime):
    """An order was cancelled at the desk while its phone, offline, went on."""
    order = str(door.world.orders["near"])
    cancel = {"command_id": str(uuid4()), "command": "cancel", "data": {"reason": "withdrawn"}}
    phone = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    assert door.post("manager", f"/v1/work-orders/{order}/commands", cancel).status_code == 200
    op = {
        "id": str(uuid4()),
        "seq": 1,
        "type": "work_order.accept",
        "v": 1,
        "work_order_id": order,
        "occurred_at": "2026-11-22T00:30:00Z",
        "data": {},
    }
    pushed = door.post(
        None,
        "/v1/sync/push",
        {"protocol": "fsync/1", "device_id": phone["device_id"], "ops": [op]},
        headers={"Authorization": f"Bearer {phone['token']}"},
    )
    assert orjson.loads(pushed.data)["results"][0]["status"] == "accepted"
    drain(runtime, str(door.world.places["near"].region_id))
    (found,) = door.get("manager", "/v1/conflicts").json["items"]
    return found


def test_a_conflict_is_shown_to_those_who_dispatch_the_order_and_to_whose_op_it_was(door, conflict):
    assert conflict["work_order_id"] == str(door.world.orders["near"])
    assert conflict["user_id"] == str(door.world.people["technician"])
    for who in ("administrator", "operations", "leader", "technician"):
        assert door.ids(who, "/v1/conflicts") == [conflict["id"]], who
    for who in ("nobody", "technician_next_zone", "operations_abroad"):
        assert door.ids(who, "/v1/conflicts") == [], who


def test_it_is_settled_once_by_a_dispatcher_with_words_that_stay(door, conflict):
    path = f"/v1/conflicts/{conflict['id']}/resolve"
    words = {"resolution": "已电话核实"}
    assert problem(door.post("operations_abroad", path, words)) == (404, "conflict.unknown")
    assert problem(door.post("agent", path, words)) == (403, "forbidden")
    assert wrong_fields(door.post("leader", path, {"resolution": " "})) == {"/resolution": "length"}
    assert len(door.get("leader", "/v1/work-orders?needs_review=true").json["items"]) == 1
    assert door.post("leader", path, words).status_code == 204
    assert door.get("leader", "/v1/work-orders?needs_review=true").json["items"] == []
    assert problem(door.post("manager", path, words)) == (409, "conflict.resolved")
    assert door.get("leader", "/v1/conflicts").json["items"] == []
    (settled,) = door.get("leader", "/v1/conflicts?open_only=false").json["items"]
    assert (settled["resolution"], settled["resolved_by"]) == ("已电话核实", str(door.world.people["leader"]))
