"""Codes on paper, for when the app is lost: how they look, how they are typed, and what is kept of them."""

import base64
import hashlib
from uuid import UUID

from dispatch.accounts.second_factor import codes
from kernel.identifiers import new_secret_bytes

COUNT = 10
CODE_BYTES = 10
"""80 random bits: so many that a fast digest may be kept of them, which costs nothing to compare."""
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghjkmnpqrstvwxyz")
"""Crockford's alphabet, in which no two signs are mistaken for each other."""
_READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None})


def new_codes() -> tuple[str, ...]:
    """Mint a set of codes, such as `7k2m-x0qd-9f3v-1hbn`."""
    return tuple(_new_code() for _ in range(COUNT))


def _new_code() -> str:
    text = base64.b32encode(new_secret_bytes()[:CODE_BYTES]).decode().translate(_LETTERS)
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def digest(user_id: UUID, code: str) -> bytes:
    """Return what is kept of somebody's code, however it was typed: with hyphens, blanks, capitals or none."""
    plain = codes.spelt(code).lower().translate(_READ_AS)
    return hashlib.sha256(user_id.bytes + plain.encode(errors="replace")).digest()
