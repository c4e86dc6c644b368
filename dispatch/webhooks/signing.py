"""Signs messages as the Standard Webhooks specification has it (https://www.standardwebhooks.com, version 1)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
SECRET_BYTES = 32


def shown(secret: bytes) -> str:
    """Write a secret as receivers take it."""
    return PREFIX + base64.b64encode(secret).decode()


def message_id(delivery_id: UUID) -> str:
    """Return the id of a message: the same each time it is sent."""
    return f"msg_{delivery_id.hex}"


def headers(delivery_id: UUID, at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """Return the headers that let a receiver check who sent these bytes, and when (aware). Each secret makes a signature."""
    key, moment = message_id(delivery_id), str(int(at.timestamp()))
    content = f"{key}.{moment}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": key,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
