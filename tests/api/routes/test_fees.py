"""Service fees over HTTP: charged, taken back, listed by station and month, and what is refused."""

import csv
import io

from kernel.identifiers import new_id
from tests.api.world import problem, wrong_fields

LINE = {"text": "上门费", "unit_price": "80.00", "kind": "labour"}


def charge(door, who="technician", **changes):
    return door.post(who, f"/v1/work-orders/{door.world.orders['near']}/fees", {**LINE, **changes})


def test_a_line_is_charged_shown_and_taken_back(door):
    key = str(new_id())
    made = charge(door, id=key, quantity="2")
    assert made.status_code == 201, made.text
    ((line,), (total,)) = (made.json["lines"], made.json["totals"])
    assert (line["id"], line["total"], line["kind"], total["total"]) == (key, "160.00", "labour", "160.00")
    assert charge(door, id=key, quantity="2").json == made.json
    assert problem(charge(door, id=key)) == (409, "fee.id_reused")
    url = f"/v1/work-orders/{door.world.orders['near']}/fees"
    gone = door.post("technician", f"{url}/{key}/remove", {"reason": "输错"})
    assert (gone.status_code, gone.json["lines"], gone.json["removed"][0]["reason"]) == (200, [], "输错")
    assert door.get("leader", url).json == gone.json
    assert problem(door.get("technician_next_station", url)) == (404, "work_order.unknown")
    assert problem(door.post("technician_next_station", url, LINE)) == (404, "work_order.unknown")


def test_what_cannot_be_charged_is_refused_with_its_field(door):
    assert wrong_fields(charge(door, unit_price=80.5)).keys() == {"/unit_price"}
    assert wrong_fields(charge(door, unit_price="80.005")) == {"/unit_price": "fee.amount_unfit"}
    assert wrong_fields(charge(door, text=None)) == {"/text": "fee.data_unfit"}
    assert wrong_fields(charge(door, currency="RMB")) == {"/currency": "fee.currency_other"}
    assert problem(charge(door, discount="80", discount_reason="老客户")) == (403, "fee.discount_too_high")
    assert set(wrong_fields(door.get("manager", "/v1/fees?month=2026-13"))) == {"/month"}


def test_lists_tables_and_sums_are_of_a_month_and_of_the_callers_places(door):
    made = charge(door).json["lines"][0]
    month = made["at"][:7]
    for who, ids in (("manager", [made["id"]]), ("technician", [made["id"]]), ("technician_next_station", [])):
        assert door.ids(who, "/v1/fees") == ids
    assert door.get("manager", f"/v1/fees?month={month}").json["items"][0]["id"] == made["id"]
    assert door.get("manager", "/v1/fees?month=2020-01").json["items"] == []
    (sums,) = door.get("manager", f"/v1/fees/totals?month={month}").json["items"]
    assert (sums["lines"], sums["total"]["total"]) == (1, "80.00")
    table = door.get("manager", f"/v1/fees.csv?month={month}", headers={"Accept-Language": "zh-CN"})
    (row,) = csv.DictReader(io.StringIO(table.data.decode("utf-8-sig")))
    assert (row["项目"], row["合计"], row["币种"], row["编号"]) == ("上门费", "80.00", "CNY", made["id"])


def test_a_price_list_is_decided_by_the_region(door):
    rules = {"items": [{"code": "visit", "text": "上门费", "kind": "labour", "price": "80.00"}], "free_lines": False}
    assert door.post("operations", "/v1/region-policies/fees", {"rules": rules}).status_code == 201
    assert wrong_fields(charge(door)) == {"/code": "fee.free_line"}
    assert charge(door, code="visit", unit_price=None).json["totals"][0]["total"] == "80.00"
    wrong = door.post("operations", "/v1/region-policies/fees", {"rules": {"currency": "RMB"}})
    assert wrong_fields(wrong) == {"/rules/currency": "policy.rules_wrong"}
