"""One way to write a JSON value, so that a phone and the server get the same digest of the same content.

This is the JSON Canonicalization Scheme of RFC 8785: no spaces, members sorted by the UTF-16 code units of their names, strings
escaped as little as possible, numbers as JavaScript prints them.
"""

import hashlib
import math
from decimal import Decimal
from typing import Any

import orjson

_EXACT = 2**53


def canonical_json(value: Any) -> bytes:
    """Write a JSON value in its canonical form, as UTF-8.

    Integers beyond 2**53 are written as the double that JavaScript would hold.

    Raises:
        ValueError: a number that is not finite.
        TypeError: something that is not JSON.
    """
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts).encode()


def digest_of(value: Any) -> bytes:
    """Return the SHA-256 of the canonical form of a JSON value."""
    return hashlib.sha256(canonical_json(value)).digest()


def _write(value: Any, parts: list[str]) -> None:
    if value is None or value is True or value is False:
        parts.append(_WORDS[value])
    elif isinstance(value, str):
        parts.append(_text(value))
    elif isinstance(value, int | float):
        parts.append(_number(value))
    elif isinstance(value, dict):
        opening = "{"
        for name in sorted(value, key=_code_units):
            parts.append(f"{opening}{_text(name)}:")
            _write(value[name], parts)
            opening = ","
        parts.append("}" if value else "{}")
    elif isinstance(value, list | tuple):
        opening = "["
        for one in value:
            parts.append(opening)
            _write(one, parts)
            opening = ","
        parts.append("]" if value else "[]")
    else:
        raise TypeError(f"{type(value).__name__} is not JSON")


_WORDS = {None: "null", True: "true", False: "false"}


def _code_units(name: str) -> bytes:
    return name.encode("utf-16-be")


def _text(text: str) -> str:
    return orjson.dumps(text).decode()


def _number(value: float) -> str:
    """Write a number as ECMAScript's Number::toString does."""
    if isinstance(value, int):
        if -_EXACT <= value <= _EXACT:
            return str(value)
        value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    if value == int(value) and abs(value) <= _EXACT:
        return str(int(value))
    sign = "-" if value < 0 else ""
    # Both Python and JavaScript choose the shortest digits that read back as the same number; only the layout differs.
    parts = Decimal(repr(abs(value))).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    point = len(digits) + int(parts.exponent)
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
