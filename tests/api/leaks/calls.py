"""Sends what an operation takes, with an id of choice in one place, and reads the answer."""

import io
import re
import zipfile
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import orjson
from flask.testing import FlaskClient

from tests.api.leaks import kinds
from tests.api.leaks.bodies import BODIES, QUERIES, WORDS, Given
from tests.api.leaks.furnishing import Place
from tests.api.leaks.positions import JSON, Operation, Position
from tests.api.leaks.samples import Sampler

UNKNOWN = str(UUID("01a219c2-e25f-7405-8419-96fc55a8ac99"))
"""An id like others, of nothing."""
NEW = str(UUID("01a219c2-e25f-7405-8419-96fc55a8ac98"))
"""The id that a caller gives to what they make, or to a command."""
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_HEX = re.compile(r"\b[0-9a-f]{32}\b")
_TRACE = re.compile(r'"trace":"[^"]*"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers that tell something, and all of its text, unpacked if it is packed."""

    status: int
    text: str
    headers: str
    tag: str | None = field(default=None, compare=False)
    caching: tuple[str, ...] = ()

    def about(self, sent: str, known: Set[str]) -> "Answer":
        """Return it without what differs from call to call: the id that was sent, the request's, and those newly made."""
        text = _TRACE.sub("", self.text).replace(sent, "{id}").replace(sent.replace("-", ""), "{id}")
        text = _ID.sub(lambda found: found[0] if found[0] in known else "{new}", text)
        return replace(self, text=text, headers=self.headers.replace(sent, "{id}"))

    def next(self) -> str | None:
        """Return what leads to the next page, if this is a page."""
        document = orjson.loads(self.text) if self.text.startswith("{") else {}
        found: str | None = document.get("next") if isinstance(document, dict) else None
        return found

    def ids(self) -> set[str]:
        """Return all ids in it."""
        whole = f"{self.text}\n{self.headers}"
        return set(_ID.findall(whole)) | {str(UUID(one)) for one in _HEX.findall(whole)}


@dataclass
class Caller:
    """Calls operations as one of the people of the world."""

    client: FlaskClient
    sampler: Sampler
    tokens: Mapping[str, str]

    def __call__(
        self,
        who: str,
        operation: Operation,
        rows: Place,
        *,
        at: Position | None = None,
        sent: str = "",
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Call an operation as somebody; all ids but the one that is `sent` at a position are of a place's rows.

        `method` is another than the operation's; `headers`, `query` and `extra` members of the body are added.
        """
        given = _Given(self.sampler, operation, rows, at, sent)
        sent_headers = {"Authorization": f"Bearer {self.tokens[who]}", **(headers or {})}
        body: dict[str, Any] = {}
        if JSON in operation.media_types:
            body = {"json": {**given.body(), **(extra or {})}}
        elif operation.media_types:
            body = {"data": b"x"}
            sent_headers["Content-Type"] = operation.media_types[0]
        response = self.client.open(
            given.path(),
            method=method or operation.method,
            query_string={**given.query(), **(query or {})},
            headers=sent_headers,
            **body,
        )
        return read(response)


def read(response: Any) -> Answer:
    """Read a response of the test client."""
    data = response.get_data()
    response.close()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b"\n".join(book.read(name) for name in sorted(book.namelist()) if name != "docProps/core.xml")
    told = ("Location", "Link", "Content-Disposition", "Allow")
    headers = "\n".join(f"{name}: {response.headers[name]}" for name in told if name in response.headers)
    caching = tuple(sorted(part.strip() for part in response.headers.get("Cache-Control", "").split(",")))
    return Answer(response.status_code, data.decode("utf-8", "replace"), headers, response.headers.get("ETag"), caching)


@dataclass
class _Given:
    """The parts of one call."""

    sampler: Sampler
    operation: Operation
    rows: Place
    at: Position | None
    sent: str

    def path(self) -> str:
        path = self.operation.path
        for one in self._parameters("path"):
            name = one["name"]
            own = WORDS.get(f"{self.operation.path} {name}", WORDS.get(name, "x"))
            path = path.replace("{" + name + "}", self._is("path", name) or self._id(name) or own)
        return path

    def query(self) -> dict[str, Any]:
        found: dict[str, Any] = dict(self._own(QUERIES))
        for one in self._parameters("query"):
            name = one["name"]
            if (sent := self._is("query", name)) is not None:
                found[name] = sent
            elif one.get("required") and name not in found:
                found[name] = self._id(name) or self.sampler.sample(one["schema"], None, lambda _: NEW)
        return found

    def body(self) -> Any:
        schema = self.operation.described["requestBody"]["content"][JSON]["schema"]
        wanted = tuple(self.at.name.split("/")) if self.at is not None and self.at.where == "body" else None

        def choose(path: tuple[str, ...]) -> str:
            if path == wanted:
                return self.sent
            return self._id(next(part for part in reversed(path) if part != "*")) or NEW

        made = self.sampler.sample(schema, wanted, choose)
        own = self._own(BODIES)
        if wanted is None:
            return made | own
        return made | {name: value for name, value in own.items() if name != wanted[0]} | _within(made, own, wanted)

    def _own(self, table: Mapping[str, Given]) -> dict[str, Any]:
        known = table.get(self.operation.name, {})
        return dict(known if isinstance(known, Mapping) else known(self.rows))

    def _parameters(self, where: str) -> list[dict[str, Any]]:
        return [one for one in self.operation.described["parameters"] if one["in"] == where]

    def _is(self, where: str, name: str) -> str | None:
        return self.sent if self.at is not None and (self.at.where, self.at.name) == (where, name) else None

    def _id(self, name: str) -> str | None:
        known = kinds.kind(self.operation, name)
        return None if known is None else str(self.rows[known.table][known.column])


def _within(made: dict[str, Any], own: Mapping[str, Any], wanted: tuple[str, ...]) -> dict[str, Any]:
    """Put the rest of a member's own value around the id that is sent within it."""
    name = wanted[0]
    if name not in own or len(wanted) == 1 or (wanted[-1] == "*" and len(wanted) == 2):
        return {}
    inner, value = own[name], made[name]
    if isinstance(inner, list) and isinstance(value, list) and isinstance(inner[0], dict):
        return {name: [{**inner[0], wanted[-1]: value[0][wanted[-1]]}]}
    if isinstance(inner, dict):
        return {name: {**inner, wanted[1]: value[wanted[1]]}}
    return {}
