"""HTTP as a phone has it: a kept-alive connection that may break at any moment."""

import gzip
import http.client
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

import orjson

IDLE_SECONDS = 1.0
"""A connection that rested longer is opened anew: servers close what is idle, and a phone cannot see that."""
GZIP_LEVEL = 3
LONGEST_LINE = 64 * 1024


class ConnectionLostError(Exception):
    """The connection broke. The caller cannot know whether the request had arrived."""


@dataclass(frozen=True)
class Request:
    """What goes out; `path` begins with `/v1`."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(
        cls, method: str, path: str, *, token: str | None = None, json: Any = None, compress: bool = False, **more: str
    ) -> "Request":
        """Make a request for the bearer of a token. `json` is the body, as a value or already written as bytes.

        `more` are headers, with `_` for `-`.
        """
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        body = b""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if json is not None:
            headers["Content-Type"] = "application/json"
            body = json if isinstance(json, bytes) else orjson.dumps(json)
        if compress:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)
        return cls(method, path, headers, body)


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Read the body as JSON; None when it is none, as from a captive portal or a cut connection."""
        try:
            return orjson.loads(self.body)
        except ValueError:
            return None


class Stream:
    """An answer that goes on, line after line, for as long as the server likes. `answer` has its status and headers."""

    def __init__(self, response: http.client.HTTPResponse, line: socket.socket) -> None:
        self._response, self._line = response, line
        headers = {name.lower(): value for name, value in response.getheaders()}
        self.answer = Answer(response.status, headers, b"")

    def line(self, seconds: float) -> str | None:
        """Return the next line without its end, None when there are no more.

        Raises TimeoutError when none comes in this time (then it is over), ConnectionLostError.
        """
        self._line.settimeout(seconds)
        try:
            read = self._response.readline(LONGEST_LINE)
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionLostError(f"{type(error).__name__}: {error}") from error
        return read.decode(errors="replace").rstrip("\r\n") if read else None


class Network(Protocol):
    """Something that carries requests."""

    def send(self, request: Request) -> Answer:
        """Send a request and wait for its answer. Raises ConnectionLostError."""

    def close(self) -> None:
        """Hang up."""


@runtime_checkable
class Streaming(Network, Protocol):
    """Something that also carries answers that go on."""

    def open(self, request: Request, seconds: float) -> Stream:
        """Send a request and wait for the head of its answer, for so long. Raises ConnectionLostError."""


class Wire:
    """A real connection to a server. For one thread."""

    def __init__(self, url: str, *, timeout_seconds: float = 60.0) -> None:
        parts = urlsplit(url)
        self._open: Callable[[], http.client.HTTPConnection]
        secure, host, port = parts.scheme == "https", parts.hostname or "", parts.port
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._open = lambda: kind(host, port, timeout=timeout_seconds)
        self._prefix = parts.path.rstrip("/")
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0

    def send(self, request: Request) -> Answer:
        """Send a request and wait for its answer. Raises ConnectionLostError."""
        try:
            connection = self._connected()
            connection.request(request.method, self._prefix + request.path, request.body or None, dict(request.headers))
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionLostError(f"{type(error).__name__}: {error}") from error
        self._used = time.monotonic()
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return Answer(response.status, headers, body)

    def open(self, request: Request, seconds: float) -> Stream:
        """Send a request and wait for the head of its answer, for so long. Raises ConnectionLostError."""
        self.close()
        try:
            connection = self._connected()
            connection.timeout = seconds
            connection.connect()
            line = connection.sock
            connection.request(request.method, self._prefix + request.path, None, dict(request.headers))
            return Stream(connection.getresponse(), line)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionLostError(f"{type(error).__name__}: {error}") from error

    def send_part(self, request: Request, size: int) -> None:
        """Announce the whole body, send its first `size` bytes, and hang up."""
        try:
            connection = self._connected()
            connection.putrequest(request.method, self._prefix + request.path)
            for name, value in request.headers.items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body[:size])
        except (OSError, http.client.HTTPException):
            pass  # it was to break anyway
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is not None and time.monotonic() - self._used > IDLE_SECONDS:
            self.close()
        if self._connection is None:
            self._connection = self._open()
        return self._connection
