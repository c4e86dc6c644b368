"""Lists in every order that they offer: all pages together are the whole list, sorted, whatever is added meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Date, DateTime, Float, Integer, String, Table, UniqueConstraint, select
from sqlalchemy.types import TypeDecorator

from api.openapi import describe
from dispatch.sla.deadline import Priority
from kernel.actor import system_actor
from kernel.database import Base
from kernel.sealed_columns import sealed_columns
from tests.api.leaks.furnishing import furnish
from tests.api.world import problem, wrong_fields
from tests.conftest import NOW

LISTS = {
    "/v1/work-orders": "work_orders",
    "/v1/service-requests": "service_requests",
    "/v1/customers": "customers",
    "/v1/sites": "sites",
    "/v1/assets": "assets",
    "/v1/users": "users",
    "/v1/technicians": "technicians",
    "/v1/regions": "regions",
    "/v1/stations": "stations",
    "/v1/groups": "maintenance_groups",
    "/v1/zones": "zones",
    "/v1/reviews": "reviews",
    "/v1/imports": "imports",
    "/v1/exports": "exports",
    "/v1/devices": "devices",
    "/v1/audit": "audit_entries",
}
NARROW = {
    "/v1/work-orders": "late=false&station_id={station_id}",
    "/v1/service-requests": "station_id={station_id}",
    "/v1/audit": "action=cloned",
}
MANY = 7


@dataclass
class Crowd:
    """Many rows of every table, alike in what they are sorted by, or with nothing there."""

    runtime: Any
    rows: dict[str, dict[str, Any]]
    sorts: dict[str, set[str]]

    def add(self, name: str, number: int, **values: Any) -> UUID:
        """Add a row like that of the world, with the nth of few values in each column that lists are sorted by."""
        with self.runtime.unit_of_work(system_actor()) as uow:
            return self._add(uow, Base.metadata.tables[name], number, **values)

    def _add(self, uow: Any, table: Table, number: int, **values: Any) -> UUID:
        row = dict(self.rows[table.name])
        row["id"] = uow.new_id()
        if table.name == "technicians":
            row["id"] = self._add(uow, Base.metadata.tables["users"], number)
        for column in table.columns:
            if column.name in sealed_columns(table) or column.name.endswith("_index"):
                row[column.name] = None
            elif column.name in self.sorts[table.name]:
                row[column.name] = _value(column, number)
        for name in _unique(table):
            kind: Any = table.c[name].type
            row[name] = f"{number % 4}-{row['id'].hex}"[: kind.length]
        row |= SPECIAL.get(table.name, {}) | values
        if table.name == "audit_entries":
            row["n"] = next(NTH)
        uow.session.execute(table.insert().values(row))
        key: UUID = row["id"]
        return key


NTH = count(1_000_000)
SPECIAL: dict[str, dict[str, Any]] = {
    "reviews": {"state": "decided"},
    "audit_entries": {"action": "cloned"},
}


def _value(column: Any, number: int) -> Any:
    if column.nullable and number % 3 == 0:
        return None
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if column.name == "priority":
        return tuple(Priority)[number % 3]
    if isinstance(kind, DateTime):
        return NOW - timedelta(hours=number % 4)
    if isinstance(kind, Date):
        return date(2026, 11, 1 + number % 4)
    if isinstance(kind, (Integer, Float)):
        return number % 4
    assert isinstance(kind, String), column
    return f"{'abÄ涟'[number % 4]}"


def _unique(table: Table) -> list[str]:
    names = {column.name for one in table.constraints if isinstance(one, UniqueConstraint) for column in one.columns}
    return [name for name in names if isinstance(table.c[name].type, String) and not table.c[name].foreign_keys]


@pytest.fixture(scope="module")
def offered(plain_app):
    """In which orders each list is offered, as its description has it."""
    paths = describe(plain_app)["paths"]
    found = {path: _words(paths[path]["get"].get("parameters", [])) for path in paths if "get" in paths[path]}
    return {path: words for path, words in found.items() if words and not path.endswith(".csv")}


def _words(asked: Any) -> list[str]:
    return [word for one in asked if one.get("name") == "sort" for word in one["schema"]["enum"]]


@pytest.fixture
def crowd(runtime, world, door, offered):
    door.get("administrator", "/v1/customers")  # which is written down
    with runtime.unit_of_work(system_actor()) as uow:
        rows = furnish(uow.session, world, uow.now, uow.new_id)["near"]
        entries = Base.metadata.tables["audit_entries"]
        rows["audit_entries"] = dict(uow.session.execute(select(entries).limit(1)).mappings().one())
        rows["exports"]["user_id"] = world.people["administrator"]
    sorts = {LISTS[path]: {word.removeprefix("-") for word in offered[path]} for path in LISTS}
    return Crowd(runtime, {name: rows[name] for name in LISTS.values()}, sorts)


def address(path, world):
    near = world.places["near"]
    return f"{path}?{NARROW.get(path, '').format(station_id=near.station_id)}&".replace("?&", "?")


def expected(items, word):
    """Sort what a list shows as its order promises."""
    name, downwards = word.removeprefix("-"), word.startswith("-")
    rank = {tier.value: place for place, tier in enumerate(Priority)}

    def key(item):
        return (rank[item[name]] if name == "priority" else item[name], item["id"])

    there = sorted((one for one in items if one[name] is not None), key=key, reverse=downwards)
    none = sorted((one for one in items if one[name] is None), key=lambda one: one["id"], reverse=downwards)
    return [one["id"] for one in there + none]


def pages(door, where, **asked):
    """Yield page after page of a list."""
    after: dict[str, Any] = {}
    while True:
        query = "&".join(f"{name}={value}" for name, value in {**asked, **after}.items())
        response = door.get("administrator", f"{where}{query}")
        assert response.status_code == 200, response.text
        yield response.json["items"]
        if response.json["next"] is None:
            return
        after = {"after": response.json["next"]}


@pytest.mark.parametrize("path", LISTS)
def test_all_pages_are_the_whole_list_sorted_whatever_is_added_meanwhile(crowd, door, world, offered, path):
    for number in range(MANY):
        crowd.add(LISTS[path], number)
    where, added = address(path, world), count(MANY)
    for nth, word in enumerate(offered[path]):
        before = [one for page in pages(door, where, limit=200) for one in page]
        known = {one["id"] for one in before}
        assert len(known) >= MANY
        for size in range(1 + nth % 2, 8, 2):
            seen: list[str] = []
            for page in pages(door, where, sort=word, limit=size):
                seen += [one["id"] for one in page]
                if size in (3, 4) and len(seen) == size:
                    crowd.add(LISTS[path], next(added))
            assert len(set(seen)) == len(seen), (word, size)
            assert [one for one in seen if one in known] == expected(before, word), (word, size)


def test_an_order_that_a_list_does_not_offer_is_refused(plain_door):
    for word in ("title", "", "-", "received_at,number", "--number", "description"):
        response = plain_door.get("operations", "/v1/work-orders", query_string={"sort": word})
        assert response.status_code == 422, word
        assert wrong_fields(response) == {"/sort": "choice"}, word


def test_a_list_is_sorted_by_nothing_that_it_does_not_show(plain_app, offered):
    document = describe(plain_app)
    assert set(offered) == set(LISTS)
    for path, words in offered.items():
        answer = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = document["components"]["schemas"][answer["$ref"].rsplit("/", 1)[1]]
        item = page["properties"]["items"]["items"]["$ref"].rsplit("/", 1)[1]
        assert {word.removeprefix("-") for word in words} <= set(document["components"]["schemas"][item]["properties"])


def test_a_cursor_leads_on_in_its_own_order_only(crowd, door):
    for number in range(3):
        crowd.add("work_orders", number)
    first = door.get("administrator", "/v1/work-orders?limit=1&sort=number").json
    assert first["next"]
    for query in ("", "&sort=-number", "&sort=received_at", "&sort=-received_at"):
        response = door.get("administrator", f"/v1/work-orders?limit=1&after={first['next']}{query}")
        assert response.status_code == 400, query
        assert problem(response) == (400, "malformed")
        assert wrong_fields(response) == {"/after": "malformed"}
        assert "another order" in response.text
    onward = door.get("administrator", f"/v1/work-orders?limit=1&sort=number&after={first['next']}")
    assert onward.status_code == 200
    assert "sort=number" in onward.headers["Link"]


def test_the_order_that_a_list_has_anyway_may_be_named(crowd, door):
    for number in range(3):
        crowd.add("work_orders", number)
    plain = door.get("administrator", "/v1/work-orders?limit=2").json
    assert door.get("administrator", "/v1/work-orders?limit=2&sort=-received_at").json == plain
    onward = door.get("administrator", f"/v1/work-orders?sort=-received_at&after={plain['next']}").json
    assert onward == door.get("administrator", f"/v1/work-orders?after={plain['next']}").json


@pytest.mark.parametrize("path", ["/v1/work-orders", "/v1/service-requests"])
@pytest.mark.parametrize("who", ["administrator", "operations"])
def test_what_no_index_serves_is_for_a_part_of_a_large_list(plain_door, path, who):
    response = plain_door.get(who, f"{path}?sort=-priority")
    assert problem(response) == (422, "sort.too_wide")
    assert wrong_fields(response) == {"/sort": "sort.too_wide"}


@pytest.mark.parametrize(
    "query",
    ["status=open&status=assigned", "late=true", f"zone_id={UUID(int=7)}", "received_from=2026-11-01T00:00:00Z"],
)
def test_orders_under_way_of_a_place_or_of_a_short_time_are_a_part(plain_door, query):
    assert plain_door.get("operations", f"/v1/work-orders?sort=resolve_due_at&{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["status=open&status=closed", "late=false", "priority=routine", "received_from=2026-01-01T00:00:00Z"]
)
def test_what_may_be_nearly_everything_is_no_part(plain_door, query):
    response = plain_door.get("operations", f"/v1/work-orders?sort=resolve_due_at&{query}")
    assert problem(response) == (422, "sort.too_wide")


@pytest.mark.parametrize("who", ["manager", "leader", "technician"])
def test_who_sees_a_station_or_less_sorts_as_they_like(plain_door, who):
    assert plain_door.get(who, "/v1/work-orders?sort=-priority").status_code == 200
    assert plain_door.get(who, "/v1/service-requests?sort=expected_at").status_code == 200
