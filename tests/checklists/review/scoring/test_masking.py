import pytest

from checklists.review.scoring.masking import masked_name, masked_phone, scrubbed


@pytest.mark.parametrize(
    ("name", "shown"),
    [("赵秀英", "赵**"), ("张敏", "张*"), ("李", "李*"), ("Zhang Min", "Z**"), ("", None), (None, None)],
)
def test_of_a_name_the_first_character_is_shown(name, shown):
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("138 0002 0001", "138******01"),
        ("+86 13800020001", "861********01"),
        ("12345", "*****"),
        ("", None),
        (None, None),
    ],
)
def test_of_a_telephone_number_too_little_is_shown_to_call_it(phone, shown):
    assert masked_phone(phone) == shown


def test_free_text_loses_names_and_numbers_and_keeps_measurements():
    said = scrubbed("赵秀英 (138-0002-0001) 电平 71.5 dBμV, 3 次, 2026", "赵秀英")
    assert said == "赵** (138******01) 电平 71.5 dBμV, 3 次, 2026"
    assert scrubbed("无信号", None) == "无信号"
