"""Pulls whose documents are read on a copy of the database that lags behind it, on both engines."""

import shutil
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.engine import create_engine, make_url

from kernel.replica import REST_SECONDS, Replica, connect
from sync.reconcile.runner import drain
from tests.api.routes.test_sync import batch, op, push
from tests.api.world import problem

MARK = "read on the replica"


class Copies:
    """Copies of the database, which stay as they were when they were made. Orders in them say that they are copies."""

    def __init__(self, runtime, server):
        self._runtime, self._server = runtime, server
        self._databases: list[str] = []
        self._opened: list[Replica] = []

    def make(self) -> str:
        """Copy the database as it is now, and let the copy be the replica."""
        url = str(self._runtime.settings.database_url)
        self._runtime.engine.dispose()
        if url.startswith("sqlite"):
            path = url.removeprefix("sqlite:///")
            url = f"sqlite:///{shutil.copyfile(path, f'{path}.copy')}"
        else:
            url = self._server().copy_database(url)
            self._databases.append(url)
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as there:
            there.execute(text("UPDATE work_orders SET title = :mark"), {"mark": MARK})
        engine.dispose()
        self._runtime.replica = self.open(url)
        return url

    def open(self, url: str) -> Replica:
        made = connect(replace(self._runtime.settings, replica_url=url))
        assert made is not None
        self._opened.append(made)
        return made

    def drop(self) -> None:
        for one in self._opened:
            one.close()
        for url in self._databases:
            self._server().drop_database(url)


@pytest.fixture
def copies(runtime, request):
    made = Copies(runtime, lambda: request.getfixturevalue("postgres"))
    yield made
    made.drop()


@pytest.fixture
def phone(door):
    made = door.post("technician", "/v1/devices", {"install_id": "phone-1"}).json
    door.world.tokens["phone"] = made["token"]
    return made


def outcomes() -> dict[str, float]:
    return {
        one: REGISTRY.get_sample_value("fieldbeat_replica_pages_total", {"outcome": one}) or 0.0
        for one in ("served", "behind", "away")
    }


@pytest.fixture
def pull(door):
    """Pull a page; return it and what came of asking the replica."""

    def ask(since, **query):
        before = outcomes()
        page = door.get("phone", "/v1/sync/pull", query_string={"since": since, **query})
        assert page.status_code == 200, page.text
        asked = {one: number - before[one] for one, number in outcomes().items() if number != before[one]}
        return page.json, asked

    return ask


def titles(page) -> list[str]:
    return [one["doc"]["title"] for one in page["changes"] if one["type"] == "work_orders"]


def accept(door, phone, runtime) -> None:
    pushed = push(door, batch(door, phone, op(door, 1, "work_order.accept")))
    assert pushed.json["results"][0]["status"] == "accepted"
    drain(runtime, str(door.world.places["near"].region_id))


def test_a_phone_gets_news_in_time_however_far_the_replica_lags(door, phone, runtime, copies, pull):
    copies.make()
    first, asked = pull(0)
    assert (titles(first), asked) == ([MARK], {"served": 1})
    accept(door, phone, runtime)
    news, asked = pull(first["seq"])
    assert asked == {"behind": 1}
    (order,) = [one["doc"] for one in news["changes"] if one["type"] == "work_orders"]
    assert (order["status"], order["title"] != MARK) == ("accepted", True)
    assert {"receipts"} <= {one["type"] for one in news["changes"]}
    # Its cursor is past the replica's head now: neither a reason to start over nor to ask the replica.
    quiet, asked = pull(news["seq"])
    assert (quiet["changes"], quiet["has_more"], asked) == ([], False, {})
    assert problem(door.get("phone", "/v1/sync/pull?since=4503599627370496")) == (410, "resync-required")


def test_what_the_replica_has_seen_is_read_there_and_the_rest_on_the_primary(door, phone, runtime, copies, pull):
    copies.make()
    accept(door, phone, runtime)
    first, asked = pull(0)
    assert (asked, first["has_more"]) == ({"served": 1}, True)
    rest, asked = pull(first["seq"])
    assert (asked, rest["has_more"]) == ({"behind": 1}, False)
    runtime.replica = None
    whole, _ = pull(0)
    assert [*first["changes"], *rest["changes"]] == whole["changes"]
    assert rest["seq"] == whole["seq"]


def test_a_replica_that_has_caught_up_serves_again(door, phone, runtime, copies, pull):
    copies.make()
    accept(door, phone, runtime)
    since = pull(0)[0]["seq"]
    assert pull(since)[1] == {"behind": 1}
    copies.make()
    page, asked = pull(since)
    assert (titles(page), asked) == ([MARK], {"served": 1})


def test_whom_the_primary_refuses_the_replica_does_not_serve(door, phone, copies):
    copies.make()
    assert door.post("manager", f"/v1/devices/{phone['device_id']}/revoke", {"reason": "lost"}).status_code == 204
    assert problem(door.get("phone", "/v1/sync/pull?since=0")) == (403, "device-revoked")


def test_a_phone_that_the_replica_has_not_heard_of_is_served(door, copies, pull, runtime):
    copies.make()
    made = door.post("technician", "/v1/devices", {"install_id": "phone-2"}).json
    door.world.tokens["phone"] = made["token"]
    page, asked = pull(0)
    assert (titles(page), asked) == ([MARK], {"served": 1})


def test_nobody_waits_for_a_replica_that_is_away_and_it_is_asked_again_later(door, phone, runtime, copies, pull):
    url = copies.make()
    away = make_url(url).set(database="/nonexistent/replica.db").render_as_string(hide_password=False)
    now = [0.0]
    there, gone = copies.open(url), copies.open(away)
    runtime.replica = Replica(gone._engine, lambda: now[0])
    page, asked = pull(0)
    assert (titles(page) != [MARK], asked) == (True, {"away": 1})
    runtime.replica._sessions = there._sessions
    assert pull(0)[1] == {"away": 1}, "it rests"
    now[0] += REST_SECONDS
    assert pull(0)[1] == {"served": 1}
