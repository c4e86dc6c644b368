"""A proxy as a bad network is one, for clients of any language: it loses, cuts, repeats and delays what passes, by a seed."""

import http.client
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

PORTAL = b"<html><body>Welcome to Free Wi-Fi. Please accept the terms.</body></html>"
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Faults:
    """How likely each fault is, for one request.

    `drop_before`: it never arrives. `drop_after`: it takes effect and the answer is lost. `cut_request`, `cut_answer`: half of
    the body passes. `duplicate`: it arrives twice. `delay`: it takes longer. `portal`: somebody else answers 200 with HTML.
    """

    drop_before: float = 0.0
    drop_after: float = 0.0
    cut_request: float = 0.0
    cut_answer: float = 0.0
    duplicate: float = 0.0
    delay: float = 0.0
    portal: float = 0.0

    def pick(self, rng: random.Random) -> str | None:
        """Draw what happens to a request, if anything."""
        point = rng.random()
        for fault in fields(self):
            point -= getattr(self, fault.name)
            if point < 0:
                return fault.name
        return None


class Proxy(ThreadingHTTPServer):
    """Forwards to a server on this machine until the block ends; `seen` counts the faults that happened."""

    daemon_threads = True

    def __init__(self, host: str, port: int, faults: Faults, seed: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = (host, port)
        self.faults = faults
        self.seen: Counter[str] = Counter()
        self._rng, self._lock = random.Random(seed), threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_fault(self) -> str | None:
        with self._lock:
            fault = self.faults.pick(self._rng)
            if fault:
                self.seen[fault] += 1
            return fault

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is nothing to tell of."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.next_fault()
        if fault == "drop_before":
            return self._hang_up()
        if fault == "portal":
            return self._answer(200, [("Content-Type", "text/html")], PORTAL)
        if fault == "cut_request":
            self._forward(body[: len(body) // 2], announced=len(body))
            return self._hang_up()
        if fault == "delay":
            time.sleep(0.05)
        if fault == "duplicate":
            self._forward(body)
        status, headers, answer = self._forward(body)
        if fault == "drop_after" or status == 0:
            return self._hang_up()
        return self._answer(status, headers, answer, cut=fault == "cut_answer")

    do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = do_OPTIONS = handle_any  # noqa: N815 - http.server's names

    def _forward(self, body: bytes, announced: int | None = None) -> tuple[int, list[tuple[str, str]], bytes]:
        """Pass a request on; status 0 when the server gave no answer."""
        connection = http.client.HTTPConnection(*self.server.upstream, timeout=30)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            if body or announced or self.command in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(body) if announced is None else announced))
            connection.endheaders(body or None)
            if announced is not None and announced > len(body):
                return 0, [], b""
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        except (OSError, http.client.HTTPException):
            return 0, [], b""
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, cut: bool = False) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        told = {name.lower(): value for name, value in headers}.get("content-length", str(len(body)))
        if status not in (204, 304):
            self.send_header("Content-Length", told if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass
