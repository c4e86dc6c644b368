"""The Python client against the whole product, over a network that loses half of what passes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest

from bench.simulator import scene as scenes
from fieldbeat_client import Habits, Journal, Phone, PhoneClock, Wire
from tests.checklists.media.pictures import picture
from tests.clients.proxy import Faults, Proxy

HALF_IS_LOST = Faults(drop_before=0.25, drop_after=0.25, cut_answer=0.05, cut_request=0.05, duplicate=0.05, portal=0.05)
HABITS = Habits(batch_least=5, batch_most=40, give_up_seconds=120)
OPS = 800


@pytest.fixture
def scene(product):
    made = scenes.set_up(product.url, product.login, product.password, technicians=1, orders=4)
    yield made
    made.manager.close()


@pytest.fixture
def proxy(product):
    place = urlsplit(product.url)
    with Proxy(place.hostname, place.port, HALF_IS_LOST, "half") as made:
        yield made


def phone_of(scene, url, path, clock=None):
    (player,) = scene.players
    phone = Phone(Journal(str(path)), clock or PhoneClock.here(), lambda _line: Wire(url), habits=HABITS)
    if phone.journal.get("device") is None:
        with contextlib.closing(scene.office_of(player)) as office:
            made = office.ask("POST", "/v1/devices/enrolments", {"user_id": player.user_id})
        phone.enrol_by_code(made["code"], install_id=f"install-{player.login}", name="Tablet")
    return phone, player


def effects(scene, orders):
    """How often each op took effect, as the manager sees the timelines."""
    found = Counter()
    for order in orders:
        found.update(str(entry["id"]) for entry in scene.manager.pages(f"/v1/work-orders/{order}/timeline"))
    return found


def test_eight_hundred_ops_over_a_network_that_loses_half_have_exactly_eight_hundred_effects(scene, proxy, tmp_path):
    phone, player = phone_of(scene, proxy.url, tmp_path / "journal.db")
    ids = [
        phone.record("log.note", work_order_id=player.orders[number % 4], data={"text": f"第 {number} 条"})
        for number in range(OPS)
    ]
    photo = tmp_path / "meter.jpg"
    photo.write_bytes(picture(size=(900, 700)))
    phone.attach(photo, work_order_id=player.orders[0], media_id="meter-1")
    phone.settle()
    phone.hang_up()
    assert {op.outcome for op in phone.journal.ops()} == {"applied"}
    found = effects(scene, player.orders)
    assert [found[key] for key in ids] == [1] * OPS
    assert proxy.seen["drop_before"] > 5
    assert proxy.seen["drop_after"] > 5
    files = {
        one["media_id"]: one for one in scene.manager.ask("GET", f"/v1/work-orders/{player.orders[0]}/media")["items"]
    }
    deadline = time.monotonic() + 20
    while "meter-1" not in files and time.monotonic() < deadline:
        time.sleep(0.1)
        listed = scene.manager.ask("GET", f"/v1/work-orders/{player.orders[0]}/media")["items"]
        files = {one["media_id"]: one for one in listed}
    assert files["meter-1"]["digest"] == phone.journal.attachments()[0].sha256


WRITER = """
import sys
from fieldbeat_client import Journal, Phone, PhoneClock, Wire
phone = Phone(Journal(sys.argv[1]), PhoneClock.here(), lambda _line: Wire("http://127.0.0.1:9"))
while True:
    print(phone.record("log.note", work_order_id=sys.argv[2], data={"text": "x"}), flush=True)
"""


def test_what_was_recorded_survives_a_kill_at_any_moment(tmp_path):
    path, told = str(tmp_path / "journal.db"), []
    for wait in (0.0, 0.02, 0.05):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, path, "order"], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            told.append(writer.stdout.readline().strip())
            time.sleep(wait)
            os.kill(writer.pid, signal.SIGKILL)
            told += [line.strip() for line in writer.stdout if line.endswith("\n")]
    with contextlib.closing(Journal(path)) as journal:
        kept = journal.ops()
    assert set(told) <= {op.id for op in kept}
    assert [op.seq for op in kept] == list(range(1, len(kept) + 1))
