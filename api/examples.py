"""Examples of requests and answers: real ones, recorded from the tests of the API (tests/api/witness.py)."""

import functools
from importlib import resources
from typing import Any

import orjson

FOLDER = "examples"


@functools.cache
def recorded() -> dict[str, dict[str, Any]]:
    """Return what was recorded of each operation by its id: `request`, and `responses` by their statuses."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(resources.files("api").joinpath(FOLDER).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".json"):
            found |= orjson.loads(file.read_bytes())
    return found


def attach(operation: dict[str, Any]) -> None:
    """Give an operation its recorded examples; those of refusals are in the catalogue of errors."""
    kept = recorded().get(operation["operationId"], {})
    json = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if json is not None and "request" in kept:
        json["example"] = kept["request"]
    for status, example in kept.get("responses", {}).items():
        json = operation["responses"].get(status, {}).get("content", {}).get("application/json")
        if json is not None:
            json["example"] = example
