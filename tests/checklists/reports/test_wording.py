from datetime import UTC, datetime

import pytest

from checklists.reports.wording import answer_text, local, plain_number
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Choice, Item, Step
from tests.checklists.reports.samples import SHANGHAI

CHOICES = (Choice("a", {"zh-CN": "甲", "en": "A"}), Choice("b", {"zh-CN": "乙"}))


def item(kind: AnswerType, **members) -> Item:
    return Item("x", Step.EXECUTION, kind, {"zh-CN": "项"}, **members)


@pytest.mark.parametrize(
    ("kind", "value", "chinese", "english"),
    [
        (AnswerType.YES_NO, True, "是", "yes"),
        (AnswerType.YES_NO, False, "否", "no"),
        (AnswerType.PASS_FAIL, "fail", "未通过", "fail"),
        (AnswerType.SINGLE_CHOICE, "a", "甲", "A"),
        (AnswerType.MULTIPLE_CHOICE, ["a", "b"], "甲、乙", "A, 乙"),
        (AnswerType.NUMBER, 3.0, "3 V", "3 V"),
        (AnswerType.METER_READING, 12.5, "12.5 V", "12.5 V"),
        (AnswerType.TEXT, "好", "好", "好"),
        (AnswerType.DATE_TIME, "2026-11-22T01:00:00Z", "2026-11-22 09:00", "2026-11-22 09:00"),
        (AnswerType.PHOTO, ["p1", "p2"], "2 张照片", "2 photo(s)"),
        (AnswerType.GEO_POINT, {"lat": 33.78, "lon": 119.27, "acc_m": 8}, "33.78000, 119.27000 ±8 m", None),
        (AnswerType.GEO_POINT, {"lat": 1, "lon": 2}, "1.00000, 2.00000", None),
        (AnswerType.TEXT, "", "", ""),
        (AnswerType.MULTIPLE_CHOICE, [], "", ""),
        (AnswerType.NUMBER, None, "", ""),
    ],
)
def test_an_answer_reads_as_a_person_would_say_it(kind, value, chinese, english):
    one = item(kind, choices=CHOICES, unit="V")
    assert answer_text(one, value, "zh-CN", SHANGHAI) == chinese
    assert answer_text(one, value, "en", SHANGHAI) == (chinese if english is None else english)


def test_numbers_and_times_are_plain():
    assert [plain_number(value) for value in (3, 3.0, 3.25, -0.5, 1e16)] == ["3", "3", "3.25", "-0.5", "1e+16"]
    assert local(datetime(2026, 1, 31, 18, 30, tzinfo=UTC), SHANGHAI) == "2026-02-01 02:30"
