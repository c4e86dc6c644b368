"""What comes within items: as its own operation shows it, to whom that shows it, with as many statements for many as for one."""

import pytest
from sqlalchemy import update

from api.openapi import describe
from dispatch.assets.models import Asset
from dispatch.customers.models import Customer, Site
from dispatch.masking import masked
from dispatch.work_orders.models import WorkOrder
from kernel.actor import system_actor
from kernel.audit.models import AuditEntry
from tests.api.world import SEES, problem, wrong_fields
from tests.statements import counted

OWN = {
    "asset": "/v1/assets/{id}",
    "requests": "/v1/service-requests/{id}",
    "order": "/v1/work-orders/{id}",
    "customer": "/v1/customers/{id}",
    "site": "/v1/sites/{id}",
    "sites": "/v1/sites/{id}",
    "zone": "/v1/zones/{id}",
}
"""Where each part is shown by itself. What an order shows of its customer and site it shows by itself, too."""
LISTS = {
    "/v1/work-orders": ("customer", "site", "assignee", "asset", "requests", "appointments", "clocks"),
    "/v1/service-requests": ("order",),
    "/v1/assets": ("customer", "site"),
    "/v1/sites": ("customer", "zone"),
    "/v1/customers": ("sites",),
}
SINGLES = {
    "/v1/work-orders/{id}": ("asset", "requests", "appointments", "clocks", "checklist", "timeline"),
    "/v1/service-requests/{id}": ("order",),
    "/v1/assets/{id}": ("customer", "site"),
    "/v1/sites/{id}": ("customer", "zone"),
}
SHOWN_BY_ORDERS = {("/v1/work-orders", "customer"), ("/v1/work-orders", "site"), ("/v1/work-orders", "assignee")}


@pytest.fixture
def entangled(runtime, world):
    """Orders about assets, assets at sites and sites of customers of other places, near ones and far ones."""
    names = list(world.orders)
    with runtime.unit_of_work(system_actor()) as uow:
        for here, there in zip(names, names[1:] + names[:1], strict=True):
            order = update(WorkOrder).where(WorkOrder.id == world.orders[here])
            uow.session.execute(order.values(asset_id=world.assets[there]))
            asset = update(Asset).where(Asset.id == world.assets[here])
            uow.session.execute(asset.values(site_id=world.sites[there], customer_id=world.customers[there]))
            site = update(Site).where(Site.id == world.sites[here])
            uow.session.execute(site.values(customer_id=world.customers[there]))
    return world


