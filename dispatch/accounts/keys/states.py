"""The words of keys, and what one is while a request is answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class KeyState(StrEnum):
    """Whether a key opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> KeyState:
    """Say what a key is worth now."""
    if revoked_at is not None:
        return KeyState.REVOKED
    return KeyState.ACTIVE if now < expires_at else KeyState.EXPIRED


@dataclass(frozen=True, slots=True)
class KeyUsed:
    """A key that was found good: its `handle` names it in logs, `scopes` are the words that it has."""

    id: UUID
    handle: str
    scopes: frozenset[str]
    addresses: tuple[str, ...]
