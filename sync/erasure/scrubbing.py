"""What is left of a document when what people wrote in it is erased: its shape, ids, moments, digests and small numbers."""

import re
from typing import Any

ERASED = "已删除 erased"
"""What stands in the place of an erased text that cannot be missing."""
SMALL = 10_000_000
"""Larger numbers may be somebody's telephone."""
PLACES = frozenset({"lat", "lon", "latitude", "longitude", "position", "coordinates"})
WORDS = frozenset(
    {
        *("channel", "code", "command", "item", "kind", "priority", "state", "status", "step", "template", "type"),
        *("time_quality", "unit", "work_type"),
    }
)
"""Members whose words are the product's own, not people's."""
_WORD = re.compile(r"[a-z0-9_.-]{1,48}")
_KEPT = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"  # an id
    r"|[0-9a-f]{64}"  # a digest
    r"|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?"  # a day or a moment
    r"|-?\d{1,5}(\.\d{1,4})?"
    r"|"
)


def scrub(value: Any, name: str = "") -> Any:
    """Return a JSON value without what people wrote: their texts become `ERASED`, large numbers and positions none.

    Names of members stay: they are the product's, or those of items of a checklist.
    """
    if name in PLACES:
        return None
    if isinstance(value, dict):
        return {key: scrub(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [scrub(one, name) for one in value]
    if isinstance(value, str):
        return value if _KEPT.fullmatch(value) or (name in WORDS and _WORD.fullmatch(value)) else ERASED
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if abs(value) < SMALL else None
    return value
