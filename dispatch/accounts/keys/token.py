"""How a key is written: known at sight, with a part to find it by, a secret, and a checksum against slips of the pen.

    fb_<12: the handle, which lists and logs show>_<43: 256 random bits><6: CRC-32 of all before it>

All of it is base 62, so that a double click takes it whole. Programs that look for leaked secrets find it by `PATTERN`.
"""

import re
import zlib
from dataclasses import dataclass
from string import ascii_letters, digits

PREFIX = "fb_"
PATTERN = re.compile(r"fb_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}")
HANDLE, SECRET, CHECK = 12, 43, 6
_DIGITS = digits + ascii_letters


@dataclass(frozen=True, slots=True)
class Token:
    """A key as its program sends it. The `handle` is no secret."""

    handle: str
    text: str


def write(name: bytes, secret: bytes) -> Token:
    """Write a key from random bytes: 8 to be found by, 32 to be believed by."""
    handle = _base62(name[:8], HANDLE)
    begun = f"{PREFIX}{handle}_{_base62(secret, SECRET)}"
    return Token(handle, begun + _checksum(begun))


def read(text: str) -> Token | None:
    """Read a key, or return None where it is none or was not copied whole: nothing need be looked up for that."""
    found = PATTERN.fullmatch(text)
    if found is None or _checksum(text[:-CHECK]) != text[-CHECK:]:
        return None
    return Token(found[1], text)


def is_meant(text: str) -> bool:
    """Tell whether this is meant to be a key, whole or not."""
    return text.startswith(PREFIX)


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()).to_bytes(4), CHECK)


def _base62(data: bytes, length: int) -> str:
    number, written = int.from_bytes(data), ""
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        written = _DIGITS[digit] + written
    return written
