"""Appeals: by whose work it was, decided by somebody else, for good."""

from datetime import timedelta

from sqlalchemy import select

from checklists.review import queries
from checklists.review.appeals import service
from checklists.review.faults.queries import page_of_faults
from checklists.review.models import FaultRecord
from tests import factories
from tests.checklists.review.reviewing import CRITICAL, MAJOR, reviewed, row_of, waiting
from tests.checklists.review.scene import refusal
from tests.conftest import NOW


def test_an_overturned_verdict_is_a_pass_and_its_fault_is_removed(scene):
    review_id = reviewed(scene, CRITICAL)
    me = scene.acting(scene.technician)
    assert len(page_of_faults(me, limit=5, standing=True).items) == 1
    service.appeal(me, review_id=review_id, reason="当时已接地，照片可证")
    assert row_of(scene, review_id).state == "appealed"
    assert factories.told(scene.uow, scene.colleague.actor.user_id) == ["reviews.appealed"]
    assert factories.told(scene.uow, scene.operations.actor.user_id) == [], "who reviewed does not decide"
    service.decide(scene.colleague, review_id=review_id, overturn=True, note="照片属实")
    row = row_of(scene, review_id)
    assert (row.state, row.verdict, row.overturned) == ("final", "pass", True)
    assert page_of_faults(me, limit=5, standing=True).items == ()
    assert page_of_faults(scene.leader, limit=5).items[0].removed_why == "照片属实"
    found = queries.review(me, review_id).appeal
    assert (found.state, found.note, found.decided_at) == ("overturned", "照片属实", NOW)
    assert factories.told(scene.uow, scene.technician)[-1] == "reviews.appeal_decided"


def test_an_upheld_verdict_stands_with_its_fault(scene):
    review_id = reviewed(scene, CRITICAL)
    service.appeal(scene.acting(scene.technician), review_id=review_id, reason="不服")
    service.decide(scene.colleague, review_id=review_id, overturn=False, note="证据充分")
    row = row_of(scene, review_id)
    assert (row.state, row.verdict, row.overturned) == ("final", "fail", False)
    assert scene.uow.session.scalar(select(FaultRecord.removed_at)) is None
    assert (
        refusal(service.decide, scene.colleague, review_id=review_id, overturn=True, note="x")[0] == "review.no_appeal"
    )


def test_only_whose_work_it_was_appeals_once_and_in_time(scene):
    review_id = reviewed(scene, MAJOR)
    me = scene.acting(scene.technician)
    for who in (scene.leader, scene.manager, scene.operations):
        assert refusal(service.appeal, who, review_id=review_id, reason="x")[0] == "review.not_the_technician"
    other = scene.acting(scene.other_technician)
    assert refusal(service.appeal, other, review_id=review_id, reason="x")[0] == "review.unknown"
    assert refusal(service.appeal, me, review_id=review_id, reason=" ") == ("invalid", ["/reason"])
    late = scene.acting(scene.technician)
    late.now = NOW + timedelta(days=7, seconds=1)
    assert refusal(service.appeal, late, review_id=review_id, reason="x")[0] == "review.appeal_too_late"
    service.appeal(me, review_id=review_id, reason="x")
    assert refusal(service.appeal, me, review_id=review_id, reason="y")[0] == "review.not_appealable"
    unseen, _ = waiting(scene)
    assert refusal(service.appeal, me, review_id=unseen, reason="x")[0] == "review.unknown", "not before the verdict"


def test_who_reviewed_and_who_is_no_planner_does_not_decide(scene):
    review_id = reviewed(scene, MAJOR)
    asked = {"review_id": review_id, "overturn": True, "note": "x"}
    assert refusal(service.decide, scene.colleague, **asked)[0] == "review.no_appeal"
    service.appeal(scene.acting(scene.technician), review_id=review_id, reason="x")
    assert refusal(service.decide, scene.operations, **asked)[0] == "review.own_verdict"
    for who in (scene.manager, scene.leader, scene.acting(scene.technician)):
        assert refusal(service.decide, who, **asked)[0] == "forbidden"
    assert refusal(service.decide, scene.assessor, **asked)[0] == "review.unknown"
