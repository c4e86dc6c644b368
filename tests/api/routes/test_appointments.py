"""Visits and reasons over HTTP."""

from datetime import UTC, datetime, timedelta

from tests.api.world import problem, wrong_fields


def window(days=400):
    start = datetime.now(UTC) + timedelta(days=days)
    return {"start_at": start.isoformat(), "end_at": (start + timedelta(hours=2)).isoformat()}


def test_a_window_is_proposed_listed_and_taken_back(door):
    url = f"/v1/work-orders/{door.world.orders['near']}/appointments"
    made = door.post("technician", url, {**window(), "requested_by": "customer"})
    assert (made.status_code, made.json["items"][0]["state"]) == (201, "proposed"), made.text
    key = made.json["items"][0]["id"]
    assert door.ids("manager", "/v1/appointments") == door.ids("technician", "/v1/appointments") == [key]
    assert door.ids("technician_next_station", "/v1/appointments") == []
    assert door.get("leader", "/v1/appointments?state=agreed").json["items"] == []
    assert door.post("agent", f"/v1/appointments/{key}/withdraw", {}).status_code == 204
    assert door.get("leader", url).json["items"][0]["state"] == "cancelled"
    assert problem(door.post("agent", f"/v1/appointments/{key}/withdraw", {})) == (409, "work_order.appointment_over")
    wrong = door.post("technician_next_station", url, window())
    assert problem(wrong) == (404, "work_order.unknown")


def test_a_region_adds_a_reason_and_takes_one_out_of_use(door):
    body = {"label": "台风", "label_en": "Typhoon", "needs_evidence": True}
    made = door("operations", "put", "/v1/order-reasons/hold/typhoon", json=body)
    assert made.status_code == 200, made.text
    assert "typhoon" in {one["code"] for one in made.json["items"]}
    listed = door.get("technician", "/v1/order-reasons?kind=hold").json["items"]
    assert listed == made.json["items"]
    assert problem(door("leader", "put", "/v1/order-reasons/hold/typhoon", json=body)) == (403, "forbidden")
    assert problem(door("operations", "put", "/v1/order-reasons/nothing/x", json=body))[0] == 404
    fixed = door("operations", "put", "/v1/order-reasons/hold/other", json={**body, "active": False})
    assert wrong_fields(fixed) == {"/active": "work_order.reason_fixed"}
