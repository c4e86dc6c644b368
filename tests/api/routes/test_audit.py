import csv
import io

import pytest

from kernel.actor import system_actor
from kernel.audit.verifying import verify
from tests import factories
from tests.api.world import problem
from tests.statements import recorded


def entries(door, who="administrator", **query):
    response = door.get(who, "/v1/audit", query_string=query)
    assert response.status_code == 200, response.text
    return response.json["items"]


def test_a_command_is_written_down_with_before_and_after_from_where_and_by_whom(door, runtime):
    customer = str(door.world.customers["near"])
    headers = {"User-Agent": "console/1", "X-Request-ID": "r-12345678"}
    changed = door("agent", "PATCH", f"/v1/customers/{customer}", json={"phone": "139 1234 5678"}, headers=headers)
    assert changed.status_code == 200, changed.text
    (entry,) = entries(door, kind="command", subject_id=customer)
    assert entry["user_id"] == str(door.world.people["agent"])
    assert (entry["action"], entry["subject_id"]) == ("PATCH /v1/customers/<uuid:customer_id>", customer)
    assert (entry["agent"], entry["request_id"], entry["address"]) == ("console/1", "r-12345678", "127.0.0.1")
    assert entry["region_id"] == str(door.world.places["near"].region_id)
    assert len(entry["session"]) == 16
    (change,) = entry["details"]["changes"]
    assert change == {"table": "customers", "key": [customer], "before": {"phone": "…00"}, "after": {"phone": "…78"}}
    with runtime.session() as session:
        assert verify(session)[1] == []


@pytest.mark.parametrize(
    ("path", "rows"),
    [("customers/{customer}", 1), ("customers", 3), ("sites?customer_id={customer}", 1), ("service-requests", 3)],
)
def test_whoever_reads_personal_data_is_written_down_before_they_see_it(door, path, rows):
    customer = str(door.world.customers["near"])
    shown = door.get("agent", "/v1/" + path.format(customer=customer))
    assert shown.status_code == 200
    (entry,) = entries(door, kind="read", subject_id=customer)
    assert (entry["user_id"], entry["details"]["rows"]) == (str(door.world.people["agent"]), rows)
    assert entries(door, "operations", kind="read", subject_id=customer) == [entry]


def test_an_order_with_its_customer_counts_as_a_look_at_both(door):
    door.get("manager", f"/v1/work-orders/{door.world.orders['near']}")
    for key in (door.world.orders["near"], door.world.customers["near"]):
        assert [one["action"] for one in entries(door, kind="read", subject_id=str(key))] == [
            "GET /v1/work-orders/<uuid:order_id>"
        ]


def test_an_export_is_written_down_page_by_page_and_what_was_searched_for_is_masked(door):
    assert door.get("agent", "/v1/service-requests.csv").status_code == 200
    assert door.get("agent", "/v1/customers?q=100 0000 0000").status_code == 200
    search, export = entries(door, kind="read", user_id=str(door.world.people["agent"]))
    assert (export["action"], export["details"]["rows"]) == ("GET /v1/service-requests.csv", 3)
    assert search["details"]["asked"]["q"] == "…00"


def test_lists_without_personal_data_leave_no_entry(door):
    for path in ("work-orders", "zones", "work-orders.csv", "audit"):
        assert door.get("manager", f"/v1/{path}").status_code == 200
    assert entries(door, user_id=str(door.world.people["manager"]), kind="read") == []


def test_logins_and_refusals_are_written_down(door):
    door.post(None, "/v1/login", {"login": "manager", "password": factories.PASSWORD})
    door.post(None, "/v1/login", {"login": "manager", "password": "not the right one"})
    user = {"login": "x", "name": "x", "region_id": str(door.world.places["near"].region_id)}
    assert problem(door.post("agent", "/v1/users", user)) == (403, "accounts.may_not_manage")
    failed, signed_in = entries(door, kind="login", action="POST /v1/login")
    assert signed_in["subject_id"] == str(door.world.people["manager"])
    assert failed["details"] == {"refused": "accounts.wrong_password", "login": "…"}
    (denied,) = entries(door, kind="denied")
    assert (denied["action"], denied["details"]) == ("POST /v1/users", {"code": "accounts.may_not_manage"})
    assert denied["user_id"] == str(door.world.people["agent"])


def test_what_changes_nothing_and_what_phones_do_all_day_is_not_written_down(door):
    door.get("technician", "/v1/me")
    door.post("technician", "/v1/notifications/read", {"up_to": str(door.world.orders["near"])})
    assert entries(door, user_id=str(door.world.people["technician"]), action="POST") == []


def test_each_sees_what_is_theirs(door):
    customers = door.world.customers
    for who, name in (("agent", "near"), ("operations_abroad", "abroad"), ("administrator", "near")):
        assert door.get(who, f"/v1/customers/{customers[name]}").status_code == 200
    seen = {
        who: {(one["user_id"], one["subject_id"]) for one in entries(door, who, kind="read")}
        for who in ("administrator", "operations", "operations_abroad", "manager", "agent", "leader")
    }
    people = {name: str(key) for name, key in door.world.people.items()}
    near, abroad = (str(customers[name]) for name in ("near", "abroad"))
    home = {(people["agent"], near), (people["administrator"], near)}
    assert seen["administrator"] == home | {(people["operations_abroad"], abroad)}
    assert seen["operations"] == home
    assert seen["operations_abroad"] == {(people["operations_abroad"], abroad)}
    assert seen["agent"] == {(people["agent"], near)}
    assert seen["manager"] == seen["leader"] == set()


def test_pages_filters_and_the_table_show_the_same(door):
    for name in ("near", "next_zone", "next_group"):
        door.patch("agent", f"/v1/customers/{door.world.customers[name]}", {"vip": True})
        door.get("agent", f"/v1/customers/{door.world.customers[name]}")
    agent = str(door.world.people["agent"])
    listed = [one["id"] for one in entries(door, "operations", user_id=agent)]
    assert len(listed) == 7, "three changes, three looks and a login"
    paged = [key for key in door.ids("operations", "/v1/audit") if key in listed]
    assert paged == listed
    response = door.get("operations", "/v1/audit.csv", query_string={"user_id": agent})
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert [row["id"] for row in rows] == listed
    since = entries(door, "operations", user_id=agent)[0]["at"]
    assert len(entries(door, "operations", user_id=agent, since=since)) == 7
    assert entries(door, "operations", user_id=agent, until=since) == []
    assert entries(door, "operations", action="PATCH /v1/customers", kind="read") == []


def test_a_reading_costs_a_constant_number_of_statements_more(door, runtime):
    def count(limit):
        with runtime.unit_of_work(system_actor()) as uow, recorded(uow.session) as statements:
            uow.session.connection()
            uow.session.rollback()
            door.get("agent", f"/v1/customers?limit={limit}")
        return len([one for one in statements if "audit" in one])

    door.get("agent", "/v1/customers")
    assert count(1) == count(3) == 4
