"""A small world for the tests of the API: places near and far, somebody in every role, an order in each zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from dispatch.accounts import queries
from dispatch.accounts import service as accounts
from dispatch.accounts.keys import service as keys
from dispatch.customers import service as customers
from dispatch.requests import service as requests
from dispatch.requests.receiving import NewRequest
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from dispatch.territory.places import Places
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.actor import Level, Role
from kernel.unit_of_work import UnitOfWork
from tests import factories

WORK_TYPE = "cable_fault"


NARROW = frozenset({"work-orders:read", "requests:read", "requests:write", "territory:read"})
"""The scopes of the leader's key."""


@dataclass
class World:
    """Ids by the names below: places by their names, `near` and `far` of each kind; people by what they do.

    `key` among the tokens is a key of the leader with few scopes.
    """

    places: dict[str, Places] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    customers: dict[str, UUID] = field(default_factory=dict)
    sites: dict[str, UUID] = field(default_factory=dict)
    orders: dict[str, UUID] = field(default_factory=dict)
    requests: dict[str, UUID] = field(default_factory=dict)
    assets: dict[str, UUID] = field(default_factory=dict)


ZONES = ("near", "next_zone", "next_group", "next_station", "abroad")
"""`near` is home; the others are further and further away: another zone, group, station, region."""

SEES: Mapping[str, frozenset[str]] = {
    "administrator": frozenset(ZONES),
    "operations": frozenset({"near", "next_zone", "next_group", "next_station"}),
    "manager": frozenset({"near", "next_zone", "next_group"}),
    "agent": frozenset({"near", "next_zone", "next_group"}),
    "leader": frozenset({"near", "next_zone"}),
    "technician": frozenset(),
    "assessor": frozenset(),
    "nobody": frozenset(),
    "operations_abroad": frozenset({"abroad"}),
}
"""The places that each person sees by their roles; a technician sees the orders that are theirs (`near`) besides."""


def build(uow: UnitOfWork) -> World:
    world = World()
    near = factories.places(uow)
    world.places["near"] = near
    assert near.group_id is not None
    assert near.station_id is not None
    world.places["next_zone"] = _places(near, factories.zone(uow, near.group_id, name="涟城二片区"))
    world.places["next_group"] = factories.places(uow, station_id=near.station_id)
    world.places["next_station"] = factories.places(uow, region_id=near.region_id)
    world.places["abroad"] = factories.places(uow)
    for region_id in {places.region_id for places in world.places.values()}:
        work_orders.define_work_type(uow, region_id=region_id, code=WORK_TYPE, name="有线电视故障")
    _add_people(uow, world)
    for name, places in world.places.items():
        _add_order(uow, world, name, places)
    return world


def _places(near: Places, zone_id: UUID) -> Places:
    return Places(near.region_id, near.station_id, near.group_id, zone_id)


def _add_people(uow: UnitOfWork, world: World) -> None:
    near, abroad = world.places["near"], world.places["abroad"]
    posts = {
        "administrator": (None, Role.ADMINISTRATOR, Level.EVERYWHERE, None),
        "operations": (near, Role.REGIONAL_OPERATIONS, Level.REGION, near.region_id),
        "manager": (near, Role.STATION_MANAGER, Level.STATION, near.station_id),
        "agent": (near, Role.AGENT, Level.STATION, near.station_id),
        "leader": (near, Role.GROUP_LEADER, Level.GROUP, near.group_id),
        "assessor": (near, Role.ASSESSOR, Level.REGION, near.region_id),
        "operations_abroad": (abroad, Role.REGIONAL_OPERATIONS, Level.REGION, abroad.region_id),
    }
    for name, (home, role, level, place_id) in posts.items():
        region_id = None if home is None else home.region_id
        world.people[name] = _person(uow, world, name, region_id)
        accounts.grant_role(uow, user_id=world.people[name], role=role, level=level, place_id=place_id)
    world.people["nobody"] = _person(uow, world, "nobody", near.region_id)
    for name in ZONES:
        who = "technician" if name == "near" else f"technician_{name}"
        world.people[who] = factories.technician(uow, world.places[name], name=f"技术员 {name}")
        _sign_in(uow, world, who)
    leader = replace(factories.acting(uow, world.people["leader"]), handlers={})  # nobody is told of it
    made = keys.make(leader, name="ERP", scopes=sorted(NARROW), longest=timedelta(days=365))
    world.tokens["key"] = made.key
    zone_id = near.zone_id
    assert zone_id is not None
    territory.appoint(uow, place_id=zone_id, kind=DutyKind.ZONE_MANAGER, user_id=world.people["technician"])


