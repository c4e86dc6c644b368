"""What follows from how a receiver answered: whether a message is sent again, when, and how long its receiver is left alone."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Between two tries of a message, as Standard Webhooks recommends: ten tries in a bit more than three days."""
SPREAD = 0.2
LONGEST_REST = timedelta(minutes=5)
LONGEST_WISH = timedelta(days=1)


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
