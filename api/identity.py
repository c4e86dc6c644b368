"""What the settings say about signing in, as the rooms of accounts take it."""

from datetime import timedelta

from dispatch.accounts.passwords import Passwords
from dispatch.accounts.sessions.kinds import Lifetime
from kernel.settings import Settings


def passwords_of(settings: Settings) -> Passwords:
    """Return how this installation hashes passwords."""
    return Passwords(settings.password_memory_kib)


def lifetime_of(settings: Settings) -> Lifetime:
    """Return how long tokens and sessions last here."""
    return Lifetime(timedelta(minutes=settings.access_minutes), timedelta(hours=settings.login_hours))
