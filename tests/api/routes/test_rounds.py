"""Preventive rounds over HTTP: planned, previewed, made, changed, reported."""

from datetime import timedelta

from dispatch.rounds.generating import generate
from kernel.actor import system_actor
from kernel.identifiers import new_id
from tests.api.world import WORK_TYPE, problem, wrong_fields
from tests.conftest import NOW
from tests.dispatch.beat import wired


def plan(door, who="manager", **changes):
    body = {
        "command_id": str(new_id()),
        "zone_id": str(door.world.places["near"].zone_id),
        "title": "机房周检",
        "work_type": WORK_TYPE,
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "starts_on": "2026-11-22",
        "begins_at": "08:00",
        "window_minutes": 600,
        "target_kind": "zone",
        **changes,
    }
    return door.post(who, "/v1/rounds", body)


def step(door, url, name, **more):
    return door.post("manager", f"{url}/steps", {"command_id": str(new_id()), "step": name, **more})


def make(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        generate(wired(uow), limit=50)


def test_a_round_goes_from_its_plan_to_its_report(door, runtime):
    made = plan(door, description="看设备")
    assert (made.status_code, made.json["state"], made.headers["ETag"]) == (201, "active", '"1"')
    url = f"/v1/rounds/{made.json['plan_id']}"
    shown = door.get("manager", url).json
    assert (shown["rule"], shown["begins_at"], shown["steps"]) == ("FREQ=WEEKLY;BYDAY=MO", "08:00", ["end", "pause"])
    ahead = door.get("manager", f"{url}/preview?count=2").json
    assert [one["start_at"] for one in ahead["visits"]] == ["2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z"]
    assert (ahead["timezone"], ahead["targets"]) == ("Asia/Shanghai", 1)
    make(runtime)
    [visit] = door.get("manager", f"/v1/round-occurrences?plan_id={made.json['plan_id']}").json["items"]
    assert (visit["day"], visit["state"], visit["is_missed"]) == ("2026-11-23", "due", False)
    assert door.get("technician", f"/v1/work-orders/{visit['work_order_id']}").json["status"] == "assigned"
    assert door.get("technician", url).status_code == 200, "it touches the zone that they answer for"
    for who in ("nobody", "operations_abroad", "technician_next_zone"):
        assert problem(door.get(who, url)) == (404, "round.unknown")
        assert door.get(who, "/v1/round-occurrences").json["items"] == []
    changed = door.patch(
        "manager",
        url,
        {"command_id": str(new_id()), "rule": "FREQ=MONTHLY;BYDAY=1MO", "withdraw": True, "reason": "改月检"},
        headers={"If-Match": '"1"'},
    )
    assert (changed.json["version"], changed.json["withdrawn"]) == (2, 1)
    assert step(door, url, "pause").json["state"] == "paused"
    assert problem(step(door, url, "pause")) == (409, "round.illegal")
    assert wrong_fields(step(door, url, "end")) == {"/reason": "invalid"}
    log = [one["kind"] for one in door.get("manager", f"{url}/events").json["items"]]
    assert log == ["plan", "change", "pause"]


def test_lists_and_tables_tell_how_rounds_are_kept(door, runtime):
    plan(door)
    make(runtime)
    query = {"begins_from": NOW.isoformat(), "begins_to": (NOW + timedelta(days=7)).isoformat()}
    [row] = door.get("manager", "/v1/round-compliance", query_string=query).json["items"]
    assert (row["planned"], row["ahead"], row["kept_percent"]) == (1, 1, None)
    table = door.get("manager", "/v1/round-compliance.csv", query_string=query, headers={"Accept-Language": "zh-CN"})
    assert table.text.splitlines()[1].startswith("机房周检,cable_fault,1,1,0,0,0,1,0,,")
    visits = door.get("manager", "/v1/round-occurrences.csv?state=due").text.splitlines()
    assert len(visits) == 2
    assert len(door.get("manager", "/v1/rounds?state=active").json["items"]) == 1
    assert wrong_fields(door.get("manager", "/v1/round-compliance")).keys() == {"/begins_from", "/begins_to"}


def test_what_cannot_be_is_refused_with_its_field(door):
    assert wrong_fields(plan(door, rule="FREQ=HOURLY")) == {"/rule": "round.too_often"}
    assert wrong_fields(plan(door, rule="FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31")) == {"/rule": "round.never_fires"}
    assert wrong_fields(plan(door, window_minutes=0)).keys() == {"/window_minutes"}
    assert wrong_fields(plan(door, begins_at="25:00")).keys() == {"/begins_at"}
    assert wrong_fields(plan(door, zone_id=None)) == {"/station_id": "round.nowhere"}
    assert problem(plan(door, "agent")) == (403, "forbidden")
    assert problem(plan(door, "technician"))[0] == 404
