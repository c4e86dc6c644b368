"""Sends messages to one receiver over one connection: to a checked address, without proxies and redirects, within limits."""

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from types import TracebackType
from typing import Self

import certifi

from dispatch.notifications.addresses import AddressRules
from dispatch.notifications.outside import InsideError, only_outside
from dispatch.outward.answer import LONGEST_EXCERPT, Answer
from dispatch.outward.target import INSIDE, Target, UnreachableError, resolve

CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 3
MOST_BYTES = 64 * 1024
"""What is read of an answer; of a longer one the rest is left, and the connection with it."""
AGENT = "Fieldbeat-Webhooks/1"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffd]")


class Line:
    """A connection to one receiver, made when the first message is sent and kept for the next ones."""

    def __init__(self, target: Target, rules: AddressRules, *, seconds: float) -> None:
        self._target = target
        self._rules = rules
        self._seconds = seconds
        self._guard: AbstractContextManager[None] = nullcontext() if rules.internal else only_outside()
        self._connection: http.client.HTTPConnection | None = None
        self._was_cut = False

    def __enter__(self) -> Self:
        self._guard.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()
        self._guard.__exit__(kind, error, trace)

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a message, and return how it was answered; whatever goes wrong is an answer, too."""
        began = time.monotonic()
        self._was_cut = False
        # A receiver that sends one byte every few seconds never runs into the limit of a single read.
        watch = threading.Timer(self._seconds, self._cut)
        watch.daemon = True
        watch.start()
        try:
            answer = self._post(body, headers)
        except (OSError, http.client.HTTPException, UnreachableError) as error:
            self._hang_up()
            answer = Answer(None, 0, self._why(error, time.monotonic() - began))
        finally:
            watch.cancel()
        return replace(answer, took_ms=round((time.monotonic() - began) * 1000))

    def _why(self, error: Exception, seconds: float) -> str:
        """Say what went wrong; nothing of the address, which may hold a secret."""
        if isinstance(error, UnreachableError):
            return str(error)
        if isinstance(error, InsideError):
            return INSIDE
        if isinstance(error, TimeoutError) or seconds >= self._seconds:
            return f"it did not answer within {self._seconds:g} s"
        if isinstance(error, ssl.SSLError):
            return f"no safe connection ({(error.reason or type(error).__name__).lower()})"[:200]
        return f"it could not be reached, or broke off ({type(error).__name__})"

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        kept = self._connection
        if kept is not None and kept.sock is not None:
            try:
                return self._send(kept, body, headers)
            except (ConnectionError, http.client.BadStatusLine):
                self._hang_up()  # it had been closed meanwhile, which is anybody's right between two messages
        return self._send(self._connect(), body, headers)

    def _send(self, connection: http.client.HTTPConnection, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection.request("POST", self._target.path, body, {"User-Agent": AGENT, **headers})
        response = connection.getresponse()
        if self._was_cut:
            raise TimeoutError  # in the middle of its head: what there is of it says nothing
        wish = response.getheader("Retry-After", "")
        after = timedelta(seconds=min(int(wish), 10**6)) if wish.isascii() and wish.isdecimal() else None
        try:
            said = response.read(MOST_BYTES)
        except (OSError, http.client.HTTPException):
            said = b""  # its status counts, whatever became of the rest
        if not response.isclosed():
            self._hang_up()
        return Answer(response.status, 0, None, _excerpt(said), after)

    def _connect(self) -> http.client.HTTPConnection:
        target = self._target
        refused: OSError = OSError()
        for address in resolve(target, self._rules)[:MOST_ADDRESSES]:
            try:
                wire = socket.create_connection((address, target.port), timeout=min(CONNECT_SECONDS, self._seconds))
            except InsideError:
                raise
            except OSError as error:
                refused = error
                continue
            wire.settimeout(self._seconds)
            # Made for the name, so that it is asked for and its certificate checked; connected to the address.
            made = http.client.HTTPConnection(target.host, target.port)
            made.sock = _tls().wrap_socket(wire, server_hostname=target.host) if target.tls else wire
            made.auto_open = 0  # it would look up the name by itself
            made.default_port = 443 if target.tls else 80
            self._connection = made
            return made
        raise refused

    def _cut(self) -> None:
        self._was_cut = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _excerpt(said: bytes) -> str | None:
    text = _CONTROLS.sub(" ", said[: 4 * LONGEST_EXCERPT].decode("utf-8", "replace")).strip()
    return text[:LONGEST_EXCERPT] or None


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Trust what this machine trusts, and the authorities that come along where it has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
