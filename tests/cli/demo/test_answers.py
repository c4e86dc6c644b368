"""What was answered passes every check that comes with the product."""

import random

import pytest

from checklists.runs.answers import Verdict, check, judge
from checklists.templates.answer_types import AnswerType
from checklists.templates.form import read_published
from checklists.templates.seeding import seeds
from cli.demo.answers import answer
from tests.conftest import NOW

ITEMS = [item for seed in seeds() for item in read_published(seed["steps"]).items]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_an_answer_fits_its_item_and_passes(item):
    if item.type is AnswerType.SIGNATURE:
        return
    rng = random.Random(item.key)
    for _ in range(20):
        value = check(item, answer(item, rng, NOW, 33.78, 119.27))
        assert judge(item, value) is Verdict.PASSED
