"""Reads JSON that may hold anything, so that what is wrong with one op does not keep its neighbours out.

Whatever is read one way or the other, an op comes out the same: its hash must not depend on who stands beside it.
"""

import json
import re
from typing import Any

import orjson

MOST_LEVELS = 250
"""How deeply an op may be nested; what we write JSON with follows little further."""
_CUT_BELOW = 500
"""Where deeper nesting is cut off before reading: still too deep to be stored, and no parser stumbles."""
MOST_VALUES = 400_000
"""How many values a body may hold: each takes tens of bytes in memory, however small it is in JSON."""
_MARK = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}]', re.DOTALL)
_LOWEST, _BEYOND = -(2**63), 2**64


def parse(plain: bytes) -> Any:
    """Parse a body as JSON, or as what comes close to it.

    NaN and infinite numbers, half a surrogate pair, bytes that are no UTF-8 (they become lone surrogates), a byte order mark,
    and nesting without end are let through, for the op that holds them to be told apart. Raises ValueError.
    """
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError:
        text = plain.decode("utf-8-sig", "surrogateescape")
    try:
        return json.loads(text, parse_int=_whole)
    except RecursionError:
        return json.loads(_cut(text), parse_int=_whole)


def is_crowded(plain: bytes) -> bool:
    """Tell whether a body may hold so many values that reading it would take too much memory."""
    return len(plain) > MOST_VALUES and sum(map(plain.count, (b",", b"[", b"{"))) > MOST_VALUES


def is_deep(value: Any) -> bool:
    """Tell whether a value is nested more deeply than can be stored."""
    level = [value]
    for _ in range(MOST_LEVELS):
        inner: list[Any] = []
        for one in level:
            inner += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        level = [one for one in inner if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _whole(digits: str) -> int | float:
    """Read a whole number as orjson does: beyond 64 bits it is a floating one."""
    if len(digits) < 21 and _LOWEST <= (exact := int(digits)) < _BEYOND:
        return exact
    return float(digits)


def _cut(text: str) -> str:
    """Put null in the place of whatever is nested too deeply to be read. Raises ValueError: brackets do not match."""
    parts: list[str] = []
    depth = done = 0
    for found in _MARK.finditer(text):
        mark = text[found.start()]
        if mark in "[{":
            depth += 1
            if depth == _CUT_BELOW:
                parts += (text[done : found.start()], "null")
        elif mark in "]}":
            if depth == _CUT_BELOW:
                done = found.end()
            depth -= 1
    if depth:
        raise ValueError("brackets without their counterparts")
    return "".join((*parts, text[done:]))
