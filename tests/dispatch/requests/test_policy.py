import pytest

from dispatch.requests.channels import Channel
from dispatch.requests.policy import classify, read_policy
from dispatch.sla.deadline import Priority
from kernel.errors import DomainError

RULES = {
    "repeat_hours": 12,
    "confirm": ["web", "mail"],
    "rules": [
        {"work_type": "fibre", "priority": "emergency", "words": ["光缆", "cable down"]},
        {"work_type": "catv", "categories": ["TV", "有线电视"], "words": ["无信号"]},
        {"work_type": "net", "words": ["断网", "internet"]},
    ],
}


def test_what_is_left_out_has_its_default():
    policy = read_policy({})
    assert (policy.repeat_hours, policy.rules, policy.confirm) == (24, (), frozenset({Channel.WEB}))
    assert read_policy(RULES).repeat_hours == 12


@pytest.mark.parametrize(
    ("category", "text", "found"),
    [
        ("tv", "光缆断了", ("catv", None, 1, "tv")),
        (None, "村口光缆被挂断，断网", ("fibre", Priority.EMERGENCY, 0, "光缆")),
        (None, "ＣＡＢＬＥ　ＤＯＷＮ", ("fibre", Priority.EMERGENCY, 0, "cable down")),
        ("other", "No Internet", ("net", None, 2, "internet")),
    ],
)
def test_a_category_goes_before_words_and_the_first_rule_before_the_next(category, text, found):
    proposal = classify(read_policy(RULES), category, None, text)
    assert proposal is not None
    assert (proposal.work_type, proposal.priority, proposal.rule, proposal.because) == found


def test_what_no_rule_knows_is_not_guessed():
    assert classify(read_policy(RULES), None, "请问营业时间") is None
    assert classify(read_policy({}), "TV", "无信号") is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"repeat_hours": 24 * 31}, "/rules/repeat_hours"),
        ({"confirm": ["smoke"]}, "/rules/confirm/0"),
        ({"rules": {}}, "/rules/rules"),
        ({"rules": ["x"]}, "/rules/rules/0"),
        ({"rules": [{"work_type": "x"}]}, "/rules/rules/0/words"),
        ({"rules": [{"words": ["x"]}]}, "/rules/rules/0/work_type"),
        ({"rules": [{"work_type": "x", "words": ["y"], "priority": "soon"}]}, "/rules/rules/0/priority"),
        ({"rules": [{"work_type": "x", "words": [" "]}]}, "/rules/rules/0/words/0"),
        ({"rules": [{"work_type": "x", "words": ["y"], "note": 1}]}, "/rules/rules/0/note"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_their_place(change, path):
    with pytest.raises(DomainError) as refused:
        read_policy(change)
    assert (refused.value.code, refused.value.fields[0].path) == ("policy.rules_wrong", path)
