"""When fault records bar somebody from a skill: pure counting."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def leads_to_bar(recorded_at: Iterable[datetime], now: datetime, *, most: int, window_days: int) -> bool:
    """Tell whether so many standing faults, which led to no bar yet, lie within the window that ends now. 0: never."""
    since = now - timedelta(days=window_days)
    return 0 < most <= sum(since < at <= now for at in recorded_at)
