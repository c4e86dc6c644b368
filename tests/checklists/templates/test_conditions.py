from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.templates.answer_types import AnswerType
from checklists.templates.conditions import MOST_PARTS, Condition, as_seen, mistakes, refers_to

EARLIER = {"kind": AnswerType.SINGLE_CHOICE, "level": AnswerType.NUMBER, "safe": AnswerType.YES_NO}
KIND, SAFE = {"var": "answers.kind"}, {"var": "answers.safe"}
LEVEL = {"var": ["answers.level", 0]}


@pytest.mark.parametrize(
    ("expression", "answers", "failed", "expected"),
    [
        ({"===": [KIND, "fibre"]}, {"kind": "fibre"}, [], True),
        ({"===": [KIND, "fibre"]}, {}, [], False),
        ({"!==": [KIND, "fibre"]}, {}, [], True),
        ({"===": [LEVEL, 60]}, {"level": 60}, [], True),
        ({"===": [LEVEL, 60]}, {"level": 60.0}, [], True),
        ({"===": [{"var": "answers.level"}, None]}, {}, [], True),
        ({"<": [LEVEL, 60]}, {"level": 59.5}, [], True),
        ({"<": [LEVEL, 60]}, {}, [], True),
        ({"<": [60, LEVEL, 80]}, {"level": 70}, [], True),
        ({"<": [60, LEVEL, 80]}, {"level": 80}, [], False),
        ({">=": [LEVEL, 80]}, {"level": 80}, [], True),
        ({"in": ["level", {"var": "failed"}]}, {}, ["level"], True),
        ({"in": ["level", {"var": "failed"}]}, {}, [], False),
        ({"in": [KIND, ["fibre", "cable"]]}, {"kind": "cable"}, [], True),
        ({"!": [SAFE]}, {"safe": True}, [], False),
        ({"!": SAFE}, {}, [], True),
        ({"!!": [SAFE]}, {"safe": True}, [], True),
        ({"and": [SAFE, {"===": [KIND, "fibre"]}]}, {"safe": True, "kind": "fibre"}, [], True),
        ({"or": [SAFE, {"===": [KIND, "fibre"]}]}, {"safe": False, "kind": "cable"}, [], False),
        ({"if": [SAFE, {"===": [KIND, "fibre"]}, True]}, {}, [], True),
    ],
)
def test_a_condition_is_true_or_not(expression, answers, failed, expected):
    assert mistakes(expression, EARLIER) == []
    assert Condition.of(expression).holds({key: as_seen(value) for key, value in answers.items()}, failed) is expected


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        (True, ""),
        ("answers.kind", ""),
        ([], ""),
        ({}, ""),
        ({"===": [KIND, "a"], "and": [True]}, ""),
        ({"==": [KIND, "fibre"]}, "/=="),
        ({"map": [KIND, "fibre"]}, "/map"),
        ({"log": ["x"]}, "/log"),
        ({"===": [KIND]}, "/==="),
        ({">": [9, LEVEL, 1]}, "/>"),
        ({">=": [9, LEVEL, 1]}, "/>="),
        ({"if": [True, True]}, "/if"),
        ({"if": [True, True, False, False]}, "/if"),
        ({"var": "answers.later"}, "/var"),
        ({"var": "kind"}, "/var"),
        ({"var": ""}, "/var"),
        ({"var": 1}, "/var"),
        ({"var": ["failed", []]}, "/var"),
        ({"var": ["answers.kind", ["x"]]}, "/var"),
        ({"and": [True, {"===": [{"var": "answers.later"}, 1]}]}, "/and/1/===/0/var"),
        ({"<": [{"var": "answers.level"}, 60]}, "/</0"),
        ({"<": [{"var": ["answers.kind", 0]}, 60]}, "/</0"),
        ({"<": [LEVEL, "60"]}, "/</1"),
        ({"<": [LEVEL, True]}, "/</1"),
        ({"===": [KIND, "x" * 201]}, "/===/1"),
        ({"===": [LEVEL, float("nan")]}, "/===/1"),
        ({"===": [LEVEL, 1e300]}, "/===/1"),
    ],
)
def test_what_is_wrong_with_a_condition_is_told_with_its_place(expression, path):
    assert [one.path for one in mistakes(expression, EARLIER)] == [path]


def test_a_condition_can_neither_be_deep_nor_long():
    deep: Any = SAFE
    for _ in range(20):
        deep = {"!": [deep]}
    assert [one.detail for one in mistakes(deep, EARLIER)] == [f"a condition has at most {MOST_PARTS} parts, 12 deep"]
    long = {"in": [KIND, ["x"] * 5000]}
    assert len(mistakes(long, EARLIER)) == 1


def test_the_items_that_a_condition_refers_to_are_known():
    both = {"and": [{"===": [KIND, "fibre"]}, {"<": [LEVEL, 3]}, {"in": ["safe", {"var": "failed"}]}]}
    assert refers_to(both) == {"kind", "level"}


json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["kind", "fibre", "answers.kind", "failed"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["var", "===", "and", "!", "<", "if", "in", "x"]), inner, max_size=2)
    ),
    max_leaves=12,
)


@given(json)
def test_whatever_is_found_to_be_right_can_be_evaluated(expression):
    if mistakes(expression, EARLIER) == []:
        for answers in ({}, {"kind": "fibre", "level": 3.0, "safe": True}):
            assert Condition.of(expression).holds(answers, ["level"]) in (True, False)
