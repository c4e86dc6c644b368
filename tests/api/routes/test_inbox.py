"""The inbox as those see it who run it."""

from uuid import uuid4

import orjson
import pytest

from sync.reconcile.runner import drain
from tests.api.world import problem, wrong_fields


@pytest.fixture
def op(door, runtime):
    """An op of the technician about an order of somebody else."""
    phone = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    made = {
        "id": str(uuid4()),
        "seq": 1,
        "type": "log.note",
        "v": 1,
        "work_order_id": str(door.world.orders["next_zone"]),
        "data": {"text": "走错门"},
    }
    pushed = door.post(
        None,
        "/v1/sync/push",
        {"protocol": "fsync/1", "device_id": phone["device_id"], "ops": [made]},
        headers={"Authorization": f"Bearer {phone['token']}"},
    )
    assert orjson.loads(pushed.data)["results"][0]["status"] == "accepted"
    drain(runtime, str(door.world.places["near"].region_id))
    return made


def test_it_is_listed_shown_and_decided_by_whoever_supervises(door, op):
    for who in ("administrator", "operations", "manager", "leader", "technician"):
        (row,) = door.get(who, "/v1/inbox/ops").json["items"]
        assert (row["op_id"], row["code"]) == (op["id"], "unknown-order"), who
    for who in ("nobody", "technician_next_zone", "operations_abroad"):
        assert door.get(who, "/v1/inbox/ops").json["items"] == [], who
        assert problem(door.get(who, f"/v1/inbox/ops/{op['id']}")) == (404, "op.unknown")
    assert orjson.loads(door.get("manager", f"/v1/inbox/ops/{op['id']}").json["payload"])["data"] == op["data"]
    body = {"decision": "discard", "reason": "别人的工单", "ids": [op["id"], str(uuid4())]}
    assert [one["status"] for one in door.post("leader", "/v1/inbox/decisions", body).json["results"]] == [
        "forbidden",
        "unknown",
    ]
    decided = door.post("manager", "/v1/inbox/decisions", body).json
    assert ([one["status"] for one in decided["results"]], decided["more"]) == (["done", "unknown"], False)
    assert door.get("manager", "/v1/inbox/ops").json["items"] == []
    assert [row["op_id"] for row in door.get("manager", "/v1/inbox/ops?state=discarded").json["items"]] == [op["id"]]
    shown = door.get("manager", f"/v1/inbox/ops/{op['id']}").json
    assert [one["reason"] for one in shown["decisions"]] == ["别人的工单"]


def test_the_inbox_by_station(door, op):
    (row,) = door.get("manager", "/v1/inbox").json["items"]
    assert (row["quarantined"], row["pending"], row["station_id"]) == (1, 0, str(door.world.places["near"].station_id))
    assert door.get("operations_abroad", "/v1/inbox").json["items"] == []


def test_what_cannot_be_read_is_refused_with_its_path(door, op):
    path = "/v1/inbox/decisions"
    assert wrong_fields(door.post("manager", path, {"decision": "burn", "reason": " ", "ids": []})) == {
        "/decision": "choice",
        "/reason": "length",
        "/ids": "length",
    }
    assert problem(door.post("manager", path, {"decision": "replay", "reason": "x"})) == (422, "op.which")
