"""A small real HTTP server that notes what arrives, for the parts of the simulator that need no product."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SECONDS = 5


class NotingServer(ThreadingHTTPServer):
    """Answers 200 with what was sent, and notes the path and body of what arrived whole, or the path of what did not."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: list[tuple[str, bytes]] = []
        self.broken: list[str] = []
        self.changed = threading.Condition()

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
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Noted", "yes")
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
