"""Whatever way a row is written, the audit log has it before and after."""

import orjson
import pytest
from sqlalchemy import delete, select, update

from dispatch.customers.models import Customer
from dispatch.notifications.models import QuietTime
from kernel.actor import system_actor
from kernel.audit.acts import Origin
from kernel.audit.models import AuditEntry
from kernel.audit.noting import MOST_ROWS
from kernel.bulk import insert_rows, update_rows
from kernel.change_feed import Change
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

WATCHED = Origin("test", watched=True)


@pytest.fixture
def places(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        return factories.places(uow)


def customer(uow, places, name="客户王小明先生", **more):
    return {
        "id": uow.new_id(),
        "region_id": places.region_id,
        "station_id": None,
        "group_id": None,
        "zone_id": None,
        "name": name,
        "phone": "139 0000 0001",
        "email": None,
        "vip": False,
        "created_at": NOW,
    } | more


def written(runtime, act):
    """Do something in a watched transaction, and return what the log has of it."""
    with runtime.unit_of_work(system_actor(), WATCHED) as uow:
        act(uow)
    with runtime.session() as session:
        entry = session.execute(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id)).scalars().all()[-1]
    return entry, orjson.loads(entry.details)


def changes(runtime, act):
    return [(one["table"], one["before"], one["after"]) for one in written(runtime, act)[1]["changes"]]


@pytest.fixture
def made(runtime, places):
    with runtime.unit_of_work(system_actor()) as uow:
        rows = [customer(uow, places, name=f"客户 {n} 的名字很长") for n in range(3)]
        insert_rows(uow.session, Customer, rows)
    return rows


def test_what_nobody_watches_is_not_noted(runtime, made):
    with runtime.session() as session:
        assert session.scalars(select(AuditEntry.id)).all() == []


def test_an_insert_in_bulk(runtime, places):
    rows = []
    entry, details = written(
        runtime, lambda uow: insert_rows(uow.session, Customer, rows.append(customer(uow, places)) or rows)
    )
    (one,) = details["changes"]
    assert (one["table"], one["key"], one["before"]) == ("customers", [str(rows[0]["id"])], None)
    assert (one["after"]["phone"], one["after"]["name"], one["after"]["vip"]) == ("…01", "…", False)
    assert (entry.chain, entry.kind, entry.action) == (places.region_id, "command", "test")


def test_an_update_in_bulk_tells_only_what_is_different_and_of_rows_that_were_there(runtime, made, places):
    changed = [
        {"id": made[0]["id"], "vip": True, "phone": "139 0000 0001"},
        {"id": runtime.mint_id(), "vip": True, "phone": ""},
    ]
    found = changes(runtime, lambda uow: update_rows(uow.session, Customer, changed, key=["id"]))
    assert found == [("customers", {"vip": False}, {"vip": True})]


def test_an_insert_that_overwrites(runtime, places):
    with runtime.unit_of_work(system_actor()) as uow:
        user_id = factories.user(uow, region_id=places.region_id)
    row = {"user_id": user_id, "quiet_from": None, "quiet_to": None, "updated_at": NOW}

    def put(uow):
        sets = "(user_id) DO UPDATE SET updated_at = excluded.updated_at"
        insert_rows(uow.session, QuietTime, [row | {"updated_at": uow.now}], on_conflict=sets)

    assert [(before, set(after)) for _, before, after in changes(runtime, put)] == [(None, set(row))]
    runtime.clock.at = runtime.clock.at.replace(hour=2)
    assert changes(runtime, put) == [
        ("quiet_times", {"updated_at": "2026-11-22T01:00:00+00:00"}, {"updated_at": "2026-11-22T02:00:00+00:00"})
    ]


def test_an_update_and_a_delete_by_condition(runtime, made):
    key = made[0]["id"]
    statement = update(Customer).where(Customer.id == key).values(phone=None, vip=True)
    found = changes(runtime, lambda uow: uow.session.execute(statement))
    assert found == [("customers", {"phone": "…01", "vip": False}, {"phone": None, "vip": True})]
    ((table, before, after),) = changes(
        runtime, lambda uow: uow.session.execute(delete(Customer).where(Customer.id == key))
    )
    assert (table, before["vip"], before["name"], after) == ("customers", True, "…很长", None)


def test_a_mapped_object(runtime, made):
    def change(uow):
        uow.session.get(Customer, made[1]["id"]).vip = True
        uow.session.delete(uow.session.get(Customer, made[2]["id"]))

    found = sorted(changes(runtime, change), key=lambda one: one[2] is None)
    assert found[0] == ("customers", {"vip": False}, {"vip": True})
    assert (found[1][1]["phone"], found[1][2]) == ("…01", None)


def test_a_new_mapped_object(runtime, places):
    ((table, before, after),) = changes(runtime, lambda uow: uow.session.add(Customer(**customer(uow, places))))
    assert (table, before, after["phone"]) == ("customers", None, "…01")


def test_what_only_follows_is_passed_over_and_nothing_changed_is_nothing_written(runtime, made, places):
    with runtime.unit_of_work(system_actor(), WATCHED) as uow:
        uow.announce([Change(places.region_id, "user:x", "me", "x")])
        uow.emit("topic", "key", {})
        uow.session.execute(update(Customer).where(Customer.id == uow.new_id()).values(vip=True))
    with runtime.session() as session:
        assert session.scalars(select(AuditEntry.id)).all() == []


def test_of_very_many_rows_some_are_told_and_the_others_counted_with_as_many_statements(runtime, places):
    def many(count):
        with runtime.unit_of_work(system_actor(), WATCHED) as uow:
            rows = [customer(uow, places) for _ in range(count)]
            with recorded(uow.session) as statements:
                insert_rows(uow.session, Customer, rows)
                update_rows(uow.session, Customer, [{"id": row["id"], "vip": True} for row in rows], key=["id"])
                uow.session.execute(update(Customer).values(vip=False))
            return len(statements)

    few, lots = many(2), many(MOST_ROWS + 20)
    assert lots <= few
    _, details = written(
        runtime, lambda uow: insert_rows(uow.session, Customer, [customer(uow, places) for _ in range(MOST_ROWS + 7)])
    )
    assert len(details["changes"]) + details["left_out"] == MOST_ROWS + 7
    assert len(orjson.dumps(details)) < 20_000