def _person(uow: UnitOfWork, world: World, name: str, region_id: UUID | None) -> UUID:
    user_id = factories.user(uow, region_id=region_id, login=name, name=f"{name} 先生", password=factories.PASSWORD)
    world.tokens[name] = factories.sign_in(uow, name).token
    return user_id


def _sign_in(uow: UnitOfWork, world: World, name: str) -> None:
    accounts.set_password(uow, user_id=world.people[name], password=factories.PASSWORD, passwords=factories.CHEAP)
    world.tokens[name] = factories.sign_in(uow, queries.user(uow, world.people[name]).login).token


def _add_order(uow: UnitOfWork, world: World, name: str, places: Places) -> None:
    # One telephone for all of them would make them one request.
    phone = f"100 0000 000{ZONES.index(name)}"
    customer_id = customers.add_customer(
        uow, name=f"客户 {name}", phone=phone, region_id=places.region_id, zone_id=places.zone_id
    )
    site_id = customers.add_site(uow, customer_id=customer_id, address=f"红旗路 {name}", zone_id=places.zone_id)
    world.customers[name], world.sites[name] = customer_id, site_id
    world.assets[name] = factories.asset(uow, places.region_id, site_id=site_id)
    new = NewRequest(WORK_TYPE, f"无信号 {name}", site_id=site_id, contact_phone=phone)
    received = requests.receive(uow, request=new)
    assert received.work_order_id is not None
    world.requests[name], world.orders[name] = received.request_id, received.work_order_id
    technician = "technician" if name == "near" else f"technician_{name}"
    work_orders.command(
        uow,
        order_id=world.orders[name],
        command=Command.ASSIGN,
        command_id=uow.new_id(),
        data={"technician_id": str(world.people[technician])},
        evidence=Evidence(),
    )


class Door:
    """Sends requests as one of the world's people, or as a stranger."""

    def __init__(self, app: Flask, world: World) -> None:
        self.client = app.test_client()
        self.world = world

    def __call__(self, who: str | None, method: str, path: str, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.world.tokens[who]}"
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, who: str | None, path: str, **options: Any) -> TestResponse:
        return self(who, "GET", path, **options)

    def post(self, who: str | None, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self(who, "POST", path, **({} if body is None else {"json": body}), **options)

    def patch(self, who: str | None, path: str, body: Any, **options: Any) -> TestResponse:
        return self(who, "PATCH", path, json=body, **options)

    def ids(self, who: str, path: str) -> list[str]:
        """Return the ids of all items of a list, page after page of two."""
        found: list[str] = []
        after: str | None = None
        while True:
            response = self.get(who, path, query_string={"limit": 2} | ({} if after is None else {"after": after}))
            assert response.status_code == 200, response.text
            page: Any = response.json
            found += [item["id"] for item in page["items"]]
            after = page["next"]
            if after is None:
                return found


def problem(response: TestResponse) -> tuple[int, str]:
    """Return status and code of a refusal, after checking that it has the one shape of all refusals."""
    assert response.content_type == "application/problem+json", response.text
    body = response.get_json(force=True)
    assert {"type", "title", "status", "code", "retryable", "detail", "trace"} <= set(body)
    assert body["status"] == response.status_code
    assert body["type"] == f"/docs/errors#{body['code']}"
    assert body["trace"] == response.headers["X-Request-ID"]
    assert all(set(one) == {"path", "code", "detail"} for one in body.get("errors", ()))
    return response.status_code, body["code"]


def wrong_fields(response: TestResponse) -> dict[str, str]:
    """Return what is wrong with each field of a refused request."""
    problem(response)
    return {one["path"]: one["code"] for one in response.get_json(force=True)["errors"]}
