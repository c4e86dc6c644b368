import pytest

from checklists.runs.progress import measure
from checklists.templates.steps import Step
from dispatch.work_orders.lifecycle import Evidence
from tests.checklists.samples import GOOD, checklist

SAMPLE = checklist()


def without(*keys: str) -> dict[str, object]:
    return {key: value for key, value in GOOD.items() if key not in keys}


def test_an_untouched_checklist_misses_all_that_is_required():
    progress = measure(SAMPLE, {}, signed=False)
    assert progress.missing == tuple(GOOD)
    assert (progress.required, progress.answered) == (len(GOOD) + 1, 0)
    assert [step.passed for step in progress.steps] == [False, False, True, False, False]
    assert progress.evidence(signed=False) == Evidence(False, (), tuple(GOOD), signed=False)


def test_a_checklist_is_whole_only_when_it_is_signed():
    progress = measure(SAMPLE, GOOD, signed=False)
    assert (progress.required, progress.answered, progress.missing) == (9, 8, ())
    assert not progress.steps[-1].passed
    signed = measure(SAMPLE, GOOD, signed=True)
    assert signed.answered == signed.required
    assert all(step.passed for step in signed.steps)
    assert signed.evidence(signed=True) == Evidence()


def test_the_steps_before_the_work_pass_by_themselves():
    before = {"badge": True, "power_safe": "pass"}
    assert measure(SAMPLE, before, signed=False).evidence(signed=False).steps_passed
    assert not measure(SAMPLE, {"badge": True}, signed=False).evidence(signed=False).steps_passed


def test_a_failed_safety_item_before_the_work_stops_it():
    progress = measure(SAMPLE, {**GOOD, "power_safe": "fail"}, signed=True)
    assert (progress.failed, progress.failed_critical, progress.stopping) == (("power_safe",),) * 3
    evidence = progress.evidence(signed=True)
    assert evidence.failed_critical == ("power_safe",)
    assert not evidence.steps_passed


def test_a_safety_item_that_fails_during_the_work_bars_its_completion_and_not_a_later_start():
    progress = measure(SAMPLE, {**GOOD, "earthed": "fail"}, signed=True)
    assert progress.failed_critical == ("earthed",)
    assert progress.evidence(signed=True).failed_critical == ()
    assert progress.evidence(signed=True).unsafe == ("earthed",)
    assert progress.evidence(signed=True).steps_passed
    assert not progress.steps[3].passed


def test_an_ordinary_item_may_fail_and_counts_as_answered():
    progress = measure(SAMPLE, {**GOOD, "level": 95, "badge": False}, signed=True)
    assert progress.failed == ("badge", "level")
    assert progress.missing == ()
    assert progress.evidence(signed=True).steps_passed


@pytest.mark.parametrize("value", [None, [], ["m1"]])
def test_too_few_photos_are_no_answer(value):
    assert measure(SAMPLE, {**GOOD, "after": value}, signed=True).missing == ("after",)


def test_an_item_that_may_be_left_out_is_never_missing_but_may_fail():
    progress = measure(SAMPLE, {**without("cause"), "cables": ["broken"]}, signed=True)
    assert progress.missing == ("cause",)
    tools = progress.steps[2]
    assert (tools.step, tools.items, tools.required, tools.answered, tools.failed) == (Step.TOOLS, 1, 0, 0, 1)
