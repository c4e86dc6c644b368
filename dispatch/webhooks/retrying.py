"""What follows from how a receiver answered: whether a message is sent again, when, and how long its receiver is left alone."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Between two tries of a message, as Standard Webhooks recommends: ten tries in a bit more than three days."""
SPREAD = 0.2
LONGEST_REST = timedelta(minutes=5)
LONGEST_WISH = timedelta(days=1)
LONGEST_EXCERPT = 1_000
GONE = 410
LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """How a receiver answered, or why it did not. `excerpt` is the beginning of what it said."""

    status: int | None
    took_ms: int
    error: str | None = None
    excerpt: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it took the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether it wants no message any more."""
        return self.status == GONE

    @property
    def is_down(self) -> bool:
        """Whether it is the receiver and not the message: others would fare alike."""
        return self.status is None or self.status >= 500 or self.status in LATER or self.is_gone

    @property
    def says(self) -> str | None:
        """What was wrong, in a few words; None when it took the message."""
        if self.is_taken:
            return None
        return self.error or f"it answered {self.status}"


def next_try(delivery_id: UUID, tries: int, now: datetime, wish: timedelta | None = None) -> datetime | None:
    """Return when a message that failed so many times is sent again, or None: it is given up.

    The pauses are spread by up to a fifth, by the message's id, so that what failed together does not come back together. A
    receiver's own wish (`Retry-After`) makes a pause longer, never shorter.
    """
    if tries > len(PAUSES):
        return None
    drawn = int.from_bytes(hashlib.blake2b(delivery_id.bytes, digest_size=4, salt=bytes([tries])).digest()) / 2**32
    pause = PAUSES[tries - 1] * (1 + SPREAD * (2 * drawn - 1))
    return now + max(pause, min(wish or timedelta(0), LONGEST_WISH))


def rest(failures: int, wish: timedelta | None = None) -> timedelta:
    """Return how long a receiver is left alone that did not answer well so many times in a row."""
    if failures == 0:
        return timedelta(0)
    own = min(timedelta(seconds=5 * 2 ** min(failures - 1, 10)), LONGEST_REST)
    return max(own, min(wish or timedelta(0), LONGEST_WISH))
