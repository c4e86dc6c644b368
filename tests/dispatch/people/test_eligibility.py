from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.people.eligibility import Bar, HeldSkill, SkillBar, bar, is_eligible

LIANSHUI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def held(skill="catv", **more):
    return HeldSkill(skill, **more)


@pytest.mark.parametrize(
    ("skills", "needed", "level", "expected"),
    [
        ([], None, 1, None),
        ([], "catv", 1, Bar.SKILL_MISSING),
        ([held("fibre")], "catv", 1, Bar.SKILL_MISSING),
        ([held("fibre"), held()], "catv", 1, None),
        ([held(valid_until=TODAY)], "catv", 1, None),
        ([held(valid_until=TODAY + DAY)], "catv", 1, None),
        ([held(valid_until=TODAY - DAY)], "catv", 1, Bar.SKILL_EXPIRED),
        ([held(valid_until=TODAY - DAY)], None, 1, None),
        ([held(level=3)], "catv", 3, None),
        ([held(level=2)], "catv", 3, Bar.LEVEL_TOO_LOW),
        ([held(level=2, valid_until=TODAY - DAY)], "catv", 3, Bar.SKILL_EXPIRED),
        ([held(bars=(SkillBar.EXAM_FAILED,))], "catv", 1, Bar.EXAM_FAILED),
        ([held(bars=(SkillBar.RETRAINING,))], "catv", 1, Bar.RETRAINING),
        ([held(bars=(SkillBar.RETRAINING, SkillBar.EXAM_FAILED))], "catv", 3, Bar.EXAM_FAILED),
        ([held(bars=(SkillBar.RETRAINING,)), held("fibre")], "fibre", 1, None),
    ],
)
def test_work_is_for_those_who_hold_its_skill_on_that_day(skills, needed, level, expected):
    assert bar(skills, needed, NOON, LIANSHUI, level=level) is expected
    assert is_eligible(skills, needed, NOON, LIANSHUI, level=level) is (expected is None)


@pytest.mark.parametrize(
    ("at", "eligible"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), False),
    ],
)
def test_a_certificate_ends_with_the_day_where_the_work_is(at, eligible):
    skills = [held(valid_until=TODAY)]
    assert is_eligible(skills, "catv", at, LIANSHUI) is eligible
    assert is_eligible(skills, "catv", at, UTC)
