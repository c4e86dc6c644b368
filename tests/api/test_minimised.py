"""How a customer is reached is shown whole where one is looked at, to whoever needs it, and nowhere else."""

from uuid import uuid4

import pytest

from dispatch.exports.jobs import write_exports
from kernel.actor import system_actor
from sync.devices import service as devices
from tests.api.world import WORK_TYPE, wrong_fields

PHONE, EMAIL = "139 7000 4711", "wang.fang@example.com"
SEEN = "…4711"
LISTS = ("/v1/customers", "/v1/customers?q=13970004711", "/v1/customers?q=4711", "/v1/service-requests")
INCLUDING = ("/v1/work-orders?include=customer,requests", "/v1/sites?include=customer", "/v1/assets?include=customer")


@pytest.fixture
def order(door):
    """The order of a request that names number and address, assigned to the technician."""
    near = door.world.places["near"]
    customer = {"name": "王芳", "phone": PHONE, "email": EMAIL, "zone_id": str(near.zone_id)}
    customer_id = door.post("agent", "/v1/customers", customer).json["id"]
    site = {"customer_id": customer_id, "address": "红旗路 9", "zone_id": str(near.zone_id)}
    site_id = door.post("agent", "/v1/sites", site).json["id"]
    call = {
        "work_type": WORK_TYPE,
        "title": "无信号",
        "site_id": site_id,
        "contact_phone": PHONE,
        "contact_email": EMAIL,
    }
    made = door.post("agent", "/v1/service-requests", call)
    assert made.status_code == 201, made.text
    _command(door, "manager", made.json["work_order_id"], "assign", technician_id=str(door.world.people["technician"]))
    return door.get("agent", f"/v1/service-requests/{made.json['request_id']}").json


def _command(door, who, order_id, name, **data):
    body = {"command_id": str(uuid4()), "command": name, "data": data}
    answer = door.post(who, f"/v1/work-orders/{order_id}/commands", body)
    assert answer.status_code == 200, answer.text


def _number(door, who, order_id):
    answer = door.get(who, f"/v1/work-orders/{order_id}")
    return answer.json["customer"]["phone"] if answer.status_code == 200 else answer.status_code


def _on_phone(door, runtime, order_id):
    with runtime.unit_of_work(system_actor()) as uow:
        token = devices.register(uow, install_id=str(uuid4()), user_id=door.world.people["technician"]).token
    door.world.tokens["phone"] = token
    changes = door.get("phone", "/v1/sync/pull?since=0").json["changes"]
    held = {one["id"]: one for one in changes if one["type"] == "work_orders" and one["op"] == "put"}
    return held[order_id]["doc"]["customer"]["phone"] if order_id in held else None


@pytest.mark.parametrize("who", ["administrator", "operations", "manager", "agent", "leader"])
def test_lists_searches_and_files_show_the_end_of_a_number_and_one_shows_it_whole(door, runtime, order, who):
    for path in LISTS:
        text = door.get(who, path).text
        assert SEEN in text, (who, path)
        assert "w…@example.com" in text, (who, path)
        assert not {PHONE, PHONE.replace(" ", ""), EMAIL} & set(text.split('"')), (who, path)
    including = [door.get(who, path).text for path in INCLUDING]
    assert SEEN in including[0]
    assert not any(one in text for text in including for one in (PHONE, PHONE.replace(" ", ""), EMAIL))
    tables = [door.get(who, "/v1/service-requests.csv").data]
    for kind in ("customers", "requests", "orders"):
        path = door.post(who, "/v1/exports", {"kind": kind}).headers["Location"]
        write_exports(runtime)
        tables.append(door.get(who, f"{path}/file").data)
    for table in tables:
        assert not any(one.encode() in table for one in (PHONE, PHONE.replace(" ", ""), EMAIL))
    customer = door.get(who, f"/v1/customers/{order['customer_id']}").json
    request = door.get(who, f"/v1/service-requests/{order['id']}").json
    assert (customer["phone"], customer["email"]) == (PHONE, EMAIL)
    assert (request["contact_phone"], request["contact_email"]) == (PHONE.replace(" ", ""), EMAIL)


def test_a_technician_sees_the_number_only_while_the_order_is_theirs_and_not_over(door, runtime, order):
    order_id = order["work_order_id"]
    assert _number(door, "technician", order_id) == PHONE
    assert _on_phone(door, runtime, order_id) == PHONE
    for path in LISTS:
        assert door.get("technician", path).json["items"] == []
    _command(
        door,
        "manager",
        order_id,
        "reassign",
        technician_id=str(door.world.people["technician_next_zone"]),
        reason="other",
    )
    assert _number(door, "technician", order_id) == 404
    assert _on_phone(door, runtime, order_id) is None
    _command(door, "manager", order_id, "reassign", technician_id=str(door.world.people["technician"]), reason="other")
    assert _number(door, "technician", order_id) == PHONE
    _command(door, "agent", order_id, "cancel", reason="other")
    assert _number(door, "technician", order_id) == SEEN
    assert _on_phone(door, runtime, order_id) == SEEN
    for who in ("leader", "agent", "manager", "operations"):
        assert _number(door, who, order_id) == PHONE


def test_what_lists_show_of_a_number_is_not_taken_for_one(door, order):
    url = f"/v1/customers/{order['customer_id']}"
    for member, masked in (("phone", SEEN), ("email", "w…@example.com")):
        tag = {"If-Match": door.get("agent", url).headers.get("ETag", "*")}
        assert wrong_fields(door("agent", "PATCH", url, json={member: masked}, headers=tag)).keys() == {f"/{member}"}
    call = {"work_type": WORK_TYPE, "title": "无信号", "contact_phone": SEEN, "site_id": order["site_id"]}
    assert wrong_fields(door.post("agent", "/v1/service-requests", call)).keys() == {"/contact_phone"}
    shown = door.get("agent", url).json
    assert (shown["phone"], shown["email"]) == (PHONE, EMAIL)


def test_calendars_and_webhooks_name_no_number(door, order):
    url = door.post("technician", "/v1/me/calendar").json["url"]
    window = {"window_start_at": "2026-11-23T01:00:00Z", "window_end_at": "2026-11-23T03:00:00Z"}
    _command(door, "technician", order["work_order_id"], "accept")
    _command(door, "technician", order["work_order_id"], "schedule", **window)
    calendar = door.get(None, url[url.index("/v1/") :]).text
    assert "BEGIN:VEVENT" in calendar
    assert not any(one in calendar for one in (PHONE, PHONE.replace(" ", ""), "4711", EMAIL, "王芳"))
    catalogue = door.get("manager", "/v1/webhook-events").text
    assert "phone" not in catalogue.replace('"channel":"phone"', "")
