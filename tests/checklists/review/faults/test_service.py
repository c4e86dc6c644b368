"""Fault records: three within the window bar from the skill, until retraining is recorded; overturned ones do not count."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from checklists.review.appeals import service as appeals
from checklists.review.faults.queries import page_of_faults
from dispatch.people.certificates import queries as bars
from dispatch.people.certificates.service import record_retraining
from dispatch.people.models import SkillBarRow
from dispatch.policies import service as policies
from dispatch.work_orders import service as work_orders
from kernel.actor import system_actor
from tests.checklists.review.reviewing import CRITICAL, hand_in, reviewed, waiting
from tests.checklists.review.scene import build, refusal
from tests.checklists.world import CODE
from tests.conftest import NOW


def standing_bars(scene):
    page = bars.page_of_bars(scene.operations, scene.technician, limit=9)
    return [one.skill for one in page.items if one.lifted_at is None]


def at(scene, days):
    scene.uow.now = scene.operations.now = scene.colleague.now = NOW + timedelta(days=days)


def test_three_faults_within_the_window_bar_until_retraining_and_are_then_used_up(scene):
    reviewed(scene, CRITICAL)
    at(scene, 170)
    reviewed(scene, CRITICAL)
    assert standing_bars(scene) == []
    at(scene, 190)
    reviewed(scene, CRITICAL)
    assert standing_bars(scene) == [], "the first one is out of the window"
    reviewed(scene, CRITICAL)
    assert standing_bars(scene) == ["fibre"]
    barred = [one.barred_at for one in page_of_faults(scene.operations, limit=9).items]
    assert [one is not None for one in barred] == [True, True, True, False]
    record_retraining(scene.uow, technician_id=scene.technician, skill="fibre", note="已培训")
    reviewed(scene, CRITICAL)
    assert standing_bars(scene) == [], "the three have had their effect"


def test_a_bar_goes_with_the_fault_that_made_it_when_that_is_overturned(scene):
    *_, last = (reviewed(scene, CRITICAL) for _ in range(3))
    assert standing_bars(scene) == ["fibre"]
    appeals.appeal(scene.acting(scene.technician), review_id=last, reason="x")
    appeals.decide(scene.colleague, review_id=last, overturn=True, note="照片属实")
    assert standing_bars(scene) == []
    reviewed(scene, CRITICAL)
    assert standing_bars(scene) == ["fibre"], "the other two count again"


def test_work_that_needs_no_skill_bars_from_none_and_faults_show_in_scope(scene):
    work_orders.define_work_type(
        scene.uow, region_id=scene.home.region_id, code="plain", name="简单", template_code=CODE
    )
    for _ in range(3):
        reviewed(scene, CRITICAL, kind="plain")
    assert standing_bars(scene) == []
    for who in (scene.operations, scene.manager, scene.leader, scene.acting(scene.technician)):
        assert len(page_of_faults(who, limit=9).items) == 3
    for who in (scene.assessor, scene.acting(scene.other_technician)):
        assert page_of_faults(who, limit=9).items == ()
    assert refusal(record_retraining, scene.uow, technician_id=scene.technician, skill="fibre", note="x")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_faults_that_are_recorded_at_once_are_counted_together(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        scene = build(uow)
        policies.set_policy(
            scene.operations, region_id=scene.home.region_id, subject="reviews", rules={"faults_to_bar": 2}
        )
        slots = [waiting(scene)[1][0] for _ in range(2)]
        reviewers = [scene.operations.actor, scene.colleague.actor]
    barrier = Barrier(2)

    def fail(actor, slot):
        with runtime.unit_of_work(actor) as mine:
            mine.session.execute(select(SkillBarRow.id)).all()
            barrier.wait(10)
            hand_in(mine, slot, CRITICAL)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fail, reviewers, slots))
    with runtime.reading(system_actor()) as reading:
        assert len(reading.session.execute(select(SkillBarRow.id)).all()) == 1
