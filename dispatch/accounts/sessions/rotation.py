"""What a refresh token is worth: the next pair, the same answer once more, or the end of its session."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ACCESS, REFRESH = "fba_", "fbr_"
"""What tokens begin with, so that programs that look for leaked secrets know them."""

SKEW = timedelta(seconds=60)
"""By how much the clocks of two hosts may disagree."""


class Verdict(StrEnum):
    """What happens to a refresh token that was found."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REUSE = "reuse"


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token beside it."""

    access: str
    refresh: str


def judge(*, spent_at: datetime | None, last: bool, unanswered: bool, now: datetime, tolerance: timedelta) -> Verdict:
    """Say what a known refresh token leads to, which was spent at some moment (None: it was not).

    `last`: of its session it was the last to be spent. `unanswered`: neither token that it led to was used yet, so that answer
    may have been lost on the way. Only then may it be asked for again, and only for some seconds, whichever way clocks went.
    """
    if spent_at is None:
        return Verdict.ROTATE
    return Verdict.REPEAT if last and unanswered and abs(now - spent_at) <= tolerance else Verdict.REUSE


def successors(token: str, salt: bytes) -> Pair:
    """Return the pair that follows a refresh token: the same for the same salt, and unknown without the token (RFC 2104)."""
    return Pair(*(f"{prefix}{_derived(token, prefix, salt)}" for prefix in (ACCESS, REFRESH)))


def _derived(token: str, purpose: str, salt: bytes) -> str:
    digest = hmac.digest(token.encode(), purpose.encode() + salt, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_current(issued_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Tell whether a token is good now. One from the future was given by a clock that was wrong, and lives no longer for it."""
    return issued_at - SKEW <= now < expires_at
