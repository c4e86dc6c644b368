import json
from datetime import date
from pathlib import Path

import pytest

from dispatch.sla.published_days import ChinesePublicHolidays

NOTICES = Path(__file__).parents[4] / "shared" / "data" / "holidays"


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_published_days_are_those_of_the_official_notice(year):
    path = NOTICES / f"holiday-cn_{year}.json"
    if not path.exists():
        pytest.skip("the official notices are not at hand")
    days = ChinesePublicHolidays()
    for one in json.loads(path.read_text("utf-8"))["days"]:
        day = date.fromisoformat(one["date"])
        if one["isOffDay"]:
            assert days.works(day) is False or day.weekday() >= 5, one
        else:
            assert days.works(day) is True, one
