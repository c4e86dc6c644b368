"""Phones that wait for news, against the real web server: its threads stay free however many are held."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from api.server import gunicorn_arguments
from fieldbeat_client import Journal, PhoneClock, Wire
from fieldbeat_client import Phone as Client
from kernel.clock import SystemClock
from kernel.runtime import stream_socket
from tests.cli import running
from tests.sync.world import make


class Served:
    """The web server with one process and two threads, and the process that holds phones."""

    def __init__(self, settings, world, folder):
        self.settings, self.world, self.folder = settings, world, folder
        self.environment = running.environment(
            FIELDBEAT_DATA_DIR=str(settings.data_dir),
            FIELDBEAT_DATABASE_URL=settings.database_url,
            FIELDBEAT_REDIS_URL=settings.redis_url,
            FIELDBEAT_STREAM_TICK_MS="50",
            FIELDBEAT_WEB_PROCESSES="1",
            FIELDBEAT_WEB_THREADS="2",
            FIELDBEAT_PORT=str(settings.port),
        )
        self.web = self._start("gunicorn", *gunicorn_arguments(settings))
        self.holder = self.start_holder()

    def _start(self, *words):
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words], env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def start_holder(self):
        path = stream_socket(self.settings)
        path.unlink(missing_ok=True)
        self.holder = self._start("cli.main", "stream")
        until(path.exists)
        return self.holder

    def ready(self):
        with contextlib.suppress(OSError):
            return self.ask("/health/live", None)[0] == 200
        return False

    def ask(self, path, token, **headers):
        """Ask and read the whole answer: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=15)
        with contextlib.closing(connection):
            auth = {"Authorization": f"Bearer {token}"} if token else {}
            connection.request("GET", path, headers={**auth, **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def listen(self, token):
        """Open a stream, and return its connection once it was poked for the first time."""
        line = socket.create_connection(("127.0.0.1", self.settings.port), timeout=15)
        line.sendall(b"GET /v1/sync/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % token.encode())
        seen = b""
        while b"}\n\n" not in seen:
            part = line.recv(4096)
            assert part, seen
            seen += part
        return line

    def stop(self):
        for process in (self.web, self.holder):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def served(settings, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = settings.__class__(**{**settings.__dict__, "port": port, "web_processes": 1, "web_threads": 2})
    world = make(settings, SystemClock())
    made = Served(settings, world, tmp_path)
    try:
        until(made.ready, 40)
        yield made
    finally:
        made.stop()
        world.runtime.close()


def test_held_phones_take_no_thread_of_the_web_server_and_hear_of_news(served):
    world = served.world
    (order,), phones = world.orders(), [world.phone(0, install=f"{n}") for n in range(12)]
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(contextlib.closing(served.listen(phone.token))) for phone in phones]
        token = phones[0].token
        status, headers, _ = served.ask("/v1/sync/head", token)
        assert status == 200
        began = time.monotonic()
        # A question that waits on the same phone, while its stream is held, too.
        assert served.ask("/v1/sync/head?wait=1", token, **{"If-None-Match": headers["ETag"]})[0] == 304
        assert 0.9 < time.monotonic() - began < 8
        phones[0].push(phones[0].op("log.note", order, {"text": "到场"}))
        world.work()
        for line in lines:
            assert b"event: poke" in line.recv(4096)
        again = served.ask("/v1/sync/head?wait=20", token, **{"If-None-Match": headers["ETag"]})
        assert (again[0], again[1]["ETag"] != headers["ETag"]) == (200, True)
        # Killed outright: the streams end, a new one ends after its first poke, and the web server goes on.
        os.kill(served.holder.pid, signal.SIGKILL)
        served.holder.wait()
        for line in lines:
            while line.recv(4096):
                pass
    status, headers, body = served.ask("/v1/sync/stream", token)
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/event-stream")
    assert body.startswith(b"retry: ")
    served.start_holder()
    served.listen(token).close()
    # The client library hears of it as well.
    journal = Journal()
    journal.set("device", {"id": str(phones[0].device_id), "token": token})
    client = Client(journal, PhoneClock("b1"), lambda _line: Wire(f"http://127.0.0.1:{served.settings.port}"))
    news = client.news(20)
    before = next(news)
    world.orders(1)
    assert next(news) > before
    news.close()
    assert served.ask("/v1/sync/head", token)[0] == 200
    assert served.ask("/v1/sync/stream", "nonsense")[0] == 401
