import pytest

from checklists.templates.answer_types import AnswerType
from checklists.templates.item_reader import ItemReader, known_members
from checklists.templates.steps import Step
from tests.checklists.samples import label


@pytest.mark.parametrize("kind", list(AnswerType))
def test_every_type_has_the_members_that_make_sense_for_it(kind):
    known = known_members(kind)
    assert {"key", "type", "label", "visible_when"} <= known
    assert ("required" in known) == (kind is not AnswerType.NOTE)
    assert ("unit" in known) == (kind in (AnswerType.NUMBER, AnswerType.METER_READING))
    assert ("evidence" in known) == (kind not in (AnswerType.NOTE, AnswerType.PHOTO, AnswerType.SIGNATURE))


def test_a_reader_goes_on_after_a_problem_and_remembers_what_may_be_referred_to():
    reader = ItemReader()
    assert reader.item("x", Step.TOOLS, "/0") is None
    whole = reader.item({"key": "a", "type": "yes_no", "label": label("甲")}, Step.TOOLS, "/1")
    assert whole is not None
    reader.item({"key": "n", "type": "note", "label": label("读")}, Step.TOOLS, "/2")
    later = {"key": "b", "type": "text", "label": label("乙"), "visible_when": {"var": "answers.n"}}
    assert reader.item(later, Step.TOOLS, "/3") is None
    assert [one.path for one in reader.problems] == ["/0", "/3/visible_when/var"]
    assert reader.earlier == {"a": AnswerType.YES_NO, "b": AnswerType.TEXT}
