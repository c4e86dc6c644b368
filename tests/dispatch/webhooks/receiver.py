"""A receiver of webhooks on this machine, in a thread, that behaves as badly as it is told to."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

CERTIFICATE = Path(__file__).parent / "localhost.pem"


@dataclass
class Got:
    """A message as it came."""

    headers: dict[str, str]
    body: bytes

    def read(self, secret: str) -> dict[str, Any]:
        """Check the signature with the specification's own library, and return what it says. Raises what that raises."""
        read: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return read

    def is_signed(self, secret: str) -> bool:
        """Tell whether the specification's own library signs it so, whatever the time is."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        return Webhook(secret).sign(self.id, at, self.body.decode()) in self.headers["webhook-signature"].split()

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Where it is, how it behaves, and what it got. `connections` counts who connected."""

    port: int = 0
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    statuses: list[int] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    scheme: str = "http"
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return (
            f"{self.scheme}://{'localhost' if self.scheme == 'https' else '127.0.0.1'}:{self.port}/hook?key=very-secret"
        )

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.got]

    def answer(self, handler: BaseHTTPRequestHandler, status: int, body: bytes = b"thanks", **headers: str) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def receiver(*, tls: bool = False) -> Iterator[Receiver]:
    """Run a receiver on a free port. What it does not expect, it answers with the next of `statuses`, or 200."""
    made = Receiver(scheme="https" if tls else "http")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            made.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(Got({name.lower(): value for name, value in self.headers.items()}, body))
            if made.behave is not None:
                made.behave(self)
            else:
                made.answer(self, made.statuses.pop(0) if made.statuses else 200)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # whoever hung up did so on purpose

    with Server(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            made.ended.set()
            server.shutdown()
            thread.join(10)


def drip(handler: BaseHTTPRequestHandler, ended: threading.Event, first: bytes = b"") -> None:
    """Send a byte now and then, as long as anybody listens."""
    with contextlib.suppress(OSError):
        handler.wfile.write(first)
        while not ended.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()


def hang(_handler: BaseHTTPRequestHandler, ended: threading.Event) -> None:
    """Say nothing."""
    ended.wait(20)


def nobody_there() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
