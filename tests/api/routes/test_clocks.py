import pytest

from tests.api.world import problem


def test_an_order_shows_its_clocks_and_explains_them(door, world):
    order_id = world.orders["near"]
    found = {one["clock"]: one for one in door.get("manager", f"/v1/work-orders/{order_id}/clocks").json["items"]}
    assert set(found) == {"respond", "arrive", "resolve"}
    assert (found["respond"]["colour"], found["respond"]["target_seconds"]) == ("clear", 4 * 3600)
    told = door.get("technician", f"/v1/work-orders/{order_id}/clocks/respond/explain").json
    assert told["total_seconds"] == sum(one["seconds"] for one in told["segments"])
    assert told["clock"]["elapsed_seconds"] == sum(one["counted_seconds"] for one in told["segments"])
    assert [one["kind"] for one in told["events"]] == ["start"]


@pytest.mark.parametrize("path", ["clocks", "clocks/respond/explain"])
def test_the_clocks_of_others_do_not_exist(door, world, path):
    for who, place in (("technician", "next_zone"), ("operations_abroad", "near"), ("nobody", "near")):
        answer = door.get(who, f"/v1/work-orders/{world.orders[place]}/{path}")
        assert problem(answer) == (404, "work_order.unknown")


def test_a_clock_that_is_not_there_is_not_found(door, world):
    answer = door.get("manager", f"/v1/work-orders/{world.orders['near']}/clocks/lunch/explain")
    assert problem(answer) == (404, "sla.clock_unknown")


def test_an_order_is_put_into_another_tier(door, world):
    order_id = world.orders["near"]
    body = {"priority": "emergency", "reason": "设备停运"}
    assert problem(door.post("technician", f"/v1/work-orders/{order_id}/priority", body)) == (
        403,
        "work_order.not_allowed",
    )
    assert problem(door.post("agent", f"/v1/work-orders/{world.orders['abroad']}/priority", body))[0] == 404
    made = door.post("agent", f"/v1/work-orders/{order_id}/priority", body)
    assert made.status_code == 200, made.text
    shown = door.get("agent", f"/v1/work-orders/{order_id}").json
    assert (shown["priority"], shown["version"]) == ("emergency", made.json["version"])
    found = {one["clock"]: one for one in door.get("agent", f"/v1/work-orders/{order_id}/clocks").json["items"]}
    assert (found["respond"]["target_seconds"], found["arrive"]["target_seconds"]) == (3600, 4 * 3600)


def test_a_hold_is_approved_by_a_leader_while_it_lasts(door, world):
    path = f"/v1/work-orders/{world.orders['near']}/hold-approval"
    assert problem(door.post("manager", path, {"reason": "已确认"})) == (409, "work_order.illegal")
    assert problem(door.post("technician", path, {"reason": "已确认"})) == (403, "work_order.not_allowed")


def test_orders_are_listed_by_colour(door, world):
    clear = door.get("manager", "/v1/work-orders?colour=clear").json["items"]
    assert str(world.orders["near"]) in [one["id"] for one in clear]
    assert door.get("manager", "/v1/work-orders?colour=red&colour=yellow").json["items"] == []
