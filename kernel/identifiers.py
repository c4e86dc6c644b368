"""The only place that mints identifiers and secrets."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from uuid import UUID

from uuid_utils.compat import uuid7

_CANONICAL = re.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
MintId = Callable[[], UUID]

# Fixed namespace for identifiers derived from names (demo data, imports that can run again).
_NAMESPACE = UUID("6f1d1c0e-5b0a-5f0e-9c55-0f6a7b3f1e00")


def new_id() -> UUID:
    """Mint a UUIDv7 (RFC 9562): unique everywhere, and sorted by the time it was made."""
    return uuid7()


def derived_id(*parts: str) -> UUID:
    """Derive the same identifier from the same words, so that doing a thing again changes nothing."""
    return content_id(_NAMESPACE.bytes + json.dumps(parts).encode())


def content_id(content: bytes) -> UUID:
    """Derive an identifier from bytes: a UUIDv8 (RFC 9562) that holds 122 of the first 128 bits of their SHA-256."""
    bits = int.from_bytes(hashlib.sha256(content).digest()[:16], "big")
    return UUID(int=bits & ~(0xF << 76) & ~(0b11 << 62) | (8 << 76) | (0b10 << 62))


def parse_id(text: object) -> UUID | None:
    """Read an identifier in its canonical 36-character form, in either case, or return None."""
    # UUID() alone takes much more: braces, "urn:", hyphens anywhere, blanks and underscores.
    return UUID(text) if isinstance(text, str) and _CANONICAL.fullmatch(text) else None


def id_text(text: object) -> str | None:
    """Return an identifier in lower case if it is in its canonical form, or None: `parse_id` for where thousands are read."""
    return text.lower() if isinstance(text, str) and _CANONICAL.fullmatch(text) else None


def new_secret() -> str:
    """Mint 256 random bits for a token, as URL-safe text."""
    return secrets.token_urlsafe(32)


def new_secret_bytes() -> bytes:
    """Mint 256 random bits for a key that signs."""
    return secrets.token_bytes(32)


def secret_digest(secret: str) -> bytes:
    """Return what is stored of a secret: its SHA-256. Enough for random secrets, never for passwords."""
    return hashlib.sha256(secret.encode()).digest()
