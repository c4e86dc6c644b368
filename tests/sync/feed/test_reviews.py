"""Reviews in the running product: what comes to the phone of whose work it was, and what the jobs do by themselves."""

from datetime import timedelta

from sqlalchemy import select, update

from checklists.review.models import Review, ReviewPlan, ReviewSlot
from checklists.review.queue import service as queue
from checklists.review.sampling.service import spot_check
from checklists.review.scoring.sheet import sheet
from checklists.review.scoring.standard import Finding
from checklists.review.states import Severity
from checklists.review.verdict.service import submit
from dispatch.policies import service as policies
from dispatch.work_orders.models import WorkOrder
from kernel.actor import Level, Role, system_actor
from sync import wiring
from tests import factories


def test_a_phone_learns_of_a_review_with_its_verdict_and_gets_the_order_back(world):
    (order_id,) = world.orders()
    phone = world.phone()
    with world.runtime.unit_of_work(system_actor()) as uow:
        values = {"status": "completed", "completed_at": uow.now}
        uow.session.execute(update(WorkOrder).where(WorkOrder.id == order_id).values(**values))
        region_id = world.places.region_id
        reviewer = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, region_id, region_id)
        spot_check(reviewer, order_id=order_id)
    phone.pull()
    assert phone.held("reviews") == {}, "unannounced"
    with world.runtime.unit_of_work(reviewer.actor) as uow:
        part = uow.session.scalars(select(ReviewSlot.id)).one()
        queue.claim(uow, slot_id=part)
        scores = {item.key: item.most for item in sheet(uow, part).items if item.most is not None}
        submit(uow, slot_id=part, scores=scores, findings=[Finding(Severity.MAJOR, "接头松动")])
    phone.pull()
    (review,) = phone.held("reviews").values()
    assert (review["verdict"], review["state"], review["reopening"]) == ("rework", "decided", "returned")
    assert review["findings"][0]["text"] == "接头松动"
    assert phone.held("work_orders")[str(order_id)]["status"] == "in_progress"


def test_a_month_is_planned_drawn_and_closed_by_the_jobs_alone(world):
    (order_id,) = world.orders()
    with world.runtime.unit_of_work(system_actor()) as uow:
        values = {"status": "completed", "completed_at": uow.now - timedelta(days=30)}
        uow.session.execute(update(WorkOrder).where(WorkOrder.id == order_id).values(**values))
        policies.set_policy(uow, region_id=world.region_id, subject="reviews", rules={"plan_day": 1})
    for _ in range(2):
        wiring.plan_reviews(world.runtime)
    with world.reading() as reading:
        assert reading.session.execute(select(ReviewPlan.month, ReviewPlan.state)).all() == [("2026-10", "drawn")]
        assert reading.session.scalars(select(Review.state)).all() == ["sampled"]
    world.clock.at += timedelta(days=14)
    for _ in range(2):
        wiring.close_overdue_reviews(world.runtime)
    with world.reading() as reading:
        assert reading.session.scalars(select(Review.state)).all() == ["lapsed"]
