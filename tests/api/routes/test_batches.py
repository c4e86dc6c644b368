from uuid import uuid4

from tests.api.world import problem


def command(door, order, command, **data):
    order_id = door.world.orders.get(order, order)
    return {"order_id": str(order_id), "command_id": str(uuid4()), "command": command, "data": data}


def test_each_command_is_answered_for_itself_and_what_was_done_is_not_done_again(door):
    world = door.world
    cancel = {"reason": "withdrawn"}
    items = [
        command(door, "near", "cancel", **cancel),
        command(door, "near", "put_back", reason="x"),
        command(door, "abroad", "cancel", **cancel),
        command(door, "next_zone", "cancel", **cancel) | {"expected_version": 99},
        command(door, "next_group", "put_back", reason="忙不过来"),
    ]
    answer = door.post("manager", "/v1/work-orders/commands", {"items": items})
    assert answer.status_code == 200, answer.text
    found = answer.json["items"]
    assert [one["order_id"] for one in found] == [one["order_id"] for one in items]
    codes = [one["problem"] and one["problem"]["code"] for one in found]
    assert codes == [None, "work_order.illegal", "work_order.unknown", "stale", None]
    assert [one["status"] for one in found] == [200, 409, 404, 412, 200]
    assert (found[0]["outcome"]["status"], found[4]["outcome"]["status"]) == ("cancelled", "open")
    assert door.get("manager", f"/v1/work-orders/{world.orders['near']}").json["status"] == "cancelled"
    assert door.get("manager", f"/v1/work-orders/{world.orders['next_zone']}").json["status"] == "assigned"
    again = door.post("manager", "/v1/work-orders/commands", {"items": items}).json["items"]
    assert [one["outcome"] and one["outcome"]["version"] for one in again] == [
        one["outcome"] and one["outcome"]["version"] for one in found
    ]


def test_who_may_not_is_told_for_each_order(door):
    items = [command(door, "near", "cancel", reason="withdrawn"), command(door, "next_zone", "accept")]
    found = door.post("technician", "/v1/work-orders/commands", {"items": items}).json["items"]
    assert [one["problem"]["code"] for one in found] == ["work_order.not_allowed", "work_order.unknown"]
    assert problem(door.post(None, "/v1/work-orders/commands", {"items": items})) == (401, "token-invalid")


def test_several_orders_get_another_tier(door):
    orders = [str(door.world.orders[name]) for name in ("near", "abroad")]
    items = [{"order_id": one, "priority": "emergency", "reason": "小区停电"} for one in orders]
    found = door.post("manager", "/v1/work-orders/priorities", {"items": items}).json["items"]
    assert [one["status"] for one in found] == [200, 404]
    shown = door.get("manager", f"/v1/work-orders/{orders[0]}").json
    assert (shown["priority"], shown["version"]) == ("emergency", found[0]["outcome"]["version"])


def test_there_is_a_most_and_a_least(door):
    one = command(door, "near", "accept")
    assert problem(door.post("manager", "/v1/work-orders/commands", {"items": []})) == (422, "invalid")
    assert problem(door.post("manager", "/v1/work-orders/commands", {"items": [one] * 51})) == (422, "invalid")
