"""Finds every place of the API's description where an id of a thing goes: in the path, in the query, in the body."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the description."""

    method: str
    path: str
    described: Mapping[str, Any]
    device: bool
    """Whether a phone's token is wanted."""
    open: bool
    """Whether none is wanted."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def media_types(self) -> list[str]:
        return list(self.described.get("requestBody", {}).get("content", {}))


@dataclass(frozen=True, slots=True)
class Position:
    """Where an id goes: `where` is `path`, `query` or `body`; in bodies the name is a pointer like `moves/*/zone_id`."""

    operation: Operation
    where: str
    name: str

    @property
    def last(self) -> str:
        """The name of the member itself: of a list, the list's."""
        return [part for part in self.name.split("/") if part not in ("*", "{}")][-1]

    def __str__(self) -> str:
        return f"{self.operation.name} {self.where}:{self.name}"


def operations(document: Mapping[str, Any]) -> list[Operation]:
    found = []
    for path, members in document["paths"].items():
        for method in METHODS:
            if method in members:
                described = dict(members[method])
                described["parameters"] = [
                    one for one in (*members.get("parameters", ()), *described.get("parameters", ())) if "name" in one
                ]
                security = described.get("security")
                device = any("device" in one for one in security or ())
                found.append(Operation(method.upper(), path, described, device, security == []))
    return found


def positions(document: Mapping[str, Any], operation: Operation) -> Iterator[Position]:
    schemas = document["components"]["schemas"]
    for parameter in operation.described["parameters"]:
        schema = parameter["schema"]
        if parameter["in"] in ("path", "query") and (
            _is_id(schema) or _is_id(schema.get("items", {})) or parameter["name"] == "digest"
        ):
            yield Position(operation, parameter["in"], parameter["name"])
    body = operation.described.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    for name in dict.fromkeys(_ids(schemas, body)):
        yield Position(operation, "body", name)


def _is_id(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") == "uuid"


def _ids(
    schemas: Mapping[str, Any],
    schema: Mapping[str, Any],
    path: tuple[str, ...] = (),
    seen: frozenset[str] = frozenset(),
) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name not in seen:
            yield from _ids(schemas, schemas[name], path, seen | {name})
        return
    for part in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(part, ()):
            yield from _ids(schemas, one, path, seen)
    if _is_id(schema):
        yield "/".join(path)
    for name, inner in schema.get("properties", {}).items():
        yield from _ids(schemas, inner, (*path, name), seen)
    if "items" in schema:
        yield from _ids(schemas, schema["items"], (*path, "*"), seen)
