from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.runs.progress import measure
from checklists.runs.visibility import look
from checklists.templates.form import parse_steps
from checklists.templates.steps import Checklist
from tests.checklists.samples import label

KIND_IS_FIBRE = {"===": [{"var": "answers.kind"}, "fibre"]}
POWER_FAILED = {"in": ["power", {"var": "failed"}]}


def item(key: str, kind: str = "yes_no", **members: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": label(key), **members}


def checklist() -> Checklist:
    choices = [{"value": "fibre", "label": label("光纤")}, {"value": "cable", "label": label("同轴")}]
    execution = [
        item("kind", "single_choice", choices=choices),
        item("power", "number", unit="dBm", minimum=-27, maximum=-8, warn_minimum=-25, visible_when=KIND_IS_FIBRE),
        item("why", "text", required_when=POWER_FAILED, visible_when=POWER_FAILED),
        item("meter", "meter_reading", unit="kWh", required=False, required_when={"!": [{"var": "answers.why"}]}),
        item("read_this", "note"),
    ]
    document = [
        {"step": "identity", "items": [item("badge")]},
        {"step": "environment", "items": [item("clean", evidence={"photos": 1, "when": "failed"})]},
        {"step": "tools", "items": [item("whole", required=False)]},
        {"step": "execution", "items": execution},
        {"step": "sign_off", "items": [item("signature", "signature")]},
    ]
    found, problems = parse_steps(document)
    assert problems == ()
    assert found is not None
    return found


SAMPLE = checklist()
BEGUN = {"badge": True, "clean": True}


@pytest.mark.parametrize(
    ("values", "shown", "needed"),
    [
        ({}, set(), {"meter"}),
        ({"kind": "cable"}, set(), {"meter"}),
        ({"kind": "fibre"}, {"power"}, {"power", "meter"}),
        ({"kind": "fibre", "power": -30}, {"power", "why"}, {"power", "why", "meter"}),
        ({"kind": "fibre", "power": -30, "why": "弯折"}, {"power", "why"}, {"power", "why"}),
        ({"kind": "cable", "power": -30, "why": "弯折"}, set(), {"meter"}),
    ],
)
def test_what_is_shown_and_needed_follows_from_the_answers_before(values, shown, needed):
    view = look(SAMPLE, {**BEGUN, **values})
    assert view.shown & {"power", "why"} == shown
    assert view.required & {"power", "why", "meter"} == needed


def test_a_hidden_answer_counts_for_nothing_and_comes_back_with_its_item():
    values = {**BEGUN, "kind": "cable", "power": -30}
    assert "power" not in look(SAMPLE, values).values
    assert measure(SAMPLE, values, signed=False).failed == ()
    again = {**values, "kind": "fibre"}
    assert look(SAMPLE, again).values["power"] == -30
    assert measure(SAMPLE, again, signed=False).failed == ("power",)


def test_progress_counts_what_is_shown_and_needed_and_nothing_else():
    progress = measure(SAMPLE, {**BEGUN, "kind": "cable"}, signed=False)
    assert progress.missing == ("meter",)
    assert progress.hidden == ("power", "why")
    assert (progress.required, progress.answered) == (5, 3)
    done = measure(SAMPLE, {**BEGUN, "kind": "cable", "meter": 12.5}, signed=True)
    assert (done.required, done.answered, done.missing) == (5, 5, ())


def test_a_number_in_the_warning_band_passes_and_is_told():
    values = {**BEGUN, "kind": "fibre", "power": -26, "meter": 3}
    progress = measure(SAMPLE, values, signed=False)
    assert (progress.failed, progress.warned) == ((), ("power",))
    assert measure(SAMPLE, {**values, "power": -20}, signed=False).warned == ()


def test_a_failed_answer_without_the_photo_it_must_come_with_is_missing():
    values = {**BEGUN, "clean": False, "kind": "cable", "meter": 3}
    bare = measure(SAMPLE, values, signed=False)
    assert (bare.missing, bare.without_evidence) == (("clean",), ("clean",))
    assert measure(SAMPLE, values, signed=False, photos={"clean": 1}).missing == ()
    assert measure(SAMPLE, {**values, "clean": True}, signed=False).without_evidence == ()


answers = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["fibre", "cable", None]),
        "power": st.sampled_from([-30, -26, -10, None]),
        "why": st.sampled_from(["弯折", "", None]),
        "meter": st.sampled_from([0, 12.5, None]),
        "badge": st.booleans(),
    },
)


@given(answers)
def test_nothing_is_complete_while_something_that_is_asked_for_is_missing(values):
    progress = measure(SAMPLE, values, signed=True)
    assert (progress.answered == progress.required) == (progress.missing == ())
    assert not set(progress.missing) & set(progress.hidden)
    assert set(look(SAMPLE, values).values) <= set(values)


@given(answers)
def test_looking_again_at_what_is_shown_shows_the_same(values):
    view = look(SAMPLE, values)
    assert look(SAMPLE, view.values) == view
