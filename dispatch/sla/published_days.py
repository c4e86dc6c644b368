"""China's official days off and make-up workdays (调休), as the State Council's yearly notices have published them."""

from datetime import date
from functools import cache

from chinese_calendar import constants


@cache
def _years() -> frozenset[int]:
    # Every notice has days off; make-up workdays alone could belong to the notice of the year after.
    return frozenset(day.year for day in constants.holidays)


class ChinesePublicHolidays:
    """The holidays of mainland China for the years whose notice was out when the data was made; never a guess."""

    def knows(self, year: int) -> bool:
        """Tell whether the notice for a year is in the data."""
        return year in _years()

    def works(self, day: date) -> bool | None:
        """Tell whether a day is a make-up workday (True) or off (False); None when it is as in any week."""
        if day in constants.workdays:
            return True
        return False if day in constants.holidays else None
