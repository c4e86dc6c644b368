"""Makes a body that an operation takes from how it is described, with an id of choice in one place."""

from collections.abc import Callable, Mapping
from typing import Any

Choose = Callable[[tuple[str, ...]], Any]
"""Gives the id for a place in the body; None leaves out what may be left out."""


class Sampler:
    """Samples of the schemas of a description."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.schemas = document["components"]["schemas"]

    def sample(
        self, schema: Mapping[str, Any], wanted: tuple[str, ...] | None, choose: Choose, path: tuple[str, ...] = ()
    ) -> Any:
        """Return a value for a schema: all that is required, and what leads to the place that is `wanted`."""
        if "$ref" in schema:
            return self.sample(self.schemas[schema["$ref"].rsplit("/", 1)[1]], wanted, choose, path)
        for part in ("anyOf", "oneOf", "allOf"):
            if part in schema:
                usable = [one for one in schema[part] if one.get("type") != "null"]
                return self.sample(usable[0], wanted, choose, path)
        if "enum" in schema:
            return next(one for one in schema["enum"] if one is not None)
        if schema.get("format") == "uuid":
            return choose(path)
        kind = schema.get("type")
        kind = next((one for one in kind if one != "null"), "string") if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            return self._object(schema, wanted, choose, path)
        if kind == "array":
            count = max(1, schema.get("minItems", 0))
            return [self.sample(schema.get("items", {}), wanted, choose, (*path, "*")) for _ in range(count)]
        return _plain(schema, kind)

    def _object(
        self, schema: Mapping[str, Any], wanted: tuple[str, ...] | None, choose: Choose, path: tuple[str, ...]
    ) -> Any:
        made = {}
        for name, inner in schema.get("properties", {}).items():
            here = (*path, name)
            leads = wanted is not None and wanted[: len(here)] == here
            if name in schema.get("required", ()) or leads:
                made[name] = self.sample(inner, wanted, choose, here)
        return made


def _plain(schema: Mapping[str, Any], kind: str | None) -> Any:
    if kind == "integer":
        return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))
    if kind == "number":
        return float(schema.get("minimum", 1.0))
    if kind == "boolean":
        return True
    form = schema.get("format")
    if form == "date":
        return "2026-11-23"
    if form == "date-time":
        return "2026-11-23T01:00:00Z"
    if form == "time":
        return "09:00:00"
    if kind == "string":
        return "x" * max(1, schema.get("minLength", 1))
    return {}
