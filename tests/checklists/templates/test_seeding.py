import pytest

from checklists.templates.answer_types import AnswerType
from checklists.templates.form import parse_steps
from checklists.templates.seeding import seeds
from checklists.templates.steps import Checklist, ConflictPolicy, Step
from cli.demo.work import KINDS

SEEDS = {seed["code"]: seed for seed in seeds()}


def checklist(code: str) -> Checklist:
    found, problems = parse_steps(SEEDS[code]["steps"])
    assert found is not None, problems
    return found


def test_the_product_comes_with_the_usual_kinds_of_work():
    assert set(SEEDS) == {
        "broadband-fault",
        "catv-fault",
        "catv-install",
        "fibre-install",
        "preventive-round",
        "stb-swap",
    }


@pytest.mark.parametrize("code", SEEDS)
def test_each_seed_is_a_whole_checklist_in_two_languages(code):
    found = checklist(code)
    assert 12 <= len(found.items) <= 30
    assert {item.step for item in found.items} == set(Step)
    assert all(set(item.label) == {"zh-CN", "en"} for item in found.items)
    assert all(set(choice.label) == {"zh-CN", "en"} for item in found.items for choice in item.choices)
    assert set(SEEDS[code]["name"]) == {"zh-CN", "en"}
    assert found.needs_signature


@pytest.mark.parametrize("code", SEEDS)
def test_safety_comes_first_and_the_worst_answer_counts(code):
    critical = [item for item in checklist(code).items if item.critical]
    assert any(item.step in (Step.IDENTITY, Step.ENVIRONMENT, Step.TOOLS) for item in critical)
    assert {item.policy for item in critical} == {ConflictPolicy.WORST_WINS}


@pytest.mark.parametrize("code", SEEDS)
def test_measurements_have_a_unit_and_bounds_and_work_is_shown_in_photos(code):
    numbers = [item for item in checklist(code).items if item.type is AnswerType.NUMBER]
    assert numbers
    assert all(item.unit and item.minimum is not None and item.maximum is not None for item in numbers)
    assert any(item.type is AnswerType.PHOTO and item.required for item in checklist(code).items)


@pytest.mark.parametrize("code", SEEDS)
def test_each_asks_on_conditions_warns_wants_evidence_and_raises_an_order_of_a_known_kind(code):
    found = checklist(code).items
    assert any(item.visible_when is not None for item in found)
    assert any(item.warn_minimum is not None or item.warn_maximum is not None for item in found)
    assert any(item.evidence is not None for item in found)
    raised = {item.follow_up.work_type for item in found if item.follow_up is not None}
    assert raised
    assert raised <= {kind.code for kind in KINDS}
