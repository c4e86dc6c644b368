"""What may be asked next: links from what makes a thing to what reads, changes or ends it (OpenAPI's Link Object)."""

import re
from typing import Any

FOLLOWED = ("get", "put", "patch", "delete")
MADE = ("201", "202")
_ONE_BELOW = re.compile(r"(/.+)/\{(\w+)\}")


def link(document: dict[str, Any]) -> None:
    """Add to the answers that tell of a new thing what may be asked of it: its id goes into the path of those operations.

    A thing is found by the address below that under which it is made (`/v1/zones` and `/v1/zones/{zone_id}`); the id is the
    member named like that path's, or `id`.
    """
    below: dict[str, tuple[str, dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        if found := _ONE_BELOW.fullmatch(path):
            below.setdefault(found[1], (found[2], operations))
    for path, (name, operations) in below.items():
        answers = document["paths"].get(path, {}).get("post", {}).get("responses", {})
        for answer in (answers[status] for status in MADE if status in answers):
            member = _member(document, answer, name)
            if member is None:
                continue
            outer = {one: f"$request.path.{one}" for one in re.findall(r"\{(\w+)\}", path)}
            answer["links"] = {
                operation["operationId"]: {
                    "operationId": operation["operationId"],
                    "parameters": {**outer, name: f"$response.body#/{member}"},
                }
                for method, operation in operations.items()
                if method in FOLLOWED
            }


def _member(document: dict[str, Any], answer: dict[str, Any], name: str) -> str | None:
    """Return which member of an answer holds the id that a path calls by this name."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return next((one for one in (name, "id") if one in schema.get("properties", {})), None)
