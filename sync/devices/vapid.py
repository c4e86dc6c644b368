"""Signs pokes for gateways that want to know who sends them (VAPID, RFC 8292)."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from dispatch.outward.target import Target
from kernel.settings import Settings

LIFETIME = timedelta(hours=12)
"""How long a signature is good; the standard allows a day."""


def public_key(settings: Settings) -> str | None:
    """Return what phones subscribe with (`applicationServerKey`): the public key, or None where pokes are not signed."""
    return _keys(settings.vapid_key)[1] if settings.vapid_key else None


def signed(settings: Settings, target: Target, now: datetime) -> Mapping[str, str]:
    """Return the header by which a gateway knows us; none where there is no key."""
    if not settings.vapid_key:
        return {}
    key, public = _keys(settings.vapid_key)
    port = "" if target.port == (443 if target.tls else 80) else f":{target.port}"
    host = f"[{target.host}]" if ":" in target.host else target.host
    claims: dict[str, Any] = {
        "aud": f"{'https' if target.tls else 'http'}://{host}{port}",
        "exp": int((now + LIFETIME).timestamp()),
    }
    if settings.vapid_contact:
        claims["sub"] = settings.vapid_contact
    return {"Authorization": f"vapid t={jwt.encode({'typ': 'JWT', 'alg': 'ES256'}, claims, key)}, k={public}"}


@lru_cache(maxsize=2)
def _keys(secret: str) -> tuple[ECKey, str]:
    """Read the private key, and write the public one as an uncompressed point; both are base64url without padding."""
    private = ec.derive_private_key(int.from_bytes(decoded(secret)), ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    x, y = (number.to_bytes(32) for number in (numbers.x, numbers.y))
    return ECKey.import_key(private), encoded(b"\x04" + x + y)


def encoded(raw: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
