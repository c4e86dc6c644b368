"""Planned outages over HTTP: planned, previewed, announced, moved, ended; and what is said to who calls meanwhile."""

from datetime import timedelta

from kernel.identifiers import new_id
from sync.wiring import watch_outages
from tests.api.world import WORK_TYPE, problem, wrong_fields
from tests.conftest import NOW
from tests.factories import square


def plan(door, who="manager", **changes):
    body = {
        "command_id": str(new_id()),
        "kind": "upgrade",
        "title": "机房升级",
        "reason": "设备升级",
        "zone_ids": [str(door.world.places["near"].zone_id)],
        "starts_at": (NOW - timedelta(minutes=5)).isoformat(),
        "ends_at": (NOW + timedelta(hours=3)).isoformat(),
        **changes,
    }
    return door.post(who, "/v1/outages", body)


def step(door, url, name, **more):
    return door.post("manager", f"{url}/steps", {"command_id": str(new_id()), "step": name, **more})


def test_an_outage_goes_from_its_plan_to_its_end(door, runtime):
    made = plan(door)
    assert (made.status_code, made.json["state"], made.headers["ETag"]) == (201, "draft", '"1"')
    url = f"/v1/outages/{made.json['outage_id']}"
    assert door.get("manager", f"{url}/preview").json == {"customers": 1, "sites": 1, "no_phone": 0, "unplaced": 0}
    [affected] = door.get("manager", f"{url}/affected").json["items"]
    assert (affected["name"], affected["phone"], affected["can_be_told"]) == ("客户 near", "…0000", True)
    table = door.get("manager", f"{url}/affected.csv", headers={"Accept-Language": "zh-CN"}).text.splitlines()
    assert table[1].startswith("客户 near,…0000,红旗路 near,yes,")
    assert problem(door.get("technician", url)) == (404, "outage.unknown"), "a draft is nobody's yet"
    assert problem(door.get("operations_abroad", f"{url}/affected.csv")) == (404, "outage.unknown")
    announced = door.post(
        "manager",
        f"{url}/steps",
        {"command_id": str(new_id()), "step": "announce"},
        headers={"If-Match": '"1"'},
    )
    assert (announced.json["state"], announced.headers["ETag"]) == ("announced", '"2"')
    watch_outages(runtime)
    shown = door.get("technician", url).json
    assert (shown["state"], shown["steps"]) == ("in_progress", ["cancel", "end"])
    call = {"work_type": WORK_TYPE, "title": "断网", "site_id": str(door.world.sites["near"]), "contact_phone": "100 9"}
    received = door.post("agent", "/v1/service-requests", {**call, "join": False}).json
    assert (received["state"], received["planned_outage"]["id"]) == ("waiting", made.json["outage_id"])
    moved = door.patch("manager", url, {"command_id": str(new_id()), "ends_at": (NOW + timedelta(hours=5)).isoformat()})
    assert moved.status_code == 200
    order = door.post("manager", f"{url}/order", {"command_id": str(new_id()), "work_type": WORK_TYPE})
    assert order.status_code == 200
    watch_outages(runtime)
    shown = door.get("manager", url).json
    assert shown["waiting_requests"] == 1
    assert [(one["news"], one["told"], one["messages"]) for one in shown["broadcasts"]] == [
        ("announced", 1, {"no_channel": 1}),
        ("moved", 1, {"no_channel": 1}),
    ]
    key = shown["broadcasts"][0]["key"]
    assert len(door.get("manager", "/v1/customer-messages", query_string={"key": key}).json["items"]) == 1
    assert step(door, url, "end").json["state"] == "ended"
    request = door.get("agent", f"/v1/service-requests/{received['request_id']}").json
    assert request["state"] == "unclassified"
    log = [one["kind"] for one in door.get("manager", f"{url}/events").json["items"]]
    assert log == ["plan", "announce", "start", "change", "order", "end"]


def test_lists_are_filtered_and_what_cannot_be_is_refused_with_its_field(door):
    made = plan(door, zone_ids=None, boundary=square(33.7, 119.2))
    assert wrong_fields(made).keys() == {"/zone_ids"}
    made = plan(door, zone_ids=[], boundary=square(33.7, 119.2), region_id=str(door.world.places["near"].region_id))
    assert wrong_fields(made) == {"/boundary": "outage.nowhere"}, "no zone is drawn there"
    assert wrong_fields(plan(door, ends_at=NOW.isoformat(), starts_at=NOW.isoformat())) == {
        "/ends_at": "outage.window_backwards"
    }
    assert wrong_fields(plan(door, zone_ids=[])) == {"/zone_ids": "outage.nowhere"}
    assert wrong_fields(plan(door, zone_ids=[str(door.world.places["abroad"].zone_id)])) == {
        "/zone_ids/0": "territory.zone_unknown"
    }
    assert problem(plan(door, "agent")) == (403, "forbidden")
    url = f"/v1/outages/{plan(door).json['outage_id']}"
    assert wrong_fields(step(door, url, "cancel")) == {"/reason": "outage.reason_missing"}
    assert problem(step(door, url, "end")) == (409, "outage.illegal")
    zone = door.world.places["near"].zone_id
    assert len(door.get("manager", f"/v1/outages?state=draft&zone_id={zone}").json["items"]) == 1
    assert door.get("manager", "/v1/outages?state=ended").json["items"] == []
