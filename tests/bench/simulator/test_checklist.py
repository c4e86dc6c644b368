"""The checklist of the simulation is one that the product takes, and leaves nothing out."""

from bench.simulator.checklist import STEPS
from checklists.templates.answer_types import AnswerType
from checklists.templates.form import parse_steps
from checklists.templates.steps import ConflictPolicy


def test_it_is_sound_with_every_type_of_answer_and_every_policy_that_decides_by_itself():
    checklist, problems = parse_steps(STEPS)
    assert not problems
    assert checklist is not None
    assert {item.type for item in checklist.items} == set(AnswerType)
    assert {item.policy for item in checklist.items} == set(ConflictPolicy) - {ConflictPolicy.MANUAL}
