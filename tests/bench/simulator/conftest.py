"""What the tests of the simulator talk to: a small server that answers as it is told, and the whole product."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from tests.bench.simulator.product import Product, furnish, serve
from tests.servers import Postgres, Valkey

SECONDS = 5
Script = Callable[[str, str, Any], tuple[int, Any]]
"""Given the method, the path and the JSON of the body, returns the status and the JSON of the answer."""


class NotingServer(ThreadingHTTPServer):
    """Notes the path and body of what arrived whole, or the path of what did not, and answers 200 with what was sent.

    With a `script` it answers what that says; an answer that is bytes is sent as it is.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: list[tuple[str, bytes]] = []
        self.broken: list[str] = []
        self.changed = threading.Condition()
        self.script: Script | None = None
        self.headers: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def wait_for_broken(self, count: int) -> bool:
        """Wait until so many requests broke off; tell whether they did."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.broken) >= count, SECONDS)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: NotingServer

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        with self.server.changed:
            if len(body) < size:
                self.server.broken.append(self.path)
                self.server.changed.notify_all()
                self.close_connection = True
                return
            self.server.arrived.append((self.path, body))
        status = 200
        if self.server.script is not None:
            plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            status, answer = self.server.script(self.command, self.path, orjson.loads(plain) if plain else None)
            body = answer if isinstance(answer, bytes) else orjson.dumps(answer)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Noted", "yes")
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the name is http.server's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass


@pytest.fixture
def noting() -> Iterator[NotingServer]:
    server = NotingServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product at work, on each engine; simulations share it, for each has a region of its own."""
    folder = tmp_path_factory.mktemp("product")
    if request.param == "sqlite":
        path = folder / "fieldbeat.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        url = f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(template=request.getfixturevalue("postgres_template"))
    # A Redis of its own: the workers of this product take every job they see, also those of other tests.
    with Valkey() as valkey:
        furnish(folder, url, valkey.url)
        with serve(folder, url, valkey.url) as running:
            yield running
