"""The words of sessions: how one signed in, and what a token is for."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Method(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105 - a word, no secret
    PROVIDER = "provider"


class TokenKind(StrEnum):
    """What a token opens: the API for some minutes, or the way to the next pair of tokens."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an access token is good, how long a session lasts at most, and how long a lost answer may be asked for again."""

    access: timedelta = timedelta(minutes=15)
    session: timedelta = timedelta(hours=12)
    tolerance: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a request comes from: the network address, and what the program calls itself."""

    address: str | None = None
    agent: str | None = None


NOWHERE = Whence()
"""A sign-in that came over no network: commands of the console, tests."""
