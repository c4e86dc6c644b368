from uuid import uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.routes import service_requests
from dispatch.requests.models import ServiceRequest
from tests.api.world import problem, wrong_fields


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


def reported(door, ref, **more):
    site = {"site_id": str(door.world.sites["near"])}
    return {"external_ref": ref, "source": "erp", "title": f"无信号 {ref}", "work_type": "cable_fault", **site, **more}


def numbered(door):
    return sorted(
        one["external_ref"] for one in door.get("administrator", "/v1/service-requests?source=erp").json["items"]
    )


def test_many_requests_are_received_each_for_itself_and_none_twice(door):
    items = [
        reported(door, "A-1", join=False),
        reported(door, "A-2", site_id=str(door.world.sites["abroad"])),
        reported(door, "A-3", work_type="no_such_type"),
        reported(door, "A-4", assign=False, join=False),
        reported(door, "A-1", join=False),
    ]
    answer = door.post("agent", "/v1/service-requests/batch", {"items": items})
    assert answer.status_code == 200, answer.text
    found = answer.json["items"]
    assert [one["external_ref"] for one in found] == ["A-1", "A-2", "A-3", "A-4", "A-1"]
    assert [one["status"] for one in found] == [201, 404, 422, 201, 201]
    assert [one["problem"] and one["problem"]["code"] for one in found][1] == "customers.site_unknown"
    assert found[2]["problem"]["errors"][0]["path"] == "/work_type"
    assert (found[0]["outcome"]["unchanged"], found[4]["outcome"]["unchanged"]) == (False, True)
    assert found[4]["outcome"]["request_id"] == found[0]["outcome"]["request_id"]
    orders = [
        door.get("administrator", f"/v1/work-orders/{found[nth]['outcome']['work_order_id']}").json for nth in (0, 3)
    ]
    assert [one["status"] for one in orders] == ["assigned", "open"]
    assert numbered(door) == ["A-1", "A-4"]
    again = door.post("agent", "/v1/service-requests/batch", {"items": items}).json["items"]
    assert [one["status"] for one in again] == [201, 404, 422, 201, 201]
    assert [one["outcome"]["unchanged"] for one in again if one["outcome"]] == [True, True, True]
    assert numbered(door) == ["A-1", "A-4"]


def test_a_request_is_as_one_that_came_alone(door):
    alone = door.post("agent", "/v1/service-requests", reported(door, "B-1", join=False)).json
    (one,) = door.post("agent", "/v1/service-requests/batch", {"items": [reported(door, "B-2", join=False)]}).json[
        "items"
    ]
    differ = {"request_id", "work_order_id"}
    assert {k: v for k, v in one["outcome"].items() if k not in differ} == {
        k: v for k, v in alone.items() if k not in differ
    }


def test_a_batch_with_a_key_is_answered_alike_and_done_once_also_when_its_last_item_is_refused(door):
    items = [reported(door, "C-1", join=False), reported(door, "C-2", work_type="no_such_type")]
    headers = {"Idempotency-Key": "batch-7"}
    first = door.post("agent", "/v1/service-requests/batch", {"items": items}, headers=headers)
    assert [one["status"] for one in first.json["items"]] == [201, 422]
    again = door.post("agent", "/v1/service-requests/batch", {"items": items}, headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    other = door.post("agent", "/v1/service-requests/batch", {"items": items[:1]}, headers=headers)
    assert problem(other) == (422, "idempotency.reused")
    assert numbered(door) == ["C-1"]


def test_what_is_told_to_be_done_is_committed_before_the_next_is_begun(door, runtime, monkeypatch):
    seen = []
    receive = service_requests.service.receive

    def looking(uow, *, request):
        with runtime.session() as session:
            kept = select(ServiceRequest.external_ref).where(ServiceRequest.source == "erp")
            seen.append(sorted(session.scalars(kept)))
        return receive(uow, request=request)

    monkeypatch.setattr(service_requests.service, "receive", looking)
    items = [reported(door, f"D-{nth}", join=False) for nth in range(3)]
    headers = {"Idempotency-Key": "batch-8"}
    assert door.post("agent", "/v1/service-requests/batch", {"items": items}, headers=headers).status_code == 200
    assert seen == [[], ["D-0"], ["D-0", "D-1"]]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "batch-9"}])
def test_what_cannot_be_committed_is_told_of_the_item_that_it_is(door, headers):
    """With a key the last transaction is kept open until the answer: none of an item may be."""
    lost = []

    def lose(session):
        if not lost and "G-1" in session.scalars(select(ServiceRequest.external_ref)).all():
            lost.append("G-1")
            raise OperationalError("COMMIT", {}, ConnectionError("the database went away"))

    items = [reported(door, f"G-{nth}", join=False) for nth in range(3)]
    event.listen(Session, "before_commit", lose)
    try:
        answer = door.post("agent", "/v1/service-requests/batch", {"items": items}, headers=headers)
    finally:
        event.remove(Session, "before_commit", lose)
    assert [one["status"] for one in answer.json["items"]] == [201, 503, 201], answer.text
    assert numbered(door) == ["G-0", "G-2"]


def test_a_batch_that_is_not_well_formed_is_refused_as_a_whole_and_nothing_is_done(door):
    items = [reported(door, "E-1"), reported(door, "E-2", priority="at once")]
    answer = door.post("agent", "/v1/service-requests/batch", {"items": items})
    assert wrong_fields(answer) == {"/items/1/priority": "choice"}
    nameless = {key: value for key, value in items[0].items() if key != "external_ref"}
    answer = door.post("agent", "/v1/service-requests/batch", {"items": [nameless]})
    assert wrong_fields(answer) == {"/items/0/external_ref": "required"}
    assert problem(door.post("agent", "/v1/service-requests/batch", {"items": [items[0]] * 51})) == (422, "invalid")
    assert numbered(door) == []


def test_a_key_receives_many_with_the_scope_of_one(door):
    found = door.post("key", "/v1/service-requests/batch", {"items": [reported(door, "F-1", join=False)]})
    assert [one["status"] for one in found.json["items"]] == [201]
    assert problem(door.post("key", "/v1/assets/batch", {"items": [{"vendor": "V", "serial": "1"}]})) == (
        403,
        "keys.scope_missing",
    )


def test_many_assets_are_registered_each_for_itself(door):
    here, away = (str(door.world.sites[name]) for name in ("near", "abroad"))
    items = [
        {"vendor": "华为", "serial": "X1", "site_id": here},
        {"vendor": "华为", "serial": "X1", "site_id": here},
        {"vendor": "华为", "serial": "X2", "site_id": away},
        {"vendor": "华为", "serial": "X3", "installed_on": "2031-01-01", "site_id": here},
        {"vendor": "华为", "serial": "X4", "site_id": here},
    ]
    found = door.post("manager", "/v1/assets/batch", {"items": items}).json["items"]
    assert [(one["vendor"], one["serial"]) for one in found] == [(one["vendor"], one["serial"]) for one in items]
    assert [one["status"] for one in found] == [201, 409, 404, 422, 201]
    assert found[1]["problem"]["code"] == "asset.serial_taken"
    for one in (found[0], found[4]):
        shown = door.get("manager", f"/v1/assets/{one['outcome']['asset_id']}").json
        assert (shown["serial"], shown["site_id"]) == (one["serial"], here)
