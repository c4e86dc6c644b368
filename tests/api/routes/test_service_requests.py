from tests.api.world import WORK_TYPE, problem, wrong_fields

NEW = {"work_type": WORK_TYPE, "title": "有线电视无信号", "contact_phone": "100 0002 0003"}


def test_a_request_becomes_an_order_that_finds_its_technician(door):
    zone = str(door.world.places["near"].zone_id)
    body = NEW | {"zone_id": zone, "customer_name": "孙女士", "address": "人民路 3 号", "priority": "emergency"}
    received = door.post("agent", "/v1/service-requests", body)
    assert (received.status_code, received.json["duplicate_of"]) == (201, None), received.text
    order = door.get("agent", f"/v1/work-orders/{received.json['work_order_id']}").json
    assert (order["status"], order["assignee_id"]) == ("assigned", str(door.world.people["technician"]))
    assert (order["customer"]["name"], order["site"]["address"]) == ("孙女士", "人民路 3 号")
    assert order["first_owner_id"] == str(door.world.people["agent"])
    assert order["respond_due_at"] == "2026-11-22T02:00:00.000Z"
    shown = door.get("agent", f"/v1/service-requests/{received.json['request_id']}").json
    assert (shown["work_order_id"], shown["channel"], shown["joined"]) == (order["id"], "phone", [])


def test_somebody_may_want_to_dispatch_by_hand(door):
    zone = str(door.world.places["near"].zone_id)
    received = door.post("agent", "/v1/service-requests", NEW | {"zone_id": zone, "assign": False}).json
    assert door.get("agent", f"/v1/work-orders/{received['work_order_id']}").json["status"] == "open"


def test_a_repetition_joins_the_order_and_nothing_is_doubled(door):
    zone = str(door.world.places["near"].zone_id)
    body = NEW | {"zone_id": zone, "source": "crm", "external_ref": "T-1"}
    first = door.post("agent", "/v1/service-requests", body).json
    again = door.post("agent", "/v1/service-requests", body).json
    assert (again["request_id"], again["unchanged"]) == (first["request_id"], True)
    other = door.post("agent", "/v1/service-requests", body | {"external_ref": "T-2"}).json
    assert (other["work_order_id"], other["duplicate_of"]) == (first["work_order_id"], first["request_id"])
    kinds = [
        one["kind"] for one in door.get("agent", f"/v1/work-orders/{first['work_order_id']}/timeline").json["items"]
    ]
    assert sorted(kinds) == ["request.repeated", "work_order.assign", "work_order.created"]
    listed = door.get("agent", f"/v1/service-requests?work_order_id={first['work_order_id']}").json["items"]
    assert {one["id"] for one in listed} == {first["request_id"], other["request_id"]}


def test_a_technician_takes_no_requests(door):
    refused = door.post("technician", "/v1/service-requests", NEW | {"region_id": None})
    assert problem(refused)[0] == 403


def test_what_is_wrong_is_named_by_its_field(door):
    zone = str(door.world.places["near"].zone_id)
    cases = {
        "title": ({"title": " "}, {"/title": "length"}),
        "work type": ({"work_type": "magic"}, {"/work_type": "work_order.work_type_unknown"}),
        "channel": ({"channel": "smoke"}, {"/channel": "choice"}),
        "nul": ({"description": "a\0b"}, {"/description": "type"}),
        "naive time": ({"received_at": "2026-11-22T01:00:00"}, {"/received_at": "type"}),
    }
    found = {
        case: wrong_fields(door.post("agent", "/v1/service-requests", NEW | {"zone_id": zone} | change))
        for case, (change, _) in cases.items()
    }
    assert found == {case: expected for case, (_, expected) in cases.items()}


def test_a_request_keeps_what_its_position_was_declared_in(door):
    body = {"work_type": WORK_TYPE, "title": "x", "lat": 33.78, "lon": 119.26, "coordinate_system": "gcj02"}
    made = door.post("agent", "/v1/service-requests", body | {"zone_id": str(door.world.places["near"].zone_id)}).json
    shown = door.get("agent", f"/v1/service-requests/{made['request_id']}").json
    assert shown["coordinate_system"] == "gcj02"
    assert 0.003 < 119.26 - shown["lon"] < 0.01
