import pytest

from checklists.templates.condition_words import sentence

LABELS = {"kind": "类型", "level": "电平"}


@pytest.mark.parametrize(
    ("expression", "zh", "en"),
    [
        ({"===": [{"var": "answers.kind"}, "fibre"]}, "「类型」 = fibre", "「类型」 = fibre"),
        ({"<": [{"var": ["answers.level", 0]}, -25]}, "「电平」 < -25", "「电平」 < -25"),
        ({"in": ["level", {"var": "failed"}]}, "「电平」不合格", "「电平」 failed"),
        ({"in": ["a", {"var": "answers.kind"}]}, "「类型」含a", "「类型」 contains a"),
        ({"!": [{"var": "answers.kind"}]}, "非(「类型」)", "not (「类型」)"),
        ({"or": [{"!!": [{"var": "answers.kind"}]}, {"!==": [{"var": "answers.gone"}, None]}]},
         "(「类型」 或 「gone」 ≠ –)", "(「类型」 or 「gone」 ≠ –)"),
        ({"if": [True, {"in": [{"var": "answers.kind"}, ["a", False]]}, False]},
         "如果(是; [a, 否]含「类型」; 否)", "if (yes; [a, no] contains 「类型」; no)"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_a_sentence(expression, zh, en):
    assert sentence(expression, LABELS, "zh-CN").replace("  ", " ") == zh
    assert sentence(expression, LABELS, "en").replace("  ", " ") == en
