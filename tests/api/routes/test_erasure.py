"""Erasing a customer, holds, and what is over by a region's rules, at the door."""

from sqlalchemy import text

from kernel.actor import system_actor
from sync.erasure.errors import ORDER_OPEN
from tests import factories
from tests.api.world import problem


def test_a_customer_is_erased_once_their_order_is_over(door, runtime):
    customer = str(door.world.customers["near"])
    path = f"/v1/customers/{customer}/erasure"
    refused = door.post("operations", path, {"reason": "asked by letter of 20 November"})
    assert problem(refused) == (409, ORDER_OPEN.code)
    with runtime.unit_of_work(system_actor()) as uow:
        factories.cancel(uow, door.world.orders["near"])
    tried = door.post("operations", path, {"reason": "asked by letter of 20 November", "dry_run": True}).json
    assert (tried["dry_run"], tried["rows"]["customers"]) == (True, 1)
    assert door.get("agent", f"/v1/customers/{customer}").json["name"] == "客户 near"
    done = door.post("operations", path, {"reason": "asked by letter of 20 November"})
    assert (done.status_code, done.json["rows"]["work_orders"], done.json["files"]) == (200, 1, 0)
    shown = door.get("agent", f"/v1/customers/{customer}").json
    assert (shown["name"], shown["phone"], shown["sites"][0]["address"]) == ("已删除 erased", None, "已删除 erased")
    assert door.get("agent", f"/v1/work-orders/{door.world.orders['near']}").json["title"] == "已删除 erased"
    assert problem(door.post("manager", path, {"reason": "x"})) == (403, "forbidden")
    assert problem(door.post("operations_abroad", path, {"reason": "x"})) == (404, "customers.unknown")


def test_a_hold_forbids_it_until_it_is_lifted(door, runtime):
    customer = str(door.world.customers["near"])
    path = f"/v1/customers/{customer}/hold"
    assert problem(door.get("operations", path)) == (404, "erasure.not_held")
    put = door("operations", "PUT", path, json={"reason": "complaint 2026-118 before the court"})
    assert (put.status_code, put.json["reason"]) == (200, "complaint 2026-118 before the court")
    assert door.get("operations", path).json == put.json
    assert problem(door.post("operations", f"/v1/customers/{customer}/erasure", {"reason": "x"})) == (
        409,
        "erasure.held",
    )
    assert problem(door("manager", "DELETE", path)) == (403, "forbidden")
    assert door("operations", "DELETE", path).status_code == 204
    assert problem(door("operations", "DELETE", path)) == (404, "erasure.not_held")


def test_what_is_over_by_the_rules_is_told_before_it_goes(door):
    told = door.get("operations", "/v1/retention").json
    kinds = ["customers", "requests", "media", "notices", "sign_ins"]
    assert [(one["kind"], one["days"], one["before"], one["count"]) for one in told["items"]] == [
        (kind, 0, None, 0) for kind in kinds
    ]
    rules = {"rules": {"customers_days": 1095, "sign_ins_days": 90}}
    assert door.post("operations", "/v1/region-policies/retention", rules).status_code == 201
    told = door.get("operations", "/v1/retention").json["items"]
    assert [one["days"] for one in told] == [1095, 0, 0, 0, 90]
    assert problem(door.get("manager", "/v1/retention")) == (403, "forbidden")


def test_all_that_is_kept_about_a_customer_is_told_to_who_may_erase_them_and_written_down(door):
    customer = str(door.world.customers["near"])
    path, why = f"/v1/customers/{customer}/disclosure", {"reason": "letter of 20 November, identity checked"}
    answer = door.post("operations", path, why)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert (answer.headers["Cache-Control"], answer.content_length) == ("no-store", len(answer.data))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="customer-{customer}.json"'
    told = answer.json
    assert (told["format"], told["customer_id"], told["held"]) == ("fieldbeat.disclosure/1", customer, False)
    (shown,) = told["data"]["customers"]
    assert (shown["name"], shown["phone"]) == ("客户 near", "100 0000 0000")
    assert [one["id"] for one in told["data"]["sites"]] == [str(door.world.sites["near"])]
    assert [one["id"] for one in told["data"]["work_orders"]] == [str(door.world.orders["near"])]
    assert {one["work_order_id"] for one in told["data"]["timeline_entries"]} <= {str(door.world.orders["near"])}
    (entry,) = door.get("administrator", f"/v1/audit?subject_id={customer}&kind=read&limit=200").json["items"]
    assert (entry["action"], entry["user_id"]) == (
        "POST /v1/customers/<uuid:customer_id>/disclosure",
        str(door.world.people["operations"]),
    )
    assert entry["details"]["reason"] == why["reason"]
    assert entry["details"]["disclosed"]["customers"] == 1
    assert problem(door.post("manager", path, why)) == (403, "forbidden")
    assert problem(door.post("operations_abroad", path, why)) == (404, "customers.unknown")
    assert problem(door.post("technician_abroad", path, why)) == (404, "customers.unknown")
    assert problem(door.post("operations", path, {})) == (422, "invalid")
    assert len(door.get("administrator", f"/v1/audit?subject_id={customer}&kind=read&limit=200").json["items"]) == 1


def test_what_is_not_written_down_is_not_told(door, runtime):
    """The log comes before the answer: where it cannot be written, nobody reads anything."""
    with runtime.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entries RENAME TO audit_entries_away"))
    answer = door.post("operations", f"/v1/customers/{door.world.customers['near']}/disclosure", {"reason": "x"})
    assert answer.status_code >= 500
    assert "客户 near" not in answer.text
