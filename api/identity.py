"""What the settings say about signing in, as the rooms of accounts take it."""

from datetime import timedelta

from dispatch.accounts.passwords import Passwords
from dispatch.accounts.sessions.kinds import Lifetime
from kernel.actor import Role
from kernel.settings import Settings


def passwords_of(settings: Settings) -> Passwords:
    """Return how this installation hashes passwords."""
    return Passwords(settings.password_memory_kib, settings.password_least_score)


def longest_key(settings: Settings) -> timedelta:
    """Return how long a key lasts here, unless a sooner end is wanted."""
    return timedelta(days=settings.key_days)


def lifetime_of(settings: Settings) -> Lifetime:
    """Return how long tokens and sessions last here."""
    return Lifetime(timedelta(minutes=settings.access_minutes), timedelta(hours=settings.login_hours))


def factor_roles_of(settings: Settings) -> frozenset[Role]:
    """Return the roles whose people need a second factor here."""
    return frozenset(settings.second_factor_roles)
