"""Webhooks as a user meets them: over HTTP, with a real receiver."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest

from dispatch.webhooks import jobs
from dispatch.webhooks.catalogue import EVENTS
from tests.api.world import problem, wrong_fields
from tests.dispatch.webhooks.receiver import Receiver, nobody_there, receiver


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def loopback(runtime):
    """Let this installation send to its own machine."""
    runtime.settings = replace(runtime.settings, notify_internal="yes", webhook_timeout_seconds=2)


def create(door, address, who="operations", **more):
    region = str(door.world.places["near"].region_id)
    body = {"name": "ERP", "url": address, "events": ["work_order.*"], "place_id": region} | more
    return door.post(who, "/v1/webhooks", body)


def test_from_subscribing_to_replaying(door, runtime, loopback, hook):
    made = create(door, hook.url)
    assert made.status_code == 201, made.text
    key, secret = made.json["id"], made.json["secret"]
    assert secret.startswith("whsec_")
    shown = door.get("operations", f"/v1/webhooks/{key}")
    assert (shown.json["host"], shown.json["state"]) == ("127.0.0.1", "active")
    assert "very-secret" not in shown.text
    assert secret not in shown.text

    ping = door.post("operations", f"/v1/webhooks/{key}/test")
    assert (ping.json["delivered"], ping.json["status"], ping.json["excerpt"]) == (True, 200, "thanks")
    assert hook.got[0].is_signed(secret)
    assert orjson.loads(hook.got[0].body)["type"] == "webhook.test"

    hook.statuses = [500]
    order = str(door.world.orders["near"])
    command = {"command_id": str(uuid4()), "command": "accept"}
    assert door.post("technician", f"/v1/work-orders/{order}/commands", command).status_code == 200
    jobs.deliver(runtime)
    assert hook.got[1].is_signed(secret)
    assert orjson.loads(hook.got[1].body)["data"]["id"] == order
    waits = door.get("operations", f"/v1/webhooks/{key}/deliveries?state=waiting").json["items"]
    assert [(one["event"], one["tries"], one["last_status"]) for one in waits] == [("work_order.accepted", 1, 500)]

    again = door.post("operations", f"/v1/webhooks/{key}/replay", {"ids": [waits[0]["id"]]})
    assert again.json == {"replayed": 1, "left": 0}
    runtime.clock.at += timedelta(seconds=10)
    jobs.deliver(runtime)
    detail = door.get("operations", f"/v1/webhooks/{key}/deliveries/{waits[0]['id']}").json
    assert detail["state"] == "delivered"
    assert [one["status"] for one in detail["log"]] == [500, 200]
    assert hook.got[1].id == hook.got[2].id == f"msg_{waits[0]['id'].replace('-', '')}"


def test_changed_paused_rotated_and_removed(door, loopback, hook):
    made = create(door, hook.url).json
    path = f"/v1/webhooks/{made['id']}"
    paused = door.patch("operations", path, {"active": False, "name": "BI", "events": ["*"], "content": "document"})
    assert [paused.json[name] for name in ("state", "name", "events", "content")] == ["paused", "BI", ["*"], "document"]
    assert door.patch("operations", path, {"active": True}).json["state"] == "active"
    rotated = door.post("operations", f"{path}/secret", {"both_valid_hours": 1})
    assert rotated.status_code == 201
    assert rotated.json["secret"] != made["secret"]
    assert door.get("operations", path).json["both_sign_until"] is not None
    door.post("operations", f"{path}/test")
    for secret in (made["secret"], rotated.json["secret"]):
        assert hook.got[0].is_signed(secret)
    assert door.ids("operations", "/v1/webhooks") == [made["id"]]
    assert door("operations", "DELETE", path).status_code == 204
    assert problem(door.get("operations", path)) == (404, "webhooks.unknown")


def test_only_those_who_keep_the_region_see_its_webhooks(door, loopback, hook):
    key = create(door, hook.url).json["id"]
    for who in ("operations_abroad", "manager", "technician"):
        assert door.get(who, "/v1/webhooks").json["items"] == []
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
            assert problem(door(who, method, f"/v1/webhooks/{key}{path}")) == (404, "webhooks.unknown")
        assert problem(create(door, hook.url, who))[0] in (403, 404)
    assert hook.got == []
    assert door.get("administrator", f"/v1/webhooks/{key}").status_code == 200


def test_a_test_tells_what_is_wrong(door, loopback):
    key = create(door, f"http://127.0.0.1:{nobody_there()}/x").json["id"]
    answer = door.post("operations", f"/v1/webhooks/{key}/test").json
    assert (answer["delivered"], answer["status"]) == (False, None)
    assert "could not be reached" in answer["error"]


def test_what_is_refused(plain_door):
    door = plain_door
    region = str(door.world.places["near"].region_id)
    for wrong, path, code in (
        ({"url": "https://127.0.0.1/x"}, "/url", "webhooks.address_internal"),
        ({"url": "http://hooks.example.com/x"}, "/url", "webhooks.address_wrong"),
        ({"events": ["work_order.burnt"]}, "/events/0", "webhooks.event_unknown"),
        ({"place_id": None}, "/place_id", "webhooks.place_wrong"),
    ):
        answer = create(door, "https://hooks.example.com/x", **wrong)
        assert answer.status_code == 422
        assert wrong_fields(answer) == {path: code}
    key = create(door, "https://hooks.example.com/x", place_id=region).json["id"]
    assert wrong_fields(door.post("operations", f"/v1/webhooks/{key}/replay", {})) == {
        "/ids": "webhooks.nothing_chosen"
    }
    unknown = door.post("operations", f"/v1/webhooks/{key}/replay", {"ids": [str(uuid4())]})
    assert problem(unknown) == (404, "webhooks.delivery_unknown")


def test_every_event_is_listed_with_an_example_in_the_callers_language(plain_door):
    listed = plain_door.get("technician", "/v1/webhook-events", headers={"Accept-Language": "zh-CN"}).json["items"]
    assert [one["name"] for one in listed] == [event.name for event in EVENTS]
    assert all(one["example"]["type"] == one["name"] for one in listed)
    assert listed[0]["about"] == "工单已创建。"
