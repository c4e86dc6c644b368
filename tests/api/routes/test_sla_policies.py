from tests.api.world import problem, wrong_fields


def test_a_region_sets_its_times_from_a_moment_on(door):
    times = {"priority": "emergency", "respond_minutes": 30, "arrive_minutes": 120}
    made = door.post("operations", "/v1/sla-policies", times)
    assert made.status_code == 201, made.text
    later = times | {"respond_minutes": 20, "effective_from": "2027-01-01T00:00:00+08:00"}
    assert door.post("operations", "/v1/sla-policies", later).status_code == 201
    listed = door.get("agent", "/v1/sla-policies?priority=emergency").json["items"]
    assert [(one["respond_minutes"], one["resolve_minutes"], one["effective_from"]) for one in listed] == [
        (20, None, "2026-12-31T16:00:00.000Z"),
        (30, None, "2026-11-22T01:00:00.000Z"),
    ]
    assert door.ids("agent", "/v1/sla-policies") == [one["id"] for one in listed]


def test_only_the_operations_of_the_region_promise(door):
    times = {"priority": "routine", "respond_minutes": 30}
    assert problem(door.post("manager", "/v1/sla-policies", times)) == (403, "forbidden")


def test_a_promise_holds_something(door):
    assert set(wrong_fields(door.post("operations", "/v1/sla-policies", {"priority": "routine"})).values()) == {
        "sla.targets_wrong"
    }


def test_new_times_are_tried_in_pilot_zones_first_and_then_count_everywhere(door):
    near, far = (str(door.world.places[name].zone_id) for name in ("near", "next_zone"))
    times = {"priority": "emergency", "respond_minutes": 10, "trial": {"zone_ids": [near], "reason": "试行"}}
    policy = door.post("operations", "/v1/sla-policies", times).json["id"]
    (shown,) = door.get("agent", "/v1/sla-policies?priority=emergency").json["items"]
    assert shown["stage"] == "trial"
    (pilot,) = door.get("agent", "/v1/pilots?kind=sla_policy").json["items"]
    assert (pilot["subject"], [one["zone_id"] for one in pilot["zones"]]) == (policy, [near])
    for zone, minutes in ((near, 10), (far, 60)):
        order = {"work_type": "cable_fault", "title": "无信号", "priority": "emergency", "zone_id": zone}
        made = door.post("manager", "/v1/work-orders", order).json["id"]
        clock = door.get("manager", f"/v1/work-orders/{made}/clocks").json["items"][0]
        assert (clock["clock"], clock["target_seconds"]) == ("respond", minutes * 60)
    door.post("operations", f"/v1/pilots/{pilot['id']}/roll-out", {"reason": "有效"})
    assert door.get("agent", "/v1/sla-policies?priority=emergency").json["items"][0]["stage"] == "full"
    unknown = {"kind": "sla_policy", "subject": "x", "zone_ids": [near], "reason": "x"}
    assert wrong_fields(door.post("operations", "/v1/pilots", unknown)) == {"/subject": "sla.policy_unknown"}
    wrong = times | {"trial": {"zone_ids": [str(door.world.places["abroad"].zone_id)], "reason": "x"}}
    refused = door.post("operations", "/v1/sla-policies", wrong)
    assert wrong_fields(refused) == {"/trial/zone_ids/0": "territory.pilot_zone_unknown"}
