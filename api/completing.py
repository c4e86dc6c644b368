"""What follows from the rest of an operation: the headers that it takes and sends, and the refusals that it may answer."""

import hashlib
from collections.abc import Iterable
from typing import Any

from api import components, idempotency, sparse
from api.limiting import UNLIMITED
from api.pacing import MEDIA, SYNC
from api.schemas.fields import INCLUDE
from kernel.errors import ErrorCode

Operation = dict[str, Any]
Refusals = dict[str, tuple[int, frozenset[str]]]
"""Status and codes of a refusal, by the name that it has among the components."""
SHORT = 3


def complete(operation: Operation, method: str, path: str, raised: Iterable[ErrorCode]) -> Refusals:
    """Add to an operation what follows from its form and from what its view raises. Return the refusals that it refers to."""
    headers = operation.pop("x-headers", [])
    _describe_file(operation, operation.pop("x-file", ()))
    for form, schema in operation.pop("x-also", {}).items():
        operation["responses"]["200"]["content"][form] = {"schema": schema}
    found = {status: set(components.PLAIN[status]) for status in _statuses(operation, method, path, headers)}
    for entry in raised:
        found.setdefault(entry.kind.value, set()).add(entry.code)
    for parameter in operation.get("parameters", ()):
        if parameter.get("name") == INCLUDE:
            parameter |= {"explode": False, "style": "form"}
    if operation.pop("x-sparse", False):
        _take(operation, sparse.NAME)
    done = "200" if operation.pop("x-once", False) else "201"
    if done in operation["responses"] and (done == "200" or idempotency.covers(method, operation)):
        _take(operation, idempotency.HEADER)
        _send(operation["responses"][done], idempotency.REPLAYED)
        for status, code in ((400, "malformed"), (409, "idempotency.running"), (422, "idempotency.reused")):
            found.setdefault(status, set()).add(code)
    for name in headers:
        _take(operation, name)
    _describe_answers(operation, path, headers)
    _describe_deprecation(operation)
    refused = {_name(status, codes): (status, frozenset(codes)) for status, codes in found.items()}
    for name, (status, codes) in refused.items():
        own = operation["responses"].get(str(status), {})
        shared = {"$ref": f"#/components/responses/{name}"}
        operation["responses"][str(status)] = _beside(own, status, codes) if "content" in own else shared
    operation["responses"] = dict(sorted(operation["responses"].items()))
    return refused


def _beside(own: dict[str, Any], status: int, codes: Iterable[str]) -> dict[str, Any]:
    """Describe a refusal beside another answer with the same status."""
    refusal = components.refusal(status, codes)
    return refusal | {"description": own["description"], "content": own["content"] | refusal["content"]}


def _name(status: int, codes: set[str]) -> str:
    """Name a refusal by its status, and by its codes where there are others than the plain one."""
    if codes <= components.PLAIN.get(status, frozenset()):
        return str(status)
    named = "-".join(sorted(codes))
    short = named if len(codes) <= SHORT else hashlib.blake2b(named.encode(), digest_size=6).hexdigest()
    return f"{status}-{short}"


def _take(operation: Operation, name: str) -> None:
    operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{name}"})


def _send(response: dict[str, Any], *names: str) -> None:
    response.setdefault("headers", {}).update({name: components.header(name) for name in names})


def _describe_file(operation: Operation, content_types: Iterable[str]) -> None:
    """Describe the answers with a file: whole, and a part of it."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in content_types}
    if content:
        operation["responses"]["200"]["content"] = content
        operation["responses"]["206"] = {"description": "The part that was asked for.", "content": content}
        _send(operation["responses"]["206"], "Content-Range")


def _describe_answers(operation: Operation, path: str, headers: Iterable[str]) -> None:
    responses = operation["responses"]
    if "If-None-Match" in headers:
        responses["304"] = {"description": "You have it already."}
    for status, response in responses.items():
        if status.startswith("2") and {"If-Match", "If-None-Match"}.intersection(headers):
            _send(response, "ETag")
        _send(response, "X-Request-ID", *(components.RATES if is_limited(path) else ()))


def _describe_deprecation(operation: Operation) -> None:
    sentence = operation.pop("x-deprecation", None)
    if sentence is not None:
        operation["deprecated"] = True
        operation["description"] = "\n\n".join(filter(None, (operation.get("description"), sentence)))
        for response in operation["responses"].values():
            _send(response, "Deprecation", "Sunset", "Link")


def is_limited(path: str) -> bool:
    """Tell whether it counts how often an operation is asked for."""
    return not path.startswith(UNLIMITED)


def _statuses(operation: Operation, method: str, path: str, headers: Iterable[str]) -> set[int]:
    """Return which plain refusals follow from the form of an operation."""
    found = {500, 503}
    if operation.get("security") != []:
        found.add(401)
    if is_limited(path) or path.startswith((SYNC, MEDIA)):
        found.add(429)
    if "{" in path:
        found.add(404)
    if "requestBody" in operation:
        found |= {400, 413, 415, 422}
    if operation.get("parameters"):
        found |= {400, 422}
    if method != "get":
        found.add(409)
    if "Range" in headers:
        found.add(416)
    if "If-Match" in headers:
        found |= {400, 412}
    return found
