"""The only place that mints identifiers and secrets."""

import hashlib
import secrets
from collections.abc import Callable
from uuid import UUID

from uuid_utils.compat import uuid7

MintId = Callable[[], UUID]

# Fixed namespace for identifiers derived from names (demo data, imports that can run again).
_NAMESPACE = UUID("6f1d1c0e-5b0a-5f0e-9c55-0f6a7b3f1e00")


def new_id() -> UUID:
    """Mint a UUIDv7 (RFC 9562): unique everywhere, and sorted by the time it was made."""
    return uuid7()


def derived_id(*parts: str) -> UUID:
    """Derive the same identifier from the same words, so that doing a thing again changes nothing."""
    return content_id(_NAMESPACE.bytes + "\x1f".join(parts).encode())


def content_id(content: bytes) -> UUID:
    """Derive an identifier from bytes: a UUIDv8 (RFC 9562) that holds the first 122 bits of their SHA-256."""
    bits = int.from_bytes(hashlib.sha256(content).digest()[:16], "big")
    return UUID(int=bits & ~(0xF << 76) & ~(0b11 << 62) | (8 << 76) | (0b10 << 62))


def parse_id(text: object) -> UUID | None:
    """Read an identifier in its canonical 36-character form, or return None."""
    if not isinstance(text, str) or len(text) != 36:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def new_secret() -> str:
    """Mint 256 random bits for a token, as URL-safe text."""
    return secrets.token_urlsafe(32)


def secret_digest(secret: str) -> bytes:
    """Return what is stored of a secret: its SHA-256. Enough for random secrets, never for passwords."""
    return hashlib.sha256(secret.encode()).digest()