def things(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def test_the_description_offers_what_is_tested_here(plain_app):
    offered = {}
    for path, methods in describe(plain_app)["paths"].items():
        for one in methods.get("get", {}).get("parameters", []):
            if one.get("name") == "include":
                assert (one["explode"], one["style"]) == (False, "form")
                offered["/".join("{id}" if "{" in part else part for part in path.split("/"))] = tuple(
                    one["schema"]["items"]["enum"]
                )
    assert offered == {**LISTS, **SINGLES}


@pytest.mark.parametrize("who", [who for who in SEES if who != "nobody"])
def test_what_is_included_is_what_its_own_operation_shows_to_the_same_person(entangled, door, who):
    seen = 0
    for path, parts in LISTS.items():
        listed = door.get(who, path, query_string={"include": ",".join(parts)})
        assert listed.status_code == 200, listed.text
        plain = door.get(who, path).json["items"]
        assert [{key: one[key] for key in one if key not in parts} for one in listed.json["items"]] == plain
        for item, part in ((item, part) for item in listed.json["items"] for part in parts):
            assert part in item
            if part not in OWN or (path, part) in SHOWN_BY_ORDERS:
                continue
            named = [item[f"{part}_id"]] if f"{part}_id" in item else [item["work_order_id"]] if part == "order" else []
            for key in {one["id"] for one in things(item[part])} | set(filter(None, named)):
                own = door.get(who, OWN[part].format(id=key))
                shown = [one for one in things(item[part]) if one["id"] == key]
                assert (own.status_code == 200) == bool(shown), (path, part)
                for one in shown:
                    assert one == masked({name: own.json[name] for name in one})
                    seen += 1
    assert seen or who in ("assessor", "technician"), who


@pytest.mark.parametrize("who", ["administrator", "operations", "leader", "technician"])
def test_an_order_includes_what_its_own_operations_show(entangled, door, who):
    where = f"/v1/work-orders/{entangled.orders['near']}"
    shown = door.get(who, where, query_string={"include": "appointments,clocks,timeline,checklist,requests,asset"})
    assert shown.status_code == 200, shown.text
    for part in ("appointments", "clocks"):
        assert shown.json[part] == door.get(who, f"{where}/{part}").json["items"], part
    assert shown.json["timeline"] == door.get(who, f"{where}/timeline?limit=200").json["items"]
    assert shown.json["timeline"]
    own = door.get(who, f"{where}/checklist")
    assert shown.json["checklist"] == (own.json if own.status_code == 200 else None)
    assert "timeline" not in door.get(who, where).json


@pytest.mark.parametrize(("path", "part"), [(path, part) for path, parts in LISTS.items() for part in parts])
def test_the_number_of_statements_does_not_grow_with_the_items(entangled, door, runtime, path, part):
    door.get("administrator", f"{path}?limit=1&include={part}")
    with counted(runtime.engine) as one:
        assert len(door.get("administrator", f"{path}?limit=2&include={part}").json["items"]) == 2
    with counted(runtime.engine) as many:
        assert len(door.get("administrator", f"{path}?limit=5&include={part}").json["items"]) == 5
    assert len(one) == len(many)


@pytest.mark.parametrize("path", [*LISTS, "/v1/work-orders/{id}"])
@pytest.mark.parametrize("word", ["everything", "", "asset.site", "timeline,", "password"])
def test_what_cannot_be_included_is_refused_where_it_stands(plain_door, path, word):
    where = path.format(id=plain_door.world.orders["near"])
    response = plain_door.get("administrator", where, query_string={"include": word})
    assert problem(response)[0] == 422
    assert all(one.startswith("/include") for one in wrong_fields(response))


def test_a_part_that_is_named_twice_comes_once(plain_door):
    response = plain_door.get("administrator", "/v1/assets?include=site,site")
    assert response.status_code == 200
    assert "site" in response.json["items"][0]


def test_a_key_needs_the_scope_of_what_it_includes(plain_door):
    allowed = plain_door.get("key", "/v1/work-orders?include=requests,clocks,customer")
    assert allowed.status_code == 200
    assert allowed.json["items"][0]["requests"]
    refused = plain_door.get("key", "/v1/work-orders?include=requests,asset")
    assert problem(refused) == (403, "keys.scope_missing")
    assert "assets:read" in refused.text


def test_the_tag_of_an_order_covers_what_is_included(entangled, door, runtime):
    where = f"/v1/work-orders/{entangled.orders['near']}"
    plain, with_asset = (door.get("administrator", f"{where}{query}") for query in ("", "?include=asset"))
    assert plain.headers["ETag"] != with_asset.headers["ETag"]
    same = {"If-None-Match": with_asset.headers["ETag"]}
    assert door.get("administrator", f"{where}?include=asset", headers=same).status_code == 304
    assert door.get("administrator", where, headers=same).status_code == 200
    with runtime.unit_of_work(system_actor()) as uow:
        uow.session.execute(update(Asset).values(model="another"))
    assert door.get("administrator", f"{where}?include=asset", headers=same).status_code == 200
    assert door.get("administrator", where, headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304


def test_what_is_included_comes_whatever_fields_are_asked_for(plain_door):
    items = plain_door.get("administrator", "/v1/work-orders?fields=number&include=assignee").json["items"]
    assert all(set(one) == {"id", "number", "assignee"} for one in items)
    items = plain_door.get("administrator", "/v1/work-orders?fields=number,assignee").json["items"]
    assert all(set(one) == {"id", "number"} for one in items)


def test_who_sees_customers_with_orders_is_written_down_and_who_sees_orders_only_is_not(entangled, door, runtime):
    def readings():
        with runtime.session() as session:
            return [one.details for one in session.query(AuditEntry).filter_by(kind="read")]

    before = len(readings())
    door.get("operations", "/v1/work-orders?include=assignee,clocks,asset")
    assert len(readings()) == before
    door.get("operations", "/v1/work-orders?include=customer")
    door.get("operations", "/v1/work-orders?include=requests")
    assert len(readings()) == before + 2


def test_a_customer_comes_with_twenty_sites_at_most_the_newest(door, runtime, world):
    with runtime.unit_of_work(system_actor()) as uow:
        row = uow.session.get_one(Site, world.sites["near"])
        columns = {column.name: getattr(row, column.name) for column in Site.__table__.columns}
        uow.session.execute(Site.__table__.insert(), [{**columns, "id": uow.new_id()} for _ in range(25)])
        assert uow.session.get_one(Customer, world.customers["near"])
    shown = door.get("operations", "/v1/customers?include=sites").json["items"]
    near = next(one for one in shown if one["id"] == str(world.customers["near"]))
    whole = door.get("operations", f"/v1/customers/{world.customers['near']}").json["sites"]
    assert near["sites"] == whole[:20]
