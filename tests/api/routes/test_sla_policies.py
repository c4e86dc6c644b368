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
