from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Checklist
from tests.checklists.samples import item


def test_a_signature_item_takes_no_answers_but_makes_the_signature_needed():
    wanted = Checklist.of([item(key="a"), item(AnswerType.SIGNATURE, key="s")])
    assert set(wanted.by_key) == {"a"}
    assert wanted.needs_signature
    assert [one.key for one in wanted.items] == ["a", "s"]


def test_a_signature_that_may_be_left_out_is_not_needed():
    assert not Checklist.of([item(AnswerType.SIGNATURE, required=False)]).needs_signature
    assert not Checklist.of([item()]).needs_signature
