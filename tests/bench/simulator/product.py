"""The whole product as it runs: web server and worker as programs of their own, and somebody who restarts the worker."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from api.server import gunicorn_arguments
from dispatch.accounts import service as accounts
from dispatch.accounts.passwords import Passwords
from kernel import runtime as runtimes
from kernel.actor import Level, Role, system_actor
from kernel.settings import Settings

ROOT = Path(__file__).parents[3]
LOGIN, PASSWORD = "admin", "fieldbeat-demo"
READY_SECONDS = 60


@dataclass(frozen=True)
class Product:
    """Where it listens, how an administrator signs in, and where its Redis is."""

    url: str
    login: str
    password: str
    redis_url: str
    environment: dict[str, str]


def environment(folder: Path, database_url: str, redis_url: str, port: int) -> dict[str, str]:
    """Return the environment of its programs, with no other setting than these."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("FIELDBEAT_")}
    return {
        **kept,
        "FIELDBEAT_DATA_DIR": str(folder),
        "FIELDBEAT_DATABASE_URL": database_url,
        "FIELDBEAT_REDIS_URL": redis_url,
        "FIELDBEAT_PORT": str(port),
        "FIELDBEAT_WEB_PROCESSES": "1",
        "FIELDBEAT_WEB_THREADS": "4",
        "FIELDBEAT_PASSWORD_MEMORY_KIB": "64",
        "FIELDBEAT_SWEEP_SECONDS": "1",
        "FIELDBEAT_LOG_LEVEL": "warning",
    }


def furnish(folder: Path, database_url: str, redis_url: str) -> None:
    """Make an administrator."""
    runtime = runtimes.make(Settings.from_environment(_settings(environment(folder, database_url, redis_url, 1))))
    with runtime.unit_of_work(system_actor()) as uow:
        user_id = accounts.create_user(uow, login=LOGIN, name=LOGIN, password=PASSWORD, passwords=Passwords(64))
        accounts.grant_role(uow, user_id=user_id, role=Role.ADMINISTRATOR, level=Level.EVERYWHERE, place_id=None)
    runtime.close()


def _settings(environ: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in environ.items() if name.startswith("FIELDBEAT_")}


@contextlib.contextmanager
def serve(folder: Path, database_url: str, redis_url: str) -> Iterator[Product]:
    """Run web server and worker until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = environment(folder, database_url, redis_url, port)
    settings = Settings.from_environment(_settings(environ))
    log = (folder / "log").open("ab")

    def start(*command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
        )

    over = threading.Event()
    web = start("gunicorn", *gunicorn_arguments(settings))
    keeper = threading.Thread(target=_keep, args=(lambda: start("cli.main", "worker"), over))
    keeper.start()
    try:
        _wait_until_ready(port, web, folder / "log")
        yield Product(f"http://127.0.0.1:{port}", LOGIN, PASSWORD, redis_url, environ)
    finally:
        over.set()
        keeper.join()
        web.terminate()
        web.wait()
        log.close()


def _keep(start: Callable[[], subprocess.Popen[bytes]], over: threading.Event) -> None:
    """Start the worker again whenever it ends, as the supervisor of the product does."""
    worker = start()
    while not over.wait(0.05):
        if worker.poll() is not None:
            worker = start()
    worker.terminate()
    worker.wait()


def _wait_until_ready(port: int, web: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        assert web.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
