"""What happens to accounts, for the rooms above to act on within the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """Somebody's account was closed: they do nothing any more."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """Somebody's account was opened again."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class RefreshTokenReused:
    """A refresh token came a second time: somebody else has it. Its session was ended."""

    user_id: UUID
    session_id: UUID
    at: datetime
    address: str | None
