"""The recipes for fetch, RxDB, WatermelonDB and tus-js-client: the real packages and the whole product, over a bad network."""

import hashlib
import io
import json
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from bench.simulator import scene as scenes
from fieldbeat_client import Journal, Phone, PhoneClock, Wire
from sync.feed.collections import LOADERS
from tests import node
from tests.clients.proxy import Faults, Proxy
from tests.clients.test_python_client import effects

RECIPES = Path(__file__).parent / "node"
STORES = ("plain", "rxdb", "watermelon")
HALF_IS_LOST = Faults(
    drop_before=0.25, drop_after=0.25, cut_answer=0.04, cut_request=0.04, duplicate=0.04, portal=0.04, delay=0.04
)
OPS = 800
"""By each client."""
SECONDS = 90
KILLED_AMONG = 200
"""Ops that a client has which is killed."""
FEW = 8
"""Entries of each of its orders at which it is killed: more than the office makes, far less than all."""


@pytest.fixture(scope="session")
def sources() -> Path:
    return node.with_sources(RECIPES, node.installed(RECIPES))


@pytest.fixture
def scene(product):
    made = scenes.set_up(product.url, product.login, product.password, technicians=4, orders=3)
    yield made
    made.manager.close()


@pytest.fixture
def bad_network(product):
    place = urlsplit(product.url)
    with Proxy(place.hostname, place.port, HALF_IS_LOST, "node") as made:
        yield made


