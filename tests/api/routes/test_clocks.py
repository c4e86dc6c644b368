from uuid import uuid4

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
    for who, command, data in (("technician", "accept", {}), ("manager", "hold", {"reason": "waiting_parts"})):
        body = {"command_id": str(uuid4()), "command": command, "data": data}
        done = door.post(who, path.replace("hold-approval", "commands"), body)
        assert done.status_code == 200, done.text
    assert door.post("manager", path, {"reason": "已确认"}).status_code == 204
    assert door.get("manager", path.replace("hold-approval", "phones")).json == {"items": []}


def test_orders_are_listed_by_colour(door, world):
    clear = door.get("manager", "/v1/work-orders?colour=clear").json["items"]
    assert str(world.orders["near"]) in [one["id"] for one in clear]
    assert door.get("manager", "/v1/work-orders?colour=red&colour=yellow").json["items"] == []


CALENDAR = {
    "timezone": "Asia/Shanghai",
    "week": {key: [["08:00", "16:00"]] for key in ("mon", "tue", "wed", "thu", "fri")},
}
NEW_YEAR = {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}


def resolve_clock(door, order_id):
    return door.get("manager", f"/v1/work-orders/{order_id}/clocks").json["items"][-1]


def test_a_year_without_official_notice_is_flagged_and_never_guessed_until_the_notice_is_uploaded(door):
    body = {"code": "office", "name": "白班", "document": CALENDAR | {"holidays": "CN"}}
    calendar = door.post("operations", "/v1/working-calendars", body).json["id"]
    thirty_days = {"priority": "routine", "resolve_minutes": (30 * 8 - 1) * 60, "calendar_id": calendar}
    assert door.post("operations", "/v1/sla-policies", thirty_days).status_code == 201
    order = {"work_type": "cable_fault", "title": "无信号", "priority": "routine"}
    zone_id = str(door.world.places["near"].zone_id)
    order_id = door.post("manager", "/v1/work-orders", order | {"zone_id": zone_id}).json["id"]
    before = resolve_clock(door, order_id)
    assert (before["due_at"], before["unknown_from"]) == (None, "2026-12-31T16:00:00.000Z")
    assert door.post("operations", f"/v1/working-calendars/{calendar}/notices", NEW_YEAR).status_code == 200
    after = resolve_clock(door, order_id)
    # Thirty working days but an hour from Monday 23 November, with New Year's Day off: on Monday 4 January at 15:00.
    assert (after["due_at"], after["unknown_from"]) == ("2027-01-04T07:00:00.000Z", None)


def test_a_customer_of_the_class_vip_has_times_of_their_own(door):
    times = {"priority": "routine", "respond_minutes": 15, "customer_class": "vip"}
    assert door.post("operations", "/v1/sla-policies", times).status_code == 201
    zone_id = str(door.world.places["near"].zone_id)
    order = {"work_type": "cable_fault", "title": "无信号", "priority": "routine", "zone_id": zone_id}
    for vip, minutes in ((True, 15), (False, 240)):
        customer = {"name": "客户", "phone": f"100 0000 100{minutes}", "vip": vip, "zone_id": zone_id}
        customer_id = door.post("agent", "/v1/customers", customer).json["id"]
        order_id = door.post("manager", "/v1/work-orders", order | {"customer_id": customer_id}).json["id"]
        found = door.get("manager", f"/v1/work-orders/{order_id}/clocks").json["items"][0]
        assert (found["clock"], found["target_seconds"]) == ("respond", minutes * 60)
