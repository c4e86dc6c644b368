"""What pushes cost a real web process in memory, whatever they hold."""

import contextlib
import gzip
import http.client
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from api.server import gunicorn_arguments
from kernel.clock import SystemClock
from tests.cli import running
from tests.conftest import settings_for
from tests.sync.world import make

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory of a process")

THREADS, AT_ONCE = 2, 6
MIB = 1024 * 1024
MOST_GROWTH = THREADS * 50 * MIB
"""Twice of what was seen. Without a bound on the number of values it is 185 MiB with two threads."""
LARGEST = 4 * MIB
OPS = b'{"protocol":"fsync/1","ops":['


def full(filling: bytes) -> bytes:
    """A body of the largest size, full of something that is small in JSON and large in memory."""
    return OPS + filling * ((LARGEST - len(OPS) - 10) // len(filling)) + b"0]}"


ATTACKS = {
    "empty lists": (full(b"[],"), "identity", 413),
    "empty objects": (full(b"{},"), "identity", 413),
    "objects in objects": (full(b'{"a":{}},'), "identity", 413),
    "numbers beyond 64 bits": (full(b"99999999999999999999,"), "identity", 413),
    "NaN": (full(b"NaN,"), "identity", 413),
    "escapes": (OPS + b'"' + b"\\ud83d" * 690_000 + b'"]}', "identity", 200),
    "brackets": (b"[" * LARGEST, "identity", 413),
    "as many brackets as are read": (b"[" * 399_000, "identity", 400),
    "as many values as are read": (OPS + b'{"a":{}},' * 133_000 + b"0]}", "identity", 413),
    "a gzip bomb": (gzip.compress(b" " * 300 * MIB, 1)[:MIB], "gzip", 413),
    "a zstd bomb": (zstandard.compress(b" " * 900 * MIB), "zstd", 413),
    "far too large": (b" " * 64 * MIB, "identity", 413),
    "far too large, in pieces": (None, "identity", 413),
}


def status(process: Path) -> str:
    with contextlib.suppress(OSError):
        return (process / "status").read_text()
    return ""


class Web:
    """A real gunicorn with one process and two threads."""

    def __init__(self, settings, folder, **more):
        self.port = settings.port
        environment = running.environment(
            FIELDBEAT_DATA_DIR=str(settings.data_dir),
            FIELDBEAT_DATABASE_URL=settings.database_url,
            FIELDBEAT_REDIS_URL=settings.redis_url,
            FIELDBEAT_DEVICE_BURST="60000",
            FIELDBEAT_PORT=str(settings.port),
            **more,
        )
        with (folder / "web.log").open("ab") as log:
            command = [sys.executable, "-m", "gunicorn", *gunicorn_arguments(settings)]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def worker(self) -> Path:
        """Where Linux tells of the process that serves."""
        ours = f"PPid:\t{self.process.pid}\n"
        found = [one for one in Path("/proc").iterdir() if one.name.isdigit() and ours in status(one)]
        (child,) = found
        return child

    def peak(self) -> int:
        """The most memory that it ever had, in bytes."""
        (line,) = [line for line in status(self.worker()).splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024

    def push(self, token, body, coding="identity"):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            headers = {"Authorization": f"Bearer {token}", "Content-Encoding": coding}
            with contextlib.suppress(BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
                line.request("POST", "/v1/sync/push", body if body is not None else pieces(), headers)
                return line.getresponse().status
            return None  # it hung up on a body that it does not want

    def ready(self):
        with contextlib.suppress(OSError):
            return self.push("nobody", b"") == 401
        return False


def pieces():
    for _ in range(64):
        yield b" " * MIB


@pytest.fixture
def web(sqlite_template, tmp_path):
    """Run it on SQLite and without Redis: neither has to do with the memory of a web process."""
    path = tmp_path / "fieldbeat.db"
    path.write_bytes(sqlite_template.read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = settings_for(tmp_path, f"sqlite:///{path}", "unix:///nonexistent/none.sock")
    settings = replace(settings, port=port, web_processes=1, web_threads=THREADS)
    world = make(settings, SystemClock())
    made = Web(settings, tmp_path)
    try:
        deadline = time.monotonic() + 40
        while not made.ready():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield made, world
    finally:
        made.process.send_signal(signal.SIGTERM)
        made.process.wait(30)
        world.runtime.close()


def test_the_memory_of_a_web_process_is_bounded_whatever_is_pushed(web):
    web, world = web
    phone = world.phone()
    assert web.push(phone.token, OPS + b"]}") == 200
    before, worker = web.peak(), web.worker()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (body, coding, status) in ATTACKS.items():
            told = list(pool.map(lambda _n, b=body, c=coding: web.push(phone.token, b, c), range(AT_ONCE)))
            assert set(told) <= {status, None}, name
    assert web.worker() == worker, "it is still the same process"
    assert web.peak() - before < MOST_GROWTH
    assert web.push(phone.token, OPS + b"]}") == 200
