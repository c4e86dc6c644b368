import pytest

from checklists.review.policy import ReviewRules, read_rules
from checklists.review.sampling.service import written
from checklists.review.states import AppealState, Risk
from kernel.errors import DomainError


def test_what_is_left_out_has_its_default():
    assert read_rules({}) == ReviewRules()
    rules = read_rules(
        {"random_percent": 7, "points": {"catv": {"level": 10, "note": 0}}, "risk_weights": {"hasty": 9}}
    )
    assert (rules.random_percent, rules.stratified_percent) == (7, 3)
    assert [rules.points_of("catv", key) for key in ("level", "note", "other")] == [10, 0, 5]
    assert (rules.risk_weights[Risk.HASTY], rules.risk_weights[Risk.REOPENED]) == (9, 5)


def test_rules_that_were_written_are_read_as_the_same():
    rules = read_rules({"overdue_appeal": "upheld", "points": {"a": {"b": 3}}, "pass_percent": 90})
    assert rules.overdue_appeal is AppealState.UPHELD
    assert read_rules(written(rules)) == rules


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"pass": 1}, "/rules/pass"),
        ({"random_percent": 101}, "/rules/random_percent"),
        ({"pass_percent": 50}, "/rules/fail_percent"),
        ({"overdue_appeal": "open"}, "/rules/overdue_appeal"),
        ({"risk_weights": {"luck": 1}}, "/rules/risk_weights/luck"),
        ({"risk_weights": []}, "/rules/risk_weights"),
        ({"points": {"a": 5}}, "/rules/points/a"),
        ({"points": {"a": {"b": -1}}}, "/rules/points/a/b"),
        ({"points": 5}, "/rules/points"),
    ],
)
def test_what_nobody_could_follow_is_refused_with_its_place(document, path):
    with pytest.raises(DomainError) as caught:
        read_rules(document)
    assert (caught.value.code, caught.value.fields[0].path) == ("policy.rules_wrong", path)
