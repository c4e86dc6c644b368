"""Phones that hold no stream are woken through their push gateway: by a process of its own, over HTTP, out of the outbox."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dispatch.accounts import service as accounts
from dispatch.notifications.addresses import AddressRules
from kernel.actor import system_actor
from kernel.change_feed import begin_epoch
from kernel.database import is_postgres
from kernel.errors import DomainError
from kernel.outbox import OutboxMessage
from sync import wiring
from sync.devices import gateway, jobs, service
from sync.devices.calling import Caller
from sync.devices.gateway import HELD
from sync.devices.models import DeviceGateway
from tests.statements import recorded

INSIDE = AddressRules(frozenset(), internal=True)
EVERY = timedelta(seconds=30)


class Gateway:
    """What the process got and is to answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answer("201")
        command = [sys.executable, "-m", "tests.sync.devices.gateway_process", str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not (folder / "port").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{(folder / 'port').read_text()}/up?token=very-secret"

    def answer(self, said: str) -> None:
        (self.folder / "answer").write_text(said)

    @property
    def got(self):
        lines = self.folder / "got"
        return [json.loads(line) for line in lines.read_text().splitlines()] if lines.exists() else []


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    made = Gateway(tmp_path_factory.mktemp("gateway"))
    yield made
    made.process.terminate()
    made.process.wait(10)


@pytest.fixture
def hub(process):
    process.answer("201")
    (process.folder / "got").unlink(missing_ok=True)
    return process


@pytest.fixture
def phone(world, hub):
    world.runtime.settings = replace(world.runtime.settings, notify_internal="yes")
    world.runtime.senders = wiring.senders(world.runtime)
    made = world.phone()
    made.pull()
    register(world, made, hub.url)
    rest(world, made)
    return made


def register(world, phone, url, rules=INSIDE):
    caller = Caller(phone.token, lock=True)
    with world.runtime.unit_of_work(caller) as uow:
        gateway.set_gateway(uow, caller.phone, endpoint=url, rules=rules)


def rest(world, phone):
    """Let the phone know all, and time pass in which it was not woken."""
    phone.pull()
    phone.pull()
    world.clock.at += timedelta(hours=1)


def wake(world):
    jobs.poke_phones(world.runtime)
    wiring.send(world.runtime)


def waiting(world):
    with world.reading() as reading:
        return reading.session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.topic == "devices.poke")
        )


def test_news_wake_a_phone_by_an_empty_message_that_says_nothing_of_them(world, hub, phone):
    wake(world)
    assert hub.got == []
    (order,) = world.orders()
    wake(world)
    (got,) = hub.got
    assert (got["path"], got["body"]) == ("/up?token=very-secret", "")
    assert (got["headers"]["TTL"], got["headers"]["Topic"]) == ("86400", "fieldbeat")
    told = json.dumps(got["headers"])
    assert str(order) not in told
    assert str(phone.device_id) not in told
    assert waiting(world) == 0


