"""The process that holds phones, on real sockets and a real database."""

import asyncio
import contextlib
import socket
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from dispatch.accounts import service as accounts
from dispatch.notifications.addresses import AddressRules
from kernel.actor import system_actor
from kernel.change_feed import read_head
from kernel.identifiers import secret_digest
from sync.devices import gateway, jobs
from sync.devices import service as devices
from sync.devices.calling import Caller
from sync.devices.models import DeviceGateway
from sync.feed.service import recipients
from sync.stream import handing, holder
from sync.stream.board import Kind, Wanted
from sync.stream.handing import Handing, hand_over


class Holding:
    """A holder in a thread, and phones that are handed to it."""

    def __init__(self, world, path):
        self.world, self.path = world, path
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self.sockets = []

    def _run(self):
        asyncio.set_event_loop(self._loop)
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(holder.Holder(self.world.runtime, self.path).run(self._stop))
            self._loop.run_until_complete(self._loop.shutdown_default_executor())

    def start(self):
        self._thread.start()
        deadline = time.monotonic() + 5
        while not self.path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def stop(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(5)
        for one in self.sockets:
            one.close()

    def hold(self, phone, kind=Kind.STREAM, seconds=60.0):
        """Return the phone's end of a connection that is held."""
        with self.world.runtime.session() as session:
            seq = read_head(session, self.world.region_id).seq
            actor = self.world.actor(self.world.technicians.index(phone.user_id))
        ours, theirs = socket.socketpair()
        ours.settimeout(5)
        wanted = Wanted(
            kind,
            phone.device_id,
            secret_digest(phone.token),
            self.world.region_id,
            tuple(recipients(actor)),
            seq,
            seconds,
        )
        outcome, peer = hand_over(self.path, theirs, wanted)
        self.sockets += [ours, theirs, *([peer] if peer else [])]
        return outcome, ours


@pytest.fixture
def holding(world, tmp_path):
    world.runtime.settings = replace(world.runtime.settings, stream_tick_ms=50)
    made = Holding(world, tmp_path / "stream.sock").start()
    yield made
    made.stop()


def read_until(line, wanted):
    seen = b""
    while wanted not in seen:
        part = line.recv(4096)
        assert part, seen
        seen += part
    return seen


def read_all(line):
    seen = b""
    while part := line.recv(4096):
        seen += part
    return seen


def note(world, phone, order):
    phone.push(phone.op("log.note", order, {"text": "到场"}))
    world.work()


def test_a_stream_pokes_whose_news_they_are_and_says_nothing_of_them(world, holding):
    (order,), mine, other = world.orders(), world.phone(), world.phone(1)
    outcome, line = holding.hold(mine)
    _, silent = holding.hold(other)
    assert outcome is Handing.TAKEN
    opening = read_until(line, b"event: poke")
    assert opening.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"text/event-stream" in opening
    read_until(silent, b"}\n\n")
    note(world, mine, order)
    poked = read_until(line, b"}\n\n")
    assert b'event: poke\ndata: {"seq":' in poked
    assert str(order).encode() not in poked
    silent.settimeout(0.3)
    with pytest.raises(TimeoutError):
        silent.recv(100)


def test_a_question_for_the_head_waits_for_news_or_for_its_time(world, holding):
    (order,), phone = world.orders(), world.phone()
    _, line = holding.hold(phone, Kind.WAIT)
    note(world, phone, order)
    answer = read_all(line)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    with world.runtime.session() as session:
        assert answer.endswith(b'{"seq":%d}' % read_head(session, world.region_id).seq)
    _, in_vain = holding.hold(phone, Kind.WAIT, seconds=0.2)
    assert read_all(in_vain).startswith(b"HTTP/1.1 304 Not Modified\r\n")


def test_a_phone_that_begins_again_is_held_once(world, holding):
    phone = world.phone()
    _, first = holding.hold(phone)
    read_until(first, b"}\n\n")
    _, second = holding.hold(phone)
    read_until(second, b"}\n\n")
    assert read_all(first) == b""


def test_whoever_was_revoked_signed_off_or_dismissed_is_let_go(world, holding, monkeypatch):
    monkeypatch.setattr(holder, "CHECK_SECONDS", 0.05)
    again = Holding(world, holding.path.with_name("again.sock")).start()
    try:
        world.technicians.append(world.hire())
        phone, stays, dismissed = world.phone(), world.phone(1), world.phone(2)
        _, line = again.hold(phone)
        _, kept = again.hold(stays)
        _, closed = again.hold(dismissed)
        for one in (line, kept, closed):
            read_until(one, b"}\n\n")
        with world.runtime.unit_of_work(system_actor()) as uow:
            accounts.set_active(uow, user_id=dismissed.user_id, active=False)
        read_all(closed)  # perhaps a last poke, and the end
        with world.runtime.unit_of_work(world.actor()) as uow:
            devices.sign_off(uow, device_id=phone.device_id)
        assert read_all(line) == b""
        kept.settimeout(0.2)
        with pytest.raises(TimeoutError):
            kept.recv(10)
    finally:
        again.stop()


def test_a_phone_that_is_held_is_not_woken_by_its_gateway(world, holding, monkeypatch):
    monkeypatch.setattr(holder, "CHECK_SECONDS", 0.05)
    again = Holding(world, holding.path.with_name("again.sock")).start()
    try:
        phone = world.phone()
        caller = Caller(phone.token, lock=True)
        with world.runtime.unit_of_work(caller) as uow:
            gateway.set_gateway(
                uow, caller.phone, endpoint="https://push.example.com/x", rules=AddressRules(frozenset())
            )
        again.hold(phone)
        deadline = time.monotonic() + 5
        held_at = None
        while held_at is None and time.monotonic() < deadline:
            time.sleep(0.02)
            with world.reading() as reading:
                held_at = reading.session.scalar(select(DeviceGateway.held_at))
        assert held_at == world.clock.at
        world.orders()
        jobs.poke_phones(world.runtime)
        with world.reading() as reading:
            assert reading.session.scalar(select(DeviceGateway.poked_at)) is None
    finally:
        again.stop()


def test_when_enough_are_held_the_next_is_refused_and_keeps_its_connection(world, holding):
    world.runtime.settings = replace(world.runtime.settings, stream_most=1)
    _, line = holding.hold(world.phone())
    read_until(line, b"}\n\n")
    outcome, _ = holding.hold(world.phone(1))
    assert outcome is Handing.FULL


def test_what_is_no_connection_is_not_taken_and_ends_nothing(world, holding):
    for line in (b"", b"{}\n", b"x" * 300_000):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.settimeout(3)
            stranger.connect(str(holding.path))
            with contextlib.suppress(OSError):
                stranger.sendall(line)
                stranger.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                assert stranger.recv(10) == b""
    outcome, line = holding.hold(world.phone())
    assert outcome is Handing.TAKEN
    read_until(line, b"}\n\n")


def test_who_looks_whether_it_is_there_and_goes_again_is_no_phone(world, holding):
    with socket.socket(socket.AF_UNIX) as looks:
        looks.connect(str(holding.path))
    assert holding.hold(world.phone())[0] is Handing.TAKEN


def test_a_web_process_that_gave_up_is_not_answered_twice(world, holding):
    """It waits longer than a connection is taken up for; whoever gave up all the same answers the phone itself."""
    assert handing.WAIT_SECONDS > 2 * holder.HAND_OVER_SECONDS
    phone = world.phone()
    holding._loop.call_soon_threadsafe(time.sleep, 0.5)  # busy, while the web process comes and goes
    ours, theirs = socket.socketpair()
    wanted = Wanted(Kind.STREAM, phone.device_id, secret_digest(phone.token), world.region_id, ("user:x",), 1, 60.0)
    with socket.socket(socket.AF_UNIX) as web, ours:
        web.connect(str(holding.path))
        socket.send_fds(web, [wanted.as_json() + b"\n"], [theirs.fileno()])
        web.close()
        theirs.close()
        ours.settimeout(5)
        assert ours.recv(100) == b""


def test_a_fault_while_looking_ends_nothing():
    """Whatever it is: thousands of phones would wait for ever, and nobody would see it."""
    looks = []

    async def look():
        looks.append(len(looks))
        if len(looks) == 1:
            raise KeyError("a fault of ours")
        if len(looks) == 2:
            raise OperationalError("select 1", {}, OSError("away"))
        if len(looks) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(holder._again(look, 0.01))
    assert looks == [0, 1, 2]


def test_after_a_stop_everybody_is_told_and_nobody_is_there(world, holding):
    phone = world.phone()
    _, stream = holding.hold(phone)
    _, waiting = holding.hold(phone, Kind.WAIT)
    holding._loop.call_soon_threadsafe(holding._stop.set)
    holding._thread.join(5)
    read_all(stream)
    assert read_all(waiting).startswith(b"HTTP/1.1 304")
    assert holding.hold(phone)[0] is Handing.ABSENT
