import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from kernel.clock import SystemClock
from kernel.runtime import embedded_socket
from kernel.settings import Settings
from tests.cli import running
from tests.sync.world import make


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Product:
    """The product as somebody started it in a terminal: a process group that Ctrl-C reaches as a whole."""

    def __init__(self, folder, port, **settings):
        self.folder, self.port, self.settings = folder, port, settings
        self.screen = folder.parent / f"{folder.name}.screen"
        command = [sys.executable, "-m", "cli.main", "up", "--data-dir", str(folder), "--port", str(port), "--no-demo"]
        with self.screen.open("wb") as screen:
            self.process = subprocess.Popen(
                command,
                env=running.environment(**{"FIELDBEAT_WEB_PROCESSES": "1", **settings}),
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def status(self, path="/health/ready"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            return connection.getresponse().status
        return None

    def wait_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        while "is ready: http" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        assert self.status() == 200
        return self

    def said(self):
        return self.screen.read_text()

    def redis_socket(self):
        """Where its Redis listens."""
        return embedded_socket(Settings.from_environment({"FIELDBEAT_DATA_DIR": str(self.folder)}))

    def processes(self):
        """The command lines of all processes that work on this data folder, by their ids (Linux)."""
        mark = f"FIELDBEAT_DATA_DIR={self.folder}".encode()
        # Valkey writes where it listens over its own command line and environment.
        socket = self.redis_socket()
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if mark in (place / "environ").read_bytes().split(b"\0") or f"unixsocket:{socket}" in command:
                    found[int(place.name)] = command
        return found

    def interrupt(self):
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(40)

    def until(self, condition, seconds=40):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.said(), self.processes())
            time.sleep(0.05)


@pytest.fixture
def start(tmp_path, port):
    started = []

    def begin(folder="data", **settings):
        product = Product(tmp_path / folder, port, **settings)
        started.append(product)
        return product

    yield begin
    for product in started:
        if product.process.poll() is None:
            product.process.send_signal(signal.SIGTERM)
            product.process.wait(40)


LOGS = ["stream.log", "valkey.log", "web.log", "worker-1.log", "worker-slow.log"]


def hears(product, phone, act):
    """Tell whether a stream of this phone is held, and is poked after something was done for it."""
    with socket.create_connection(("127.0.0.1", product.port), timeout=10) as line:
        line.sendall(
            b"GET /v1/sync/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % phone.token.encode()
        )
        seen = b""
        while b"}\n\n" not in seen:
            seen += line.recv(4096) or b"nobody holds it: }\n\n"
        if b"retry: 15000" in seen or b"nobody" in seen:
            return False
        act()
        return line.recv(4096).startswith(b"event: poke")


def stage(product, word):
    return [pid for pid, line in product.processes().items() if word in line]


def test_it_starts_runs_ends_and_keeps_its_data(command, start, tmp_path, port):
    folder = "数据 夹"
    product = start(folder).wait_ready()
    assert f"Fieldbeat 已就绪 is ready: http://127.0.0.1:{port}" in product.said()
    assert all(stage(product, word) for word in ("valkey-server", "gunicorn", "cli.main worker"))
    # The last ones come when nobody waits for the rest any more.
    product.until(lambda: "A process holds the phones" in command("doctor", "--data-dir", str(product.folder)).stdout)
    assert sorted(log.name for log in (product.folder / "logs").iterdir()) == LOGS
    assert product.folder.stat().st_mode & 0o077 == 0

    doctor = command("doctor", "--data-dir", str(product.folder))
    assert doctor.returncode == 0, doctor.stdout
    assert "A process holds the phones that wait for news." in doctor.stdout

    second = command("up", "--data-dir", str(product.folder), "--port", str(port))
    assert second.returncode == 1
    assert second.stderr.startswith(
        f"Fieldbeat already runs on {product.folder} (process {product.process.pid}, port {port}):"
    )

    added = command("user", "add", "zhang", "--name", "张伟", "--data-dir", str(product.folder))
    assert added.returncode == 0, added.stderr
    assert product.interrupt() == 0
    assert product.processes() == {}
    assert product.said().endswith("Stopped. The data are kept.\n")

    product = start(folder).wait_ready()
    taken = command("user", "add", "zhang", "--name", "张伟", "--data-dir", str(product.folder))
    assert taken.returncode == 1
    product.process.terminate()
    assert product.process.wait(40) == 0
    assert product.processes() == {}


def test_what_dies_is_started_again_and_nothing_survives_the_one_who_started_it(start):
    product = start().wait_ready()
    with Redis(unix_socket_path=product.redis_socket()) as emptied:
        emptied.flushall()
    product.until(lambda: product.status() == 200)

    [worker], [valkey] = stage(product, "worker --lane quick"), stage(product, "valkey-server")
    for pid in (worker, valkey):
        os.kill(pid, signal.SIGKILL)
    product.until(lambda: product.said().count("ended (killed by SIGKILL); starting it again in 0.5 s") == 2)
    product.until(lambda: stage(product, "valkey-server") and product.status() == 200)
    assert stage(product, "worker --lane quick") not in ([], [worker])

    # Phones that wait: held anew by the one that was started again, and told of what happens then.
    [holder] = stage(product, "cli.main stream")
    os.kill(holder, signal.SIGKILL)
    product.until(lambda: stage(product, "cli.main stream") not in ([], [holder]))
    world = make(Settings.from_environment({"FIELDBEAT_DATA_DIR": str(product.folder)}), SystemClock())
    with contextlib.closing(world.runtime):
        phone = world.phone()
        product.until(lambda: hears(product, phone, act=lambda: world.orders(1)))

    product.process.kill()
    product.process.wait()
    product.until(lambda: product.processes() == {})
    assert start().wait_ready().interrupt() == 0


def test_it_runs_on_postgresql_and_a_redis_of_its_own(start, postgres, valkey):
    url = postgres.create_database()
    product = start(FIELDBEAT_DATABASE_URL=url, FIELDBEAT_REDIS_URL=valkey.url).wait_ready()
    assert stage(product, "valkey-server") == []
    assert not (product.folder / "fieldbeat.db").exists()
    assert product.interrupt() == 0
    postgres.drop_database(url)


def test_a_start_can_be_interrupted(start):
    product = start()
    product.until(lambda: "queue (Valkey)" in product.said())
    assert product.interrupt() == 0
    assert product.processes() == {}


@pytest.mark.parametrize("setting", ["FIELDBEAT_DATABASE_URL", "FIELDBEAT_REDIS_URL"])
def test_a_server_that_does_not_answer_ends_the_start_with_a_sentence(start, setting):
    url = {
        "FIELDBEAT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "FIELDBEAT_REDIS_URL": "redis://127.0.0.1:1/0",
    }
    product = start(**{setting: url[setting]})
    assert product.process.wait(40) == 1
    assert "cannot be reached (" in product.said().splitlines()[-1]
    assert product.said().splitlines()[-1].endswith(f"check {setting}.")
    assert product.processes() == {}


def test_a_taken_port_is_told_in_one_sentence(command, tmp_path, port):
    with socket.create_server(("127.0.0.1", port)):
        said = command("up", "--data-dir", str(tmp_path / "data"), "--port", str(port))
    assert said.returncode == 1
    assert said.stderr.startswith(f"Port {port} on 127.0.0.1 is taken by another program:")
    assert said.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(command, tmp_path, port):
    in_the_way = tmp_path / "data"
    in_the_way.touch()
    said = command("up", "--data-dir", str(in_the_way), "--port", str(port))
    assert said.returncode == 1
    assert said.stderr.startswith(f"Cannot write in the data folder {in_the_way} (")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "many", "65536"])
def test_a_port_that_is_none_is_told(command, tmp_path, port):
    said = command("up", "--data-dir", str(tmp_path / "data"), FIELDBEAT_PORT=port)
    assert said.returncode == 1
    assert said.stderr == f"FIELDBEAT_PORT is '{port}'; it must be a whole number from 1 to 65535.\n"