def test_a_poke_is_signed_where_there_is_a_key(world, hub, phone):
    world.runtime.settings = replace(world.runtime.settings, vapid_key="yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    world.orders()
    wake(world)
    assert [one["headers"].get("Authorization", "").split(" ")[0] for one in hub.got] == ["vapid"]


def test_a_phone_is_woken_once_in_a_while_and_then_about_all(world, hub, phone):
    for _ in range(3):
        world.orders()
        wake(world)
        world.clock.at += timedelta(seconds=5)
    assert len(hub.got) == 1
    world.clock.at += EVERY
    wake(world)
    wake(world)
    assert len(hub.got) == 2


def test_what_a_pull_has_told_wakes_nobody(world, hub, phone):
    world.orders()
    phone.pull()
    wake(world)
    assert hub.got == []
    world.orders(technician=1)
    wake(world)
    assert hub.got == [], "nor what is somebody else's"


def test_a_phone_on_a_stream_is_woken_only_once_that_is_over(world, hub, phone):
    with world.runtime.unit_of_work(system_actor()) as uow:
        assert gateway.with_gateways(uow, [phone.device_id, world.phone(1).device_id]) == [phone.device_id]
        gateway.note_held(uow, [phone.device_id])
    world.orders()
    wake(world)
    assert hub.got == []
    world.clock.at += HELD
    wake(world)
    assert len(hub.got) == 1


def test_a_gateway_that_is_down_is_asked_again_and_one_that_wants_time_gets_it(world, hub, phone):
    hub.answer("500")
    world.orders()
    wake(world)
    assert (len(hub.got), waiting(world)) == (1, 1)
    with world.reading() as reading:
        error = reading.session.scalar(select(OutboxMessage.last_error))
    assert "it answered 500" in error
    assert "127.0.0.1" not in error
    hub.answer("429 120")
    world.runtime.senders = wiring.senders(world.runtime)  # as after its rest
    world.clock.at += timedelta(seconds=21)
    wake(world)
    assert (len(hub.got), waiting(world)) == (2, 1)
    hub.answer("201")
    world.clock.at += timedelta(seconds=100)
    world.runtime.senders = wiring.senders(world.runtime)
    wake(world)
    assert len(hub.got) == 2, "not before it wants to be"
    world.clock.at += timedelta(seconds=30)
    wake(world)
    assert (len(hub.got), waiting(world)) == (3, 0)


def test_a_poke_that_is_out_of_date_is_not_sent(world, hub, phone):
    hub.answer("503")
    world.orders()
    wake(world)
    phone.pull()
    hub.answer("201")
    world.clock.at += timedelta(minutes=5)
    world.runtime.senders = wiring.senders(world.runtime)
    wiring.send(world.runtime)
    assert (len(hub.got), waiting(world)) == (1, 0)


def test_a_gateway_that_is_down_is_left_alone_for_others_sake(world, hub, phone):
    second = world.phone(1)
    second.pull()
    register(world, second, hub.url + "2")
    hub.answer("500")
    world.orders(technician=0)
    world.orders(technician=1)
    wake(world)
    assert (len(hub.got), waiting(world)) == (1, 2)


def test_an_endpoint_that_is_gone_is_forgotten(world, hub, phone):
    for status in ("404", "410"):
        register(world, phone, hub.url)
        hub.answer(status)
        world.orders()
        wake(world)
        with world.reading() as reading:
            assert gateway.since_when(reading, phone.device_id) is None
        assert waiting(world) == 0
    assert len(hub.got) == 2


def test_who_may_not_listen_is_not_woken(world, hub, phone):
    world.technicians += [world.hire() for _ in range(3)]
    gone, revoked, dismissed, silent, stays = (world.phone(n, install="other") for n in range(5))
    for one in (gone, revoked, dismissed, silent, stays):
        register(world, one, hub.url + one.user_id.hex)
    with world.runtime.unit_of_work(world.actor()) as uow:
        service.sign_off(uow, device_id=gone.device_id)
        service.sign_off(uow, device_id=phone.device_id)
    with world.runtime.unit_of_work(system_actor()) as uow:
        service.revoke(uow, device_id=revoked.device_id, grace_days=30)
        accounts.set_active(uow, user_id=dismissed.user_id, active=False)
        gateway.forget_gateway(uow, silent.device_id)
    for n in range(5):
        if n != 2:
            world.orders(technician=n)
    wake(world)
    assert [one["path"] for one in hub.got] == [f"/up?token=very-secret{stays.user_id.hex}"]


def test_an_endpoint_leads_nowhere_into_our_own_network(world, hub, phone):
    for url, code in ((hub.url, "wrong"), ("https://10.0.0.7/x", "internal"), ("https://localhost/x", "internal")):
        with pytest.raises(DomainError) as refused:
            register(world, phone, url, AddressRules(frozenset()))
        assert (refused.value.code, refused.value.fields[0].path) == (f"device.gateway_{code}", "/endpoint")
    # One that was allowed once, by rules that are others now.
    world.runtime.settings = replace(world.runtime.settings, notify_internal="no")
    world.orders()
    wake(world)
    assert (hub.got, waiting(world)) == ([], 0)


def test_after_a_restored_backup_a_phone_is_woken(world, hub, phone):
    with world.runtime.unit_of_work(system_actor()) as uow:
        begin_epoch(uow.session, world.region_id)
    for _ in range(2):
        wake(world)
        world.clock.at += EVERY
    assert len(hub.got) == 1


def test_what_a_phone_tells_again_changes_nothing_and_another_endpoint_takes_its_place(world, hub, phone):
    register(world, phone, hub.url)
    world.orders()
    wake(world)
    register(world, phone, hub.url + "2")
    world.clock.at += EVERY
    world.orders()
    wake(world)
    assert [one["path"][-1] for one in hub.got] == ["t", "2"]


def test_the_statements_are_the_same_for_any_number_of_phones(world, hub, phone):
    counts = []
    for more in (0, 5):
        for n in range(more):
            other = world.phone(0, install=f"more {n}")
            register(world, other, hub.url)
        world.clock.at += timedelta(hours=1)
        world.orders()
        with world.reading() as reading, recorded(reading.session) as sql:
            jobs.poke_phones(world.runtime)
            counts.append(len(sql))
    assert counts[0] == counts[1] <= (4 if is_postgres(reading.session) else 5)
    with world.reading() as reading:
        assert reading.session.scalar(select(func.count()).where(DeviceGateway.poked_seq > 0)) == 6
