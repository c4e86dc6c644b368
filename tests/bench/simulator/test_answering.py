"""The answers of simulated technicians are such as the product takes."""

import random

import pytest

from bench.simulator.answering import failing, passing, questions
from bench.simulator.checklist import STEPS
from checklists.runs.answers import Verdict, check, judge
from checklists.templates.form import read_published, write_steps
from checklists.templates.seeding import seeds

TEMPLATES = {"simulation": STEPS} | {seed["code"]: seed["steps"] for seed in seeds()}
NOW = "2026-11-22T09:00:00.000+08:00"


@pytest.mark.parametrize("code", TEMPLATES)
def test_every_passing_answer_passes_and_every_failing_one_fails(code):
    checklist = read_published(TEMPLATES[code])
    rng = random.Random(code)
    # As a phone pulls it: what is at its default may be left out.
    for question in questions({"steps": write_steps(checklist)}):
        item = checklist.by_key[question.key]
        for _ in range(20):
            assert judge(item, check(item, passing(question.item, rng, NOW))) is Verdict.PASSED
        if (bad := failing(question.item)) is not None:
            assert judge(item, check(item, bad)) is Verdict.FAILED


def test_questions_can_be_asked_step_by_step_and_never_for_the_signature():
    template = {"steps": STEPS}
    assert [one.key for one in questions(template, "identity")] == ["badge_shown", "met"]
    assert "signature" not in {one.key for one in questions(template)}
