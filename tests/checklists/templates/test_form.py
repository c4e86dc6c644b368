from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.templates.answer_types import AnswerType
from checklists.templates.form import parse_steps, read_published, write_steps
from checklists.templates.steps import Choice, ConflictPolicy, Step
from tests.checklists.samples import label, steps

ITEMS = {one["step"]: one["items"] for one in steps()}


def problems_of(document: Any) -> list[tuple[str, str]]:
    checklist, problems = parse_steps(document)
    assert (checklist is None) == bool(problems)
    return [(one.path, one.code.removeprefix("template.")) for one in problems]


def with_item(**members: Any) -> list[Any]:
    """The sample with one more item in its first step, at /0/items/1."""
    document = steps()
    document[0]["items"].append({"key": "more", "type": "yes_no", "label": label("项"), **members})
    return document


def test_the_sample_is_read_as_it_is_written():
    checklist, problems = parse_steps(steps())
    assert problems == ()
    assert checklist is not None
    level = checklist.by_key["level"]
    assert (level.step, level.type, level.unit, level.minimum, level.maximum) == (
        Step.EXECUTION,
        AnswerType.NUMBER,
        "dBμV",
        60,
        80,
    )
    assert level.policy is ConflictPolicy.ASSIGNEE_WINS
    assert checklist.by_key["state"].choices[2] == Choice("broken", label("损坏"), fails=True)
    assert (checklist.by_key["after"].photos_min, checklist.by_key["after"].photos_max) == (2, 3)
    assert checklist.by_key["power_safe"].critical
    assert not checklist.by_key["serial"].required
    assert [one.step for one in checklist.items] == sorted((one.step for one in checklist.items), key=list(Step).index)
    assert write_steps(checklist) == steps()


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        [],
        "steps",
        steps()[:4],
        [*steps(), steps()[4]],
        [steps()[1], steps()[0], *steps()[2:]],
        [None, *steps()[1:]],
        [{"items": []}, *steps()[1:]],
    ],
)
def test_the_five_steps_come_in_their_order(document):
    assert problems_of(document) == [("", "step_order")]


@pytest.mark.parametrize(
    ("members", "path", "code"),
    [
        ({"key": "badge"}, "/key", "duplicate_key"),
        ({"key": "Badge"}, "/key", "key_malformed"),
        ({"key": ""}, "/key", "key_malformed"),
        ({"key": "a" * 49}, "/key", "key_malformed"),
        ({"key": None}, "/key", "key_malformed"),
        ({"type": "slider"}, "/type", "unknown_type"),
        ({"type": ["yes_no"]}, "/type", "unknown_type"),
        ({"type": None}, "/type", "unknown_type"),
        ({"policy": "first"}, "/policy", "unknown_policy"),
        ({"policy": {}}, "/policy", "unknown_policy"),
        ({"label": None}, "/label", "label_missing"),
        ({"label": "项"}, "/label", "label_missing"),
        ({"label": {"en": "one"}}, "/label/zh-CN", "label_missing"),
        ({"label": {"zh-CN": " "}}, "/label/zh-CN", "text_unfit"),
        ({"label": {"zh-CN": "项", "en": "x" * 201}}, "/label/en", "text_unfit"),
        ({"label": {"zh-CN": "项\0"}}, "/label/zh-CN", "text_unfit"),
        ({"label": {"zh-CN": "项", "fr": "un"}}, "/label/fr", "unknown_member"),
        ({"help": {"en": "look"}}, "/help/zh-CN", "label_missing"),
        ({"required": "yes"}, "/required", "wrong_type"),
        ({"critical": 1}, "/critical", "wrong_type"),
        ({"expects": "no"}, "/expects", "wrong_type"),
        ({"unit": "V"}, "/unit", "unknown_member"),
        ({"a/b~c": 1}, "/a~1b~0c", "unknown_member"),
        ({"type": "number", "minimum": 5, "maximum": 4}, "/minimum", "bounds_backwards"),
        ({"type": "number", "minimum": "5"}, "/minimum", "wrong_type"),
        ({"type": "number", "maximum": True}, "/maximum", "wrong_type"),
        ({"type": "number", "maximum": float("inf")}, "/maximum", "wrong_type"),
        ({"type": "number", "unit": ""}, "/unit", "text_unfit"),
        ({"type": "number", "expects": True}, "/expects", "unknown_member"),
        ({"type": "photo", "photos_min": 3, "photos_max": 2}, "/photos_min", "bounds_backwards"),
        ({"type": "photo", "photos_min": 0.5}, "/photos_min", "wrong_type"),
        ({"type": "photo", "photos_max": 51}, "/photos_max", "wrong_type"),
        ({"type": "single_choice"}, "/choices", "choices_missing"),
        ({"type": "single_choice", "choices": {}}, "/choices", "choices_missing"),
        ({"type": "multiple_choice", "choices": [{"value": "a", "label": label("a")}]}, "/choices", "choices_missing"),
        ({"type": "signature"}, "/type", "signature_misplaced"),
    ],
)
def test_each_mistake_is_named_with_its_place(members, path, code):
    assert (f"/0/items/1{path}", code) in problems_of(with_item(**members))


