"""Sets the scene of a simulation through the API: a region of its own with a station, technicians, customers and orders."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from uuid_utils import uuid7

from bench.simulator.checklist import STEPS
from bench.simulator.office import Call, Office, Tokens

WORK_TYPE = "simulated_repair"
GROUP_SIZE = 10
ZONES_PER_GROUP = 3
PRIORITIES = ("routine", "routine", "priority", "emergency")


@dataclass
class Player:
    """A technician of the scene, and the orders that are theirs in the morning."""

    user_id: str
    login: str
    zone_id: str
    site_id: str = ""
    customer_id: str = ""
    orders: list[str] = field(default_factory=list)


@dataclass
class Scene:
    """What was set up. `manager` supervises the region."""

    run: str
    region_id: str
    manager: Office
    password: str
    players: list[Player]
    _tokens: dict[str, Tokens] = field(default_factory=dict)

    def office_of(self, player: Player) -> Office:
        """Let a technician in; signing in, which is made to be slow, happens once."""
        url, login = self.manager.url, player.login
        if login in self._tokens:
            return Office(url, self._tokens[login])
        office = Office.sign_in(url, login, self.password)
        self._tokens[login] = office.tokens
        return office

    def orders(self) -> list[str]:
        """Return the ids of all orders."""
        return [order_id for player in self.players for order_id in player.orders]

    def give_away(self) -> dict[int, str]:
        """Give the last order of each technician to the next one; return who lost which, by the technician's number."""
        if len(self.players) < 2:
            return {}
        lost = {
            number: sorted(player.orders)[-1] for number, player in enumerate(self.players) if len(player.orders) > 2
        }
        heirs = {number: self.players[(number + 1) % len(self.players)] for number in lost}
        self.manager.many(
            [
                _command(order_id, "reassign", technician_id=heirs[number].user_id, reason="rebalancing")
                for number, order_id in lost.items()
            ]
        )
        return lost


def set_up(url: str, login: str, password: str, *, technicians: int, orders: int) -> Scene:
    """Make a new region with so many technicians, each with so many orders; every run has its own. Raises OfficeError."""
    run = f"sim-{secrets.token_hex(4)}"
    secret = secrets.token_urlsafe(12)
    with contextlib.closing(Office.sign_in(url, login, password)) as admin:
        region_id = admin.ask("POST", "/v1/regions", {"code": run, "name": f"演练 {run}"})["id"]
        manager = _appoint_manager(admin, run, region_id, secret)
        with contextlib.ExitStack() as unless_done:
            unless_done.callback(manager.close)
            _define_work(admin, manager, region_id)
            zones = list(_draw(admin, run, region_id, technicians))
            players = _hire(admin, run, region_id, secret, zones, technicians)
            _add_customers(manager, region_id, players)
            _hand_out(manager, players, orders)
            unless_done.pop_all()
    return Scene(run, region_id, manager, secret, players)


def _appoint_manager(admin: Office, run: str, region_id: str, secret: str) -> Office:
    body = {"login": f"{run}-ops", "name": "演练运营", "password": secret, "region_id": region_id}
    user_id = admin.ask("POST", "/v1/users", body)["id"]
    grant = {"role": "regional_operations", "level": "region", "place_id": region_id}
    admin.ask("POST", f"/v1/users/{user_id}/grants", grant)
    return Office.sign_in(admin.url, body["login"], secret)


def _define_work(admin: Office, manager: Office, region_id: str) -> None:
    """Draft the checklist as one person and publish it as another; then define the kind of work that takes it."""
    draft = {"region_id": region_id, "code": WORK_TYPE, "name": {"zh-CN": "演练检修"}, "steps": STEPS}
    template = admin.ask("POST", "/v1/checklist-templates", draft)
    version_id = template["versions"][0]["id"]
    admin.ask("POST", f"/v1/checklist-templates/versions/{version_id}/submit", {})
    manager.ask("POST", f"/v1/checklist-templates/versions/{version_id}/publish", {})
    kind = {"region_id": region_id, "code": WORK_TYPE, "name": "演练检修", "template_code": WORK_TYPE, "minutes": 45}
    admin.ask("POST", "/v1/work-types", kind)


def _draw(admin: Office, run: str, region_id: str, technicians: int) -> Iterator[tuple[str, str]]:
    """Open a station with groups of zones; yield the group and the zone of each place to work at."""
    station = {"region_id": region_id, "code": run, "name": f"演练站 {run}"}
    station_id = admin.ask("POST", "/v1/stations", station)["id"]
    for group in range(-(-technicians // GROUP_SIZE)):
        body = {"station_id": station_id, "code": f"g{group}", "name": f"演练 {group + 1} 组"}
        group_id = admin.ask("POST", "/v1/groups", body)["id"]
        for zone in range(ZONES_PER_GROUP):
            drawn = {"group_id": group_id, "code": f"z{group}-{zone}", "name": f"演练片区 {group + 1}-{zone + 1}"}
            yield group_id, admin.ask("POST", "/v1/zones", drawn)["id"]


def _hire(
    admin: Office, run: str, region_id: str, secret: str, zones: list[tuple[str, str]], technicians: int
) -> list[Player]:
    logins = [f"{run}-t{number:03d}" for number in range(technicians)]
    users = admin.many(
        [
            ("POST", "/v1/users", {"login": login, "name": login, "password": secret, "region_id": region_id})
            for login in logins
        ]
    )
    places = [zones[number % len(zones)] for number in range(technicians)]
    admin.many(
        [
            ("POST", "/v1/technicians", {"user_id": user["id"], "group_id": group_id})
            for user, (group_id, _) in zip(users, places, strict=True)
        ]
    )
    return [Player(user["id"], user["login"], zone_id) for user, (_, zone_id) in zip(users, places, strict=True)]


def _add_customers(manager: Office, region_id: str, players: list[Player]) -> None:
    """Give each technician a customer of their own, so that a document in the wrong hands shows."""
    found = manager.many(
        [
            ("POST", "/v1/customers", {"region_id": region_id, "zone_id": one.zone_id, "name": f"客户 {one.login}"})
            for one in players
        ]
    )
    for player, customer in zip(players, found, strict=True):
        player.customer_id = customer["id"]
    sites = manager.many(
        [
            ("POST", "/v1/sites", {"customer_id": one.customer_id, "zone_id": one.zone_id, "address": one.login})
            for one in players
        ]
    )
    for player, site in zip(players, sites, strict=True):
        player.site_id = site["id"]


def _hand_out(manager: Office, players: list[Player], orders: int) -> None:
    made = manager.many([_new_order(player, number) for player in players for number in range(orders)])
    ids = iter(order["id"] for order in made)
    for player in players:
        player.orders = [next(ids) for _ in range(orders)]
    manager.many(
        [
            _command(order_id, "assign", technician_id=one.user_id, override="simulated")
            for one in players
            for order_id in one.orders
        ]
    )


def _new_order(player: Player, number: int) -> Call:
    body = {
        "zone_id": player.zone_id,
        "work_type": WORK_TYPE,
        "priority": PRIORITIES[number % len(PRIORITIES)],
        "title": f"{player.login} {number}",
        "customer_id": player.customer_id,
        "site_id": player.site_id,
    }
    return ("POST", "/v1/work-orders", body)


def _command(order_id: str, command: str, **data: Any) -> Call:
    body = {"command_id": str(uuid7()), "command": command, "data": data}
    return ("POST", f"/v1/work-orders/{order_id}/commands", body)
