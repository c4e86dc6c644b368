from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from checklists.review.sampling.months import bounds_of, month_of
from kernel.errors import DomainError

ZONE = ZoneInfo("Asia/Shanghai")


def test_a_month_is_that_of_the_local_calendar():
    start, end = bounds_of("2026-12", ZONE)
    assert (start.astimezone(UTC), end.astimezone(UTC)) == (
        datetime(2026, 11, 30, 16, tzinfo=UTC),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    )
    assert month_of(datetime(2026, 11, 30, 16, tzinfo=UTC), ZONE) == "2026-12"


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "26-10", "2026-10-01", "２０２６-10"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(DomainError) as caught:
        bounds_of(text, ZONE)
    assert (caught.value.code, caught.value.fields[0].path) == ("review.month_wrong", "/month")
