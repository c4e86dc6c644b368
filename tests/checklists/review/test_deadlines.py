"""What happens when time is over: appeals not made or not decided, reviews not done."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from checklists.review.appeals import service as appeals
from checklists.review.deadlines import close_appealable, close_overdue, settle_appeals
from checklists.review.models import ReviewAppeal, ReviewSlot
from dispatch.policies import service as policies
from tests.checklists.review.reviewing import CRITICAL, MAJOR, hand_in, reviewed, row_of, waiting
from tests.conftest import NOW


def test_what_nobody_appealed_is_final_after_its_deadline(scene):
    review_id = reviewed(scene, MAJOR)
    scene.uow.now = NOW + timedelta(days=6)
    assert close_appealable(scene.uow, limit=9) == 0
    scene.uow.now = NOW + timedelta(days=7)
    assert close_appealable(scene.uow, limit=9) == 1
    assert (row_of(scene, review_id).state, row_of(scene, review_id).verdict) == ("final", "rework")
    assert close_appealable(scene.uow, limit=9) == 0


@pytest.mark.parametrize(("rule", "verdict"), [("overturned", "pass"), ("upheld", "fail")])
def test_an_appeal_that_nobody_decides_is_settled_by_policy(scene, rule, verdict):
    rules = {"overdue_appeal": rule}
    policies.set_policy(scene.operations, region_id=scene.home.region_id, subject="reviews", rules=rules)
    review_id = reviewed(scene, CRITICAL)
    appeals.appeal(scene.acting(scene.technician), review_id=review_id, reason="x")
    scene.uow.now = NOW + timedelta(days=7)
    assert settle_appeals(scene.uow, limit=9) == 1
    row = row_of(scene, review_id)
    assert (row.state, row.verdict) == ("final", verdict)
    assert scene.uow.session.scalar(select(ReviewAppeal.state)) == rule
    assert settle_appeals(scene.uow, limit=9) == 0


def test_a_review_that_nobody_did_lapses_and_a_half_done_one_ends_with_its_half(scene):
    lapsed, _ = waiting(scene)
    half, (first, second) = waiting(scene, parts=2)
    hand_in(scene.operations, first, MAJOR)
    scene.uow.now = NOW + timedelta(days=13)
    assert close_overdue(scene.uow, limit=9) == 0
    scene.uow.now = NOW + timedelta(days=14)
    assert close_overdue(scene.uow, limit=9) == 2
    assert (row_of(scene, lapsed).state, row_of(scene, lapsed).verdict) == ("lapsed", None)
    assert (row_of(scene, half).state, row_of(scene, half).verdict) == ("decided", "rework")
    assert scene.uow.session.scalar(select(ReviewSlot.state).where(ReviewSlot.id == second)) == "dropped"
    assert close_overdue(scene.uow, limit=9) == 0
