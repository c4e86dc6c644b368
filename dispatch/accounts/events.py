"""What happens to accounts, for the rooms above to act on within the same transaction."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """Somebody's account was closed: they do nothing any more."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """Somebody's account was opened again."""

    user_id: UUID