@pytest.mark.parametrize(
    ("choice", "path", "code"),
    [
        ("a", "", "choice_malformed"),
        ({"value": "", "label": label("空")}, "", "choice_malformed"),
        ({"value": 3, "label": label("三")}, "", "choice_malformed"),
        ({"value": "good", "label": label("好")}, "/value", "duplicate_choice"),
        ({"value": "bad"}, "/label", "label_missing"),
        ({"value": "bad", "label": label("坏"), "fails": 1}, "/fails", "wrong_type"),
        ({"value": "bad", "label": label("坏"), "score": 1}, "/score", "unknown_member"),
    ],
)
def test_each_mistake_in_a_choice_is_named_with_its_place(choice, path, code):
    document = with_item(type="single_choice", choices=[{"value": "good", "label": label("好")}, choice])
    assert (f"/0/items/1/choices/1{path}", code) in problems_of(document)


def test_all_mistakes_are_told_at_once():
    document = with_item(type="number", minimum=2, maximum=1)
    document[2]["items"] = []
    document[3]["items"][0] = 7
    document[4]["title"] = "签字"
    assert problems_of(document) == [
        ("/0/items/1/minimum", "bounds_backwards"),
        ("/2/items", "items_missing"),
        ("/3/items/0", "wrong_type"),
        ("/4/title", "unknown_member"),
    ]


def test_there_is_one_signature():
    document = steps()
    document[4]["items"].append({"key": "second", "type": "signature", "label": label("再签")})
    assert problems_of(document) == [("/4/items/2/type", "signature_misplaced")]


def test_a_version_has_a_limited_number_of_items():
    document = steps()
    document[0]["items"] = [{"key": f"k{n}", "type": "yes_no", "label": label("项")} for n in range(501)]
    assert problems_of(document) == [("", "too_many")]


def test_a_yes_no_item_may_expect_either_answer_or_none():
    for expects in (True, False, None):
        checklist, _ = parse_steps(with_item(expects=expects))
        assert checklist is not None
        assert checklist.by_key["more"].expects is expects
        assert write_steps(checklist) == write_steps(read_published(write_steps(checklist)))
        assert read_published(write_steps(checklist)).by_key["more"].expects is expects


def test_a_stored_version_that_cannot_be_read_is_an_error_of_ours():
    with pytest.raises(ValueError, match="cannot be read"):
        read_published([])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["yes_no", "number", "", "a"]),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["key", "type", "label", "choices", "zh-CN", "value"]), below, max_size=4)
    ),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=3))
def test_whatever_is_given_is_read_or_told_to_be_wrong(items):
    document = steps()
    document[1]["items"] = items
    checklist, problems = parse_steps(document)
    assert (checklist is None) == bool(problems)
    assert all(one.path.startswith("/1/items") for one in problems)


RICH = {
    "key": "power",
    "type": "number",
    "label": label("光功率"),
    "unit": "dBm",
    "minimum": -27,
    "warn_minimum": -25,
    "warn_maximum": -10,
    "maximum": -8,
    "visible_when": {"===": [{"var": "answers.badge"}, True]},
    "required_when": {"!": [{"var": "answers.badge"}]},
    "pictures": ["0" * 64],
    "evidence": {"photos": 2, "when": "failed"},
    "follow_up": {"work_type": "fibre-fault", "priority": "priority"},
}


def test_all_that_an_item_may_say_is_read_and_written_alike():
    document = steps()
    document[0]["items"] += [RICH, {"key": "hint", "type": "note", "label": label("先断电")}]
    checklist, problems = parse_steps(document)
    assert problems == ()
    assert checklist is not None
    assert write_steps(checklist) == document
    power = checklist.by_key["power"]
    assert not power.required
    assert checklist.is_conditional
    assert "hint" not in checklist.by_key


@pytest.mark.parametrize(
    ("members", "path", "code"),
    [
        ({"warn_minimum": -28}, "/minimum", "bounds_backwards"),
        ({"warn_maximum": "x"}, "/warn_maximum", "wrong_type"),
        ({"pictures": "x"}, "/pictures", "wrong_type"),
        ({"pictures": ["x"]}, "/pictures/0", "picture_malformed"),
        ({"evidence": 2}, "/evidence", "wrong_type"),
        ({"evidence": {"photos": 0}}, "/evidence/photos", "wrong_type"),
        ({"evidence": {"photos": 1, "when": "never"}}, "/evidence/when", "wrong_type"),
        ({"follow_up": "x"}, "/follow_up", "wrong_type"),
        ({"follow_up": {"work_type": "x", "priority": "soon"}}, "/follow_up/priority", "wrong_type"),
        ({"visible_when": {"var": "answers.power"}}, "/visible_when/var", "condition_wrong"),
        ({"required_when": {"var": "answers.power_safe"}}, "/required_when/var", "condition_wrong"),
        ({"visible_when": "badge"}, "/visible_when", "condition_wrong"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_with_its_place(members, path, code):
    document = steps()
    document[0]["items"].append({**RICH, **members})
    assert problems_of(document) == [(f"/0/items/1{path}", code)]


@pytest.mark.parametrize("kind", ["text", "photo", "geo_point"])
def test_only_what_may_fail_is_followed_by_an_order(kind):
    found = problems_of(with_item(type=kind, follow_up={"work_type": "x"}))
    assert ("/0/items/1/follow_up", "unknown_member") in found
