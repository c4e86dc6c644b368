"""When somebody is warned that a certificate will end: once at each of some days before."""

from collections.abc import Sequence
from datetime import date


def stage_due(valid_until: date, today: date, warn_days: Sequence[int], warned: int | None) -> int | None:
    """Return the stage, in days before the end, of which somebody has yet to be warned today; None when of none.

    Whoever is looked at late hears of the nearest stage only, which settles those before it. `warned` is the nearest stage that
    they were warned of so far. Of a certificate that has ended already nobody is warned any more.
    """
    left = (valid_until - today).days
    if left < 0:
        return None
    reached = [days for days in warn_days if left <= days]
    if not reached:
        return None
    nearest = min(reached)
    return nearest if warned is None or nearest < warned else None
