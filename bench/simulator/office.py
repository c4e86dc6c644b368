"""The API as people at desks use it: signed in, one call after another or many side by side."""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.simulator.wire import Answer, ConnectionLostError, Request, Wire

PAGE = 200
LANES = 4
Call = tuple[str, str, Any]
"""Method, path, and the JSON body or None."""


class OfficeError(Exception):
    """The API refused something, or is not there; the message says what and why."""


@dataclass
class Tokens:
    """What a sign-in gave; several offices may share it, and one of them exchanges it for all."""

    access: str = ""
    refresh: str = ""
    renewing: threading.Lock = field(default_factory=threading.Lock)


class Office:
    """Somebody signed in. Safe to use from several threads: each has its own connection."""

    def __init__(self, url: str, tokens: "Tokens") -> None:
        self.url = url
        self.tokens = tokens
        self._own = threading.local()
        self._wires: list[Wire] = []

    @classmethod
    def sign_in(cls, url: str, login: str, password: str) -> "Office":
        """Sign in. Raises OfficeError."""
        with contextlib.closing(cls(url, Tokens())) as door:
            found = door.ask("POST", "/v1/login", {"login": login, "password": password})
        return cls(url, Tokens(str(found["token"]), str(found["refresh_token"])))

    def close(self) -> None:
        """Hang up everywhere."""
        for wire in self._wires:
            wire.close()

    def ask(self, method: str, path: str, json: Any = None) -> Any:
        """Make one call; return the JSON of the answer, or None when there is none. Raises OfficeError."""
        token = self.tokens.access
        answer = self._once(Request.of(method, path, token=token or None, json=json))
        if answer.status == 401 and self._renew(token):
            answer = self._once(Request.of(method, path, token=self.tokens.access, json=json))
        if answer.status >= 400:
            raise OfficeError(f"{method} {path}: {answer.status} {answer.body[:600].decode(errors='replace')}")
        return answer.json() if answer.body else None

    def _once(self, request: Request) -> Answer:
        try:
            return self._send(request)
        except ConnectionLostError as error:
            if request.method != "GET":
                raise OfficeError(f"{request.method} {request.path}: {error}") from error
            return self._again(request)

    def _renew(self, expired: str) -> bool:
        """Exchange the tokens after one has expired, once for all threads; tell whether there is a fresh one."""
        known = self.tokens
        with known.renewing:
            if known.access == expired and known.refresh:
                answer = self._send(Request.of("POST", "/v1/refresh", json={"refresh_token": known.refresh}))
                if answer.status != 201:
                    return False
                found = answer.json()
                known.access, known.refresh = str(found["token"]), str(found["refresh_token"])
            return known.access != expired

    def status_of(self, path: str) -> int:
        """Return only the status of a GET."""
        token = self.tokens.access
        answer = self._again(Request.of("GET", path, token=token))
        if answer.status == 401 and self._renew(token):
            answer = self._again(Request.of("GET", path, token=self.tokens.access))
        return answer.status

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Go through all items of a list, page by page. Raises OfficeError."""
        asked = {"limit": PAGE, **query}
        while True:
            page = self.ask("GET", f"{path}?{urlencode(asked)}")
            yield from page["items"]
            if page["next"] is None:
                return
            asked["after"] = page["next"]

    def many(self, calls: Sequence[Call]) -> list[Any]:
        """Make many calls side by side; return the answers in the order of the calls. Raises OfficeError."""
        with ThreadPoolExecutor(max_workers=LANES) as pool:
            return list(pool.map(lambda call: self.ask(*call), calls))

    def _again(self, request: Request) -> Answer:
        """Send a request that changes nothing, if need be a second time."""
        try:
            return self._send(request)
        except ConnectionLostError:
            try:
                return self._send(request)
            except ConnectionLostError as error:
                raise OfficeError(f"{request.method} {request.path}: {error}") from error

    def _send(self, request: Request) -> Answer:
        """Send a request; whoever is told to slow down waits as long as they are told, and sends it again."""
        while (answer := self._wire().send(request)).status == 429:
            time.sleep(float(answer.headers.get("retry-after", 1)))
        return answer

    def _wire(self) -> Wire:
        if not hasattr(self._own, "wire"):
            self._own.wire = Wire(self.url)
            self._wires.append(self._own.wire)
        wire: Wire = self._own.wire
        return wire
