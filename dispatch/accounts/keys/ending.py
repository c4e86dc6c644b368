"""When somebody is told that a key is about to end."""

from datetime import datetime, timedelta

STAGES = (timedelta(days=14), timedelta(days=2))
"""How long before its end it is told of a key, the first notice first."""


def stage_due(*, expires_at: datetime, written_at: datetime, now: datetime) -> timedelta | None:
    """Return the stage that a key has come to, the nearest to its end, or None: before the first, or after its end.

    A key that was `written_at` (made, or rotated) after a stage began has none of that: whoever made a key for a week knows.
    """
    left, whole = expires_at - now, expires_at - written_at
    if left <= timedelta():
        return None
    return min((stage for stage in STAGES if left <= stage < whole), default=None)
