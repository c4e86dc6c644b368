"""What happens to accounts, for the rooms above to act on within the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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
class PersonChanged:
    """How somebody is called or reached has changed."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class RefreshTokenReused:
    """A refresh token came a second time: somebody else has it. Its session was ended."""

    user_id: UUID
    session_id: UUID
    at: datetime
    address: str | None


@dataclass(frozen=True, slots=True)
class KeyWritten:
    """Somebody made a key in their own name, or rotated it: who has their session might have done so. `prefix` is no secret."""

    user_id: UUID
    prefix: str
    name: str
    at: datetime


class FactorChange(StrEnum):
    """What became of somebody's second factor."""

    ON = "on"
    OFF = "off"
    RESET = "reset"
    RECOVERY_CODE_USED = "recovery_code_used"


@dataclass(frozen=True, slots=True)
class SecondFactorChanged:
    """Something was done to somebody's second factor that they should know of."""

    user_id: UUID
    change: FactorChange
    at: datetime


@dataclass(frozen=True, slots=True)
class SecondFactorGuessed:
    """Somebody knows a password and has tried many codes beside it."""

    user_id: UUID
    at: datetime
    address: str | None
