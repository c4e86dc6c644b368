"""The phone and the server come to the same, whatever is asked."""

from hypothesis import given
from hypothesis import strategies as some

from bench.simulator.asking import evaluate, shown_keys
from bench.simulator.checklist import STEPS
from checklists.runs.visibility import look
from checklists.templates.answer_types import AnswerType
from checklists.templates.conditions import Condition, as_seen, mistakes
from checklists.templates.form import read_published
from checklists.templates.seeding import seeds

TEMPLATES = [STEPS, *(seed["steps"] for seed in seeds())]
EARLIER = {"kind": AnswerType.SINGLE_CHOICE, "level": AnswerType.NUMBER, "safe": AnswerType.YES_NO}
plain = some.one_of(
    some.sampled_from([{"var": "answers.kind"}, {"var": "answers.safe"}, {"var": "answers.level"}]),
    some.sampled_from(["fibre", "cable", "", True, False, None, 0, 1, 60, 59.5]),
)
numbers = some.one_of(some.just({"var": ["answers.level", 0]}), some.integers(-3, 90))


def larger(part):
    pair = some.lists(part, min_size=2, max_size=2)
    return some.one_of(
        some.builds(lambda operator, both: {operator: both}, some.sampled_from(["===", "!==", "and", "or"]), pair),
        some.builds(lambda operator, one: {operator: [one]}, some.sampled_from(["!", "!!"]), part),
        some.builds(lambda three: {"if": three}, some.lists(part, min_size=3, max_size=3)),
        some.builds(
            lambda operator, both: {operator: both},
            some.sampled_from(["<", "<=", ">", ">="]),
            some.lists(numbers, min_size=2, max_size=2),
        ),
        some.builds(lambda three: {"<": three}, some.lists(numbers, min_size=3, max_size=3)),
        some.builds(lambda key: {"in": [key, {"var": "failed"}]}, some.sampled_from(["level", "safe"])),
        some.just({"in": [{"var": "answers.kind"}, ["fibre", "cable"]]}),
    )


expressions = larger(some.recursive(plain, larger, max_leaves=6))
values = some.fixed_dictionaries(
    {
        "kind": some.sampled_from([None, "fibre", "other"]),
        "level": some.one_of(some.none(), some.integers(-3, 90), some.just(59.5)),
        "safe": some.sampled_from([None, True, False]),
    }
)


@given(expressions, values)
def test_phone_and_server_agree_on_every_condition(expression, answers):
    assert mistakes(expression, EARLIER) == []
    given_now = {key: value for key, value in answers.items() if value is not None}
    phone = bool(evaluate(expression, {"answers": given_now, "failed": ["level"]}))
    seen = {key: as_seen(value) for key, value in given_now.items()}
    assert phone is Condition.of(expression).holds(seen, ["level"])


def test_without_answers_phone_and_server_show_the_same_of_every_checklist_that_comes_along():
    for document in TEMPLATES:
        checklist = read_published(document)
        shown = look(checklist, {}).shown
        assert shown_keys({"steps": document}, {}) == shown & checklist.by_key.keys()
