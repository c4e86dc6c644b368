"""Rounds: planned, changed from the next visit on, paused, resumed, ended; bad input is refused with its field."""

from datetime import date, time, timedelta

from dispatch.rounds import queries
from dispatch.rounds.service import change_round, step_round
from dispatch.rounds.standing import PlanState, Step
from kernel.identifiers import new_id
from tests.conftest import NOW
from tests.dispatch.rounds.scene import refusal

MONDAY, NEXT_MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 24)


def test_a_command_takes_effect_once_for_ever_and_asks_for_the_version(scene):
    key, pause = new_id(), new_id()
    first = scene.plan(command_id=key)
    assert scene.plan(command_id=key) == first
    assert refusal(scene.plan, command_id=key, title="别的") == ("round.command_reused", ["/command_id"])
    step = {"plan_id": first.plan_id, "step": Step.PAUSE, "command_id": pause}
    done = step_round(scene.manager, **step)
    assert step_round(scene.manager, **step) == done
    assert (done.state, done.version) == (PlanState.PAUSED, 2)
    late = {"plan_id": first.plan_id, "expected_version": 1}
    assert refusal(step_round, scene.manager, step=Step.RESUME, **late)[0] == "stale"
    assert refusal(change_round, scene.manager, changes={}, **late)[0] == "stale"
    assert refusal(step_round, scene.manager, plan_id=first.plan_id, step=Step.PAUSE)[0] == "round.illegal"
    kinds = [one.kind for one in queries.events_of(scene.manager, first.plan_id, limit=10).items]
    assert kinds == ["plan", "pause"]


def test_what_falls_into_a_pause_is_not_caught_up(scene):
    plan_id = scene.plan(lead_days=0).plan_id
    step_round(scene.manager, plan_id=plan_id, step=Step.PAUSE)
    assert scene.generate(days=3) == 1
    scene.manager.now = NOW + timedelta(days=3)
    step_round(scene.manager, plan_id=plan_id, step=Step.RESUME)
    scene.generate(days=8)
    assert scene.visits(plan_id) == [(NEXT_MONDAY, "due")] * 2


def test_a_plan_that_is_made_or_goes_on_after_todays_window_misses_nothing_by_that(scene):
    early = {"rule": "FREQ=DAILY", "begins_at": time(6), "window_minutes": 60, "lead_days": 0}
    plan_id = scene.plan(**early).plan_id
    scene.generate()
    assert scene.visits(plan_id) == []
    step_round(scene.manager, plan_id=plan_id, step=Step.PAUSE)
    scene.manager.now = NOW + timedelta(days=1)
    step_round(scene.manager, plan_id=plan_id, step=Step.RESUME)
    scene.generate(days=1)
    assert scene.visits(plan_id) == []
    scene.generate(days=2)
    assert scene.visits(plan_id) == [(TUESDAY, "missed")] * 2, "and from then on it does"
