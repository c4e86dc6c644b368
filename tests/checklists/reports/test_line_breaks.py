import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.reports.line_breaks import NOT_FIRST, NOT_LAST, break_lines

TEXT = "现场检测输出电平为72.5 dBμV，（标准《GB 50339》规定60～80）；"
TEXT += "已更换分配器“二分支”，试机正常。Signal restored, customer informed."


def wide(text: str) -> float:
    """A Chinese sign is two wide, another one."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


@pytest.mark.parametrize("most", [12, 17, 24, 40, 200])
def test_no_line_is_too_wide_nor_begins_or_ends_with_the_wrong_sign(most):
    lines = break_lines(TEXT, most, wide)
    assert all(wide(line) <= most for line in lines)
    assert not [line for line in lines if line[0] in NOT_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NOT_LAST]
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")


def test_words_and_numbers_stay_whole():
    assert break_lines("level 72.5 restored", 10, wide) == ["level 72.5", "restored"]


def test_a_word_wider_than_a_line_is_cut():
    assert break_lines("A" * 7, 3, wide) == ["AAA", "AAA", "A"]


def test_paragraphs_are_kept_and_blanks_at_the_ends_are_not():
    assert break_lines("一 \n\n 二", 10, wide) == ["一", "", "二"]


@given(st.text(alphabet="中文，。（）“”ab 1.5\n", max_size=60), st.integers(4, 20))
def test_nothing_is_lost_and_it_always_ends(text, most):
    lines = break_lines(text, most, wide)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert len(lines) >= text.count("\n") + 1
