"""A month as people write it, and from when until when it was in a region."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from checklists.review import errors

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def bounds_of(month: str, zone: ZoneInfo, *, path: str = "/month") -> tuple[datetime, datetime]:
    """Return the first moment of a month and that of the next one. Raises Invalid (review.month_wrong) with the path."""
    match = _MONTH.fullmatch(month)
    if match is None:
        raise errors.MONTH_WRONG(path=path)
    year, number = int(match[1]), int(match[2])
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone)


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """Return the month of a moment, by the local calendar."""
    return f"{at.astimezone(zone):%Y-%m}"