@dataclass
class Client:
    """A recipe at work in a process of its own."""

    process: subprocess.Popen[str]
    job: dict[str, Any]

    def begin(self, ops: int) -> None:
        """Let it record so many ops, then synchronise until it is at rest."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{ops}\n")
        self.process.stdin.flush()

    def done(self) -> dict[str, Any]:
        """Wait for it, and return the ids of its ops and what it holds."""
        assert self.process.stdout is not None
        too_long = threading.Timer(SECONDS, self.process.kill)
        too_long.start()
        line = self.process.stdout.readline()
        too_long.cancel()
        assert line, "it gave up, or took too long; what it said is above"
        said: dict[str, Any] = json.loads(line)
        return said


@pytest.fixture
def start(scene, sources, tmp_path):
    """Start a recipe as one of the scene's technicians."""
    running: list[subprocess.Popen[str]] = []

    def begin(job: dict[str, Any]) -> Client:
        process = subprocess.Popen(
            [node.NODE, sources / "run.mjs", json.dumps(job)],
            env=node.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return Client(process, job)

    def call(recipe: str, number: int, url: str, *, again: Client | None = None, **more: Any) -> Client:
        """Start one, or one `again`: the same phone with what it has on disk."""
        if again is not None:
            return begin(again.job)
        player = scene.players[number]
        with closing(scene.office_of(player)) as office:
            device = office.ask("POST", "/v1/devices", {"install_id": f"{recipe}-{len(running)}"})
        folder = tmp_path / f"{recipe}-{len(running)}"
        folder.mkdir()
        job = {"recipe": recipe, "url": url, "device": device, "orders": player.orders, "folder": str(folder), **more}
        return begin(job)

    yield call
    for process in running:
        process.kill()
        process.communicate()


@contextmanager
def anew(scene, player, url: str) -> Iterator[Phone]:
    """Yield another phone of a person, which has pulled everything from the beginning."""
    with closing(scene.office_of(player)) as office:
        made = office.ask("POST", "/v1/devices/enrolments", {"user_id": player.user_id})
    phone = Phone(Journal(), PhoneClock.here(), lambda _line: Wire(url))
    phone.enrol_by_code(made["code"], install_id=f"anew-{time.monotonic_ns()}", name="anew")
    phone.pull()
    yield phone
    phone.hang_up()
    phone.journal.close()


def readable(scene, player, url: str) -> dict[str, Any]:
    """Return all documents that a person may read now, as a phone that begins gets them."""
    with anew(scene, player, url) as phone:
        return {f"{kind}|{key}": doc for kind in LOADERS for key, doc in phone.journal.docs(kind).items()}


def at_rest(client: Client, scene, player, url: str, ids: Sequence[str]) -> dict[str, Any]:
    """Let a client synchronise until it has the receipts of these ops and holds what its user may read; return that."""
    deadline = time.monotonic() + SECONDS
    while True:
        client.begin(0)
        docs: dict[str, Any] = client.done()["docs"]
        settled = {f"receipts|{key}" for key in ids} <= set(docs) and docs == readable(scene, player, url)
        if settled or time.monotonic() > deadline:
            return docs
        time.sleep(0.3)


def test_eight_hundred_ops_of_each_client_have_exactly_eight_hundred_effects_and_all_hold_what_they_may_read(
    scene, start, bad_network, product
):
    clients = [start(recipe, number, bad_network.url) for number, recipe in enumerate(STORES)]
    for client in clients:
        client.begin(OPS)
    said = [client.done() for client in clients]
    found = effects(scene, scene.orders())
    for recipe, one in zip(STORES, said, strict=True):
        assert [found[key] for key in one["ids"]] == [1] * OPS, recipe
    assert bad_network.seen["drop_before"] > 10
    assert bad_network.seen["drop_after"] > 10

    lost = scene.give_away()
    for number, (recipe, client) in enumerate(zip(STORES, clients, strict=True)):
        docs = at_rest(client, scene, scene.players[number], product.url, said[number]["ids"])
        assert f"work_orders|{lost[number]}" not in docs, recipe
        assert docs == readable(scene, scene.players[number], product.url), recipe
        outcomes = {doc["outcome"] for key, doc in docs.items() if key.startswith("receipts|")}
        assert outcomes == {"applied"}, recipe


def test_a_client_whose_cursor_is_of_another_time_replaces_its_documents_and_hands_in_its_ops_again(
    scene, start, product
):
    stale = ["work_orders|01930000-0000-7000-8000-000000000001", "sites|01930000-0000-7000-8000-000000000002"]
    clients = [start(recipe, number, product.url, start=5, stale=stale) for number, recipe in enumerate(STORES)]
    for client in clients:
        client.begin(3)
    said = [client.done() for client in clients]
    ids = [one["ids"] for one in said]
    for recipe, one in zip(STORES, said, strict=True):
        assert all(one["sent"][key] >= 2 for key in one["ids"]), f"{recipe}: a restored server may lack them"
    for number, (recipe, client) in enumerate(zip(STORES, clients, strict=True)):
        docs = at_rest(client, scene, scene.players[number], product.url, ids[number])
        assert not set(stale) & set(docs), recipe
        assert docs == readable(scene, scene.players[number], product.url), recipe
        assert {f"receipts|{key}" for key in ids[number]} <= set(docs), recipe


@pytest.mark.parametrize("product", ["postgresql"], indirect=True)
def test_a_client_that_is_killed_in_the_middle_of_a_push_goes_on_with_what_is_on_disk(
    scene, start, bad_network, product
):
    clients = [start(recipe, number, bad_network.url, on_disk=True) for number, recipe in enumerate(STORES)]
    for client in clients:
        client.begin(KILLED_AMONG)
    alive, deadline = dict(enumerate(clients)), time.monotonic() + SECONDS
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        for number in list(alive):
            done = sum(effects(scene, scene.players[number].orders).values())
            if done > len(scene.players[number].orders) * FEW:
                alive.pop(number).process.kill()
    assert not alive, "the server has seen nothing of them"

    again = [start(recipe, number, bad_network.url, again=clients[number]) for number, recipe in enumerate(STORES)]
    for client in again:
        client.begin(5)
    said = [client.done() for client in again]
    found = effects(scene, scene.orders())
    for number, (recipe, one) in enumerate(zip(STORES, said, strict=True)):
        assert one["ops"][-5:] == one["ids"], recipe
        assert len(one["ops"]) > 5, f"{recipe}: nothing was kept"
        assert [found[key] for key in one["ops"]] == [1] * len(one["ops"]), recipe
        docs = at_rest(again[number], scene, scene.players[number], product.url, one["ops"])
        assert docs == readable(scene, scene.players[number], product.url), recipe
        # Nothing was handed in that was not kept before: a number that was used twice would show here.
        assert {key for key in docs if key.startswith("receipts|")} == {f"receipts|{key}" for key in one["ops"]}, recipe
        assert {doc["outcome"] for key, doc in docs.items() if key.startswith("receipts|")} == {"applied"}, recipe


def test_an_op_that_no_server_stores_holds_up_nothing(scene, start, product):
    clients = [start(recipe, number, product.url, huge=True) for number, recipe in enumerate(STORES)]
    for client in clients:
        client.begin(3)
    said = [client.done() for client in clients]
    # Which op is taken the push tells; that it took effect, the worker brings about a little later.
    ids, end = {key for one in said for key in one["ids"]}, time.monotonic() + SECONDS
    while len((found := effects(scene, scene.orders())).keys() & ids) < 2 * len(STORES) and time.monotonic() < end:
        time.sleep(0.1)
    for recipe, one in zip(STORES, said, strict=True):
        assert [found[key] for key in one["ids"]] == [0, 1, 1], recipe
        assert one["sent"][one["ids"][0]] == 1, recipe


def test_a_photo_arrives_whole_though_half_of_its_pieces_are_lost(scene, start, bad_network, tmp_path):
    noise = io.BytesIO()
    Image.effect_noise((1600, 1200), 80).save(noise, "JPEG", quality=92)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(noise.getvalue())
    assert len(noise.getvalue()) > 1_000_000, "several pieces"
    client = start("tus", 3, bad_network.url, file=str(photo), media_id="meter-1")
    client.begin(0)
    client.done()
    order = scene.players[3].orders[0]
    deadline = time.monotonic() + 20
    files: dict[str, Any] = {}
    while "meter-1" not in files and time.monotonic() < deadline:
        time.sleep(0.1)
        listed = scene.manager.ask("GET", f"/v1/work-orders/{order}/media")["items"]
        files = {one["media_id"]: one for one in listed}
    assert files["meter-1"]["digest"] == hashlib.sha256(noise.getvalue()).hexdigest()
    assert sum(bad_network.seen.values()) > 2
