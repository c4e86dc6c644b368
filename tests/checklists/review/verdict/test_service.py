"""What reviewers hand in, what it comes to, and what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from checklists.media.models import MediaFile
from checklists.review import queries
from checklists.review.models import FaultRecord, Review, ReviewFinding, ReviewItemScore
from checklists.review.queue import service as queue
from checklists.review.scoring.standard import Finding
from checklists.review.states import Severity
from checklists.review.verdict import service
from dispatch.policies import service as policies
from dispatch.work_orders import queries as orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.service import command
from kernel.bulk import insert_rows
from kernel.identifiers import new_id
from tests import factories
from tests.checklists.review.reviewing import CRITICAL, ITEMS, MAJOR, hand_in, reviewed, row_of, waiting
from tests.checklists.review.scene import refusal
from tests.conftest import NOW


def test_a_good_review_passes_is_final_and_whose_work_it_was_is_told(scene):
    review_id, (slot,) = waiting(scene)
    me = scene.acting(scene.technician)
    assert refusal(queries.review, me, review_id)[0] == "review.unknown"
    assert hand_in(scene.operations, slot, [Finding(Severity.MINOR, "标签歪")]) == "pass"
    row = row_of(scene, review_id)
    assert (row.state, row.verdict, row.score, row.month, row.appeal_until) == ("final", "pass", 100.0, "2026-11", None)
    found = queries.review(me, review_id)
    assert (found.row.verdict, len(found.scores), found.findings[0].text) == ("pass", len(ITEMS), "标签歪")
    assert (found.part_rows[0].reviewer_id, found.risks, found.note) == (None, [], None)
    assert factories.told(scene.uow, scene.technician) == ["reviews.passed"]
    kept = orders.timeline(scene.operations, row.work_order_id, limit=50).items[-1]
    assert (kept.kind, kept.data["verdict"], kept.data["findings"][0]["text"]) == ("review.decided", "pass", "标签歪")


def test_rework_sends_a_completed_order_back_with_the_findings_and_the_phone_gets_it(scene):
    scene.uow.changes.clear()
    review_id = reviewed(scene, MAJOR)
    row = row_of(scene, review_id)
    assert (row.state, row.verdict, row.reopening) == ("decided", "rework", "returned")
    assert row.appeal_until == NOW + timedelta(days=7)
    order = orders.order(scene.operations, row.work_order_id).row
    assert (order.status, order.assignee_id) == ("in_progress", scene.technician)
    last = orders.timeline(scene.operations, row.work_order_id, limit=50).items[-1]
    assert (last.kind, last.data["findings"][0]["item"]) == ("work_order.return_for_rework", "level")
    told = {(one.scope, one.type, one.id) for one in scene.uow.changes}
    mine = f"user:{scene.technician}"
    assert {(mine, "work_orders", str(row.work_order_id)), (mine, "reviews", str(review_id))} <= told
    document = queries.documents(scene.acting(scene.technician), [review_id])[str(review_id)]
    assert (document["verdict"], document["findings"][0]["text"]) == ("rework", "接头未做防水")
    assert queries.documents(scene.acting(scene.other_technician), [review_id]) == {}


def test_rework_of_a_closed_order_reopens_it_for_the_same_person(scene):
    (order_id,) = scene.finished(1, at=NOW - timedelta(days=3))
    command(scene.uow, order_id=order_id, command=Command.CLOSE, command_id=new_id(), data={}, evidence=Evidence())
    row = row_of(scene, reviewed(scene, MAJOR, order_id=order_id))
    order = orders.order(scene.operations, order_id).row
    assert (row.reopening, order.status, order.assignee_id) == ("reopened", "assigned", scene.technician)


def test_where_an_order_cannot_go_back_the_verdict_stands_and_says_why(scene):
    (old,) = scene.finished(1, at=NOW - timedelta(days=60))
    scene.uow.session.execute(
        update(WorkOrder).where(WorkOrder.id == old).values(status="closed", closed_at=NOW - timedelta(days=40))
    )
    assert row_of(scene, reviewed(scene, MAJOR, order_id=old)).reopening == "too_late"
    (gone,) = scene.finished(1, at=NOW - timedelta(days=1))
    review_id, (slot,) = waiting(scene, order_id=gone)
    scene.uow.session.execute(update(WorkOrder).where(WorkOrder.id == gone).values(status="cancelled"))
    hand_in(scene.operations, slot, MAJOR)
    assert (row_of(scene, review_id).verdict, row_of(scene, review_id).reopening) == ("rework", "not_possible")


def test_what_somebody_else_did_again_is_a_review_of_their_work(scene):
    order_id = row_of(scene, reviewed(scene, MAJOR)).work_order_id
    scene.uow.session.execute(
        update(WorkOrder).where(WorkOrder.id == order_id).values(assignee_id=scene.other_technician)
    )
    factories.commands(scene.uow, order_id, scene.other_technician, "complete")
    again = select(Review.technician_id, Review.technician_group_id).where(Review.source == "rework")
    assert tuple(scene.uow.session.execute(again).one()) == (scene.other_technician, scene.other.group_id)


def test_work_that_was_done_again_is_reviewed_again(scene):
    review_id = reviewed(scene, MAJOR)
    order_id = row_of(scene, review_id).work_order_id
    factories.commands(scene.uow, order_id, scene.technician, "complete")
    statement = select(Review.id, Review.source, Review.why, Review.state).where(Review.previous_id == review_id)
    (again,) = scene.uow.session.execute(statement).all()
    assert tuple(again[1:]) == ("rework", "again", "sampled")


def test_a_failed_review_is_a_fault_record_and_those_who_lead_know(scene):
    review_id = reviewed(scene, CRITICAL)
    fault = scene.uow.session.execute(select(FaultRecord.technician_id, FaultRecord.skill, FaultRecord.review_id)).one()
    assert tuple(fault) == (scene.technician, "fibre", review_id)
    assert row_of(scene, review_id).state == "decided"
    assert factories.told(scene.uow, scene.technician) == ["reviews.decided"]
    assert [one.id for one in queries.page_of_reviews(scene.leader, limit=5).items] == [review_id]


def test_a_double_review_waits_for_both_and_neither_sees_the_other(scene):
    review_id, (first, second) = waiting(scene, parts=2)
    assert hand_in(scene.operations, first, points=3) == "rework"
    assert row_of(scene, review_id).verdict is None
    blind = queries.review(scene.colleague, review_id)
    assert (blind.scores, blind.findings, blind.part_rows[0].score) == ((), (), None)
    assert hand_in(scene.colleague, second) == "pass"
    row = row_of(scene, review_id)
    assert (row.score, row.verdict) == (80.0, "rework")
    shown = queries.review(scene.colleague, review_id).part_rows
    assert [(one.verdict, one.score) for one in shown] == [("rework", 60.0), ("pass", 100.0)]


def test_thresholds_and_points_are_the_regions(scene):
    rules = {
        "pass_percent": 50,
        "fail_percent": 40,
        "major_findings": 0,
        "points": {"sample": {"level": 90}},
        "appeal_within_days": 0,
    }
    policies.set_policy(scene.operations, region_id=scene.home.region_id, subject="reviews", rules=rules)
    _, (slot,) = waiting(scene)
    assert hand_in(scene.operations, slot, MAJOR, level=0) == "fail"
    assert factories.told(scene.uow, scene.technician) == ["reviews.final"], "there is nothing to appeal"
    review_id, (slot,) = waiting(scene)
    assert hand_in(scene.operations, slot, MAJOR, points=0, level=85) == "pass"
    assert row_of(scene, review_id).score == 58.6


def test_what_cannot_be_handed_in_is_refused_with_its_place_and_leaves_nothing(scene):
    review_id, (slot,) = waiting(scene)
    scores = dict.fromkeys(ITEMS, 5)
    assert refusal(service.submit, scene.operations, slot_id=slot, scores=scores)[0] == "review.not_yours"
    queue.claim(scene.operations, slot_id=slot)
    wrong = [
        ({"scores": scores | {"level": 6}}, "review.points_wrong", "/scores/level"),
        ({"scores": scores | {"x": 1}}, "review.item_unknown", "/scores/x"),
        ({"scores": {"level": 1}}, "review.item_missing", "/scores/badge"),
        ({"findings": [Finding(Severity.MINOR, "x", "x")]}, "review.item_unknown", "/findings/0/item"),
        (
            {"findings": [Finding(Severity.MINOR, "x", None, ("0" * 64,))]},
            "review.media_unknown",
            "/findings/0/media/0",
        ),
        ({"note": "a\0"}, "invalid", "/note"),
    ]
    for changes, code, path in wrong:
        asked = {"slot_id": slot, "scores": scores, **changes}
        assert refusal(service.submit, scene.operations, **asked) == (code, [path]), changes
    for table in (ReviewItemScore, ReviewFinding):
        assert scene.uow.session.execute(select(table)).first() is None
    assert row_of(scene, review_id).state == "in_review"
    scene.operations.now = NOW + timedelta(hours=5)
    assert refusal(service.submit, scene.operations, slot_id=slot, scores=scores)[0] == "review.not_yours"


def test_findings_name_photos_of_the_order_by_their_digest(scene):
    review_id, (slot,) = waiting(scene)
    photo = {
        "id": new_id(),
        "region_id": scene.home.region_id,
        "work_order_id": row_of(scene, review_id).work_order_id,
        "media_id": "m1",
        "state": "verified",
        "digest": "ab" * 32,
        "user_id": scene.technician,
        "named_at": NOW,
        "due_at": NOW,
    }
    insert_rows(scene.uow.session, MediaFile, [photo])
    hand_in(scene.operations, slot, [Finding(Severity.MAJOR, "模糊", "after", ("ab" * 32,))])
    assert queries.review(scene.leader, review_id).findings[0].media == ["ab" * 32]


@pytest.mark.parametrize("who", ["leader", "assessor"])
def test_nobody_hands_in_what_they_do_not_see(scene, who):
    _, (slot,) = waiting(scene)
    asked = {"slot_id": slot, "scores": {}}
    assert refusal(service.submit, getattr(scene, who), **asked)[0] == "review.unknown"
