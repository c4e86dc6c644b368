from datetime import timedelta

import pytest

from checklists.templates.review_rules import ReviewRules, due_after, first_reminder, next_reminder, read_rules
from kernel.errors import DomainError
from tests.conftest import NOW

DAY = timedelta(days=1)


def test_a_review_is_due_after_six_months_and_reminded_of_a_month_before_on_the_day_and_weekly():
    numbers = ReviewRules()
    due = due_after(NOW, numbers)
    assert due == NOW.replace(year=2027, month=5)
    assert first_reminder(due, numbers) == due - 30 * DAY
    assert next_reminder(due, due - 30 * DAY, numbers) == due
    assert [next_reminder(due, due + late * DAY, numbers) - due for late in (0, 6, 7, 20)] == [
        7 * DAY,
        7 * DAY,
        14 * DAY,
        21 * DAY,
    ]


def test_a_region_has_numbers_of_its_own_within_bounds():
    assert read_rules({}) == ReviewRules()
    assert read_rules({"review_months": 12, "again_days": 1}) == ReviewRules(12, 30, 1)
    for wrong, path in (({"review_months": 0}, "/rules/review_months"), ({"x": 1}, "/rules/x")):
        with pytest.raises(DomainError) as refused:
            read_rules(wrong)
        assert (refused.value.code, refused.value.fields[0].path) == ("policy.rules_wrong", path)
