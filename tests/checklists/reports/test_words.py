import string

import pytest

from checklists.reports.report import Mark
from checklists.reports.words import WORDS, text_of, word
from checklists.templates.steps import Step


@pytest.mark.parametrize("name", sorted(WORDS))
def test_every_word_is_there_in_both_languages_with_the_same_places(name):
    chinese, english = WORDS[name]
    assert chinese
    assert english
    places = [sorted(one for _, one, _, _ in string.Formatter().parse(text) if one) for text in (chinese, english)]
    assert places[0] == places[1]


def test_all_that_a_report_names_has_a_word():
    for one in (*Step, *Mark):
        assert word(one.value, "en") != word(one.value, "zh-CN")


def test_a_text_falls_back_to_chinese():
    assert text_of({"zh-CN": "项", "en": "item"}, "en") == "item"
    assert text_of({"zh-CN": "项"}, "en") == "项"
    assert text_of({}, "en") == ""
