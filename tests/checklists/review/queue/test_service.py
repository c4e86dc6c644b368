"""The queue: who sees what, one reviewer at a time, and assessors who see what was handed to them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from checklists.review.models import Review, ReviewSlot
from checklists.review.opening import Pick, open_reviews
from checklists.review.policy import ReviewRules
from checklists.review.queries import page_of_reviews
from checklists.review.queue import queries, service
from checklists.review.queue.opened import open_part
from checklists.review.sampling.service import spot_check
from checklists.review.scoring import sheet
from checklists.review.states import Source, Why
from checklists.review.who import own_groups
from dispatch.people import service as people
from kernel.actor import Level, Role, system_actor
from tests import factories
from tests.checklists.review.scene import build, refusal
from tests.conftest import NOW
from tests.statements import recorded


def opened(scene, count=1, *, parts=1, places=None, technician=None):
    """Open reviews of work that was finished yesterday; return the ids of their parts in order."""
    who = technician or scene.technician
    ids = scene.finished(count, places=places, technician=who, at=NOW - timedelta(days=1))
    picks = [Pick(key, who, Source.PLAN, Why.RANDOM, parts) for key in ids]
    made = open_reviews(scene.uow, picks, {scene.home.region_id: ReviewRules()})
    statement = select(ReviewSlot.id).where(ReviewSlot.review_id.in_(made.values()))
    return list(scene.uow.session.scalars(statement.order_by(ReviewSlot.due_at, ReviewSlot.id)))


def queue_of(who, **filters):
    return [one.id for one in queries.page_of_queue(who, limit=50, **filters).items]


def test_reviewers_see_what_waits_in_their_places_and_nobody_the_work_of_their_own_group(scene):
    mine = opened(scene)
    others = opened(scene, places=scene.other, technician=scene.other_technician)
    far = opened(scene, places=scene.far, technician=scene.far_technician)
    assert set(queue_of(scene.operations)) == {*mine, *others, *far}
    assert set(queue_of(scene.manager)) == {*mine, *others}
    for who in (scene.leader, scene.assessor, scene.acting(scene.technician)):
        assert queue_of(who) == []
    people.give_role(
        scene.uow,
        user_id=scene.manager.actor.user_id,
        role=Role.GROUP_LEADER,
        level=Level.GROUP,
        place_id=scene.other.group_id,
    )
    both = scene.acting(scene.manager.actor.user_id)
    assert queue_of(both) == mine
    assert refusal(service.claim, both, slot_id=others[0])[0] == "review.own_group"
    assert refusal(sheet.sheet, both, others[0])[0] == "review.own_group"
    service.claim(both, slot_id=mine[0])
    known = {one.technician_id for one in page_of_reviews(both, limit=9).items}
    assert known == {scene.technician}, "of their own group they learn with the verdict, as everybody there"


def test_whose_group_it_is_counts_by_then_and_by_now(scene):
    (slot,) = opened(scene)
    people.give_role(
        scene.uow,
        user_id=scene.manager.actor.user_id,
        role=Role.GROUP_LEADER,
        level=Level.GROUP,
        place_id=scene.other.group_id,
    )
    leading = scene.acting(scene.manager.actor.user_id)
    assert own_groups(leading) == {scene.other.group_id}
    people.move_to_group(scene.uow, technician_id=scene.technician, group_id=scene.other.group_id)
    assert refusal(service.claim, leading, slot_id=slot)[0] == "review.own_group"
    service.claim(scene.operations, slot_id=slot)


def test_a_claim_is_one_persons_until_it_ends_is_released_or_is_handed_in(scene):
    (slot,) = opened(scene)
    until = service.claim(scene.operations, slot_id=slot)
    assert until == NOW + timedelta(hours=4)
    assert queue_of(scene.colleague) == []
    assert queue_of(scene.operations, mine=True) == [slot]
    assert queue_of(scene.operations, mine=False) == []
    assert refusal(service.claim, scene.colleague, slot_id=slot)[0] == "review.taken"
    assert refusal(service.release, scene.colleague, slot_id=slot)[0] == "review.not_yours"
    scene.uow.now = scene.operations.now = NOW + timedelta(hours=3)
    assert service.claim(scene.operations, slot_id=slot) == NOW + timedelta(hours=7), "held on to"
    service.release(scene.operations, slot_id=slot)
    assert queue_of(scene.colleague) == [slot]
    assert scene.uow.session.scalar(select(Review.state)) == "sampled"
    service.claim(scene.operations, slot_id=slot)
    scene.colleague.now = NOW + timedelta(hours=7, seconds=1)
    assert queue_of(scene.colleague) == [slot], "the claim ran out"
    service.claim(scene.colleague, slot_id=slot)
    scene.operations.now = scene.colleague.now
    assert refusal(service.release, scene.operations, slot_id=slot)[0] == "review.not_yours"
    scene.uow.now = NOW


def test_the_two_parts_of_a_double_review_are_by_two_people(scene):
    first, second = opened(scene, parts=2)
    service.claim(scene.operations, slot_id=first)
    assert queue_of(scene.operations) == [first]
    assert refusal(service.claim, scene.operations, slot_id=second)[0] == "review.has_a_part"
    assert queue_of(scene.colleague) == [second]
    service.claim(scene.colleague, slot_id=second)


def test_an_assessor_sees_what_was_handed_over_without_the_customer_and_nothing_else(scene):
    customer = factories.customer(scene.uow, scene.home, name="赵秀英", phone="138 0002 0001")
    ids = scene.finished(2, at=NOW - timedelta(days=1), customer_id=customer, title="赵秀英家无信号")
    scene.answered(ids[0], cause="赵秀英 13800020001 说接头松动")
    picks = [Pick(key, scene.technician, Source.PLAN, Why.RANDOM) for key in ids]
    open_reviews(scene.uow, picks, {scene.home.region_id: ReviewRules()})
    slots = dict(
        scene.uow.session.execute(
            select(Review.work_order_id, ReviewSlot.id).join(Review, Review.id == ReviewSlot.review_id)
        ).all()
    )
    handed, kept = slots[ids[0]], slots[ids[1]]
    assessor = scene.assessor.actor.user_id
    service.hand_over(scene.operations, slot_id=handed, user_id=assessor)
    assert factories.told(scene.uow, assessor) == ["reviews.handed_over"]
    assert queue_of(scene.assessor) == [handed]
    assert queue_of(scene.operations) == [kept]
    assert refusal(service.claim, scene.operations, slot_id=handed)[0] == "review.unknown"
    for call in (service.claim, service.release):
        assert refusal(call, scene.assessor, slot_id=kept)[0] == "review.unknown"
    assert refusal(sheet.sheet, scene.assessor, kept)[0] == "review.unknown"
    seen = sheet.sheet(scene.assessor, handed)
    assert (seen.customer_name, seen.customer_phone, seen.title, seen.technician_id) == (
        "赵**",
        "138******01",
        None,
        None,
    )
    for secret in ("赵秀英", "13800020001", str(scene.technician)):
        assert secret not in repr(seen)
    inside = sheet.sheet(scene.operations, kept)
    assert (inside.customer_name, inside.technician_id, inside.minimised) == ("赵秀英", scene.technician, False)
    service.hand_over(scene.operations, slot_id=handed, user_id=None)
    assert queue_of(scene.assessor) == []
    assert refusal(sheet.sheet, scene.assessor, handed)[0] == "review.unknown"


def test_parts_are_handed_to_assessors_of_the_place_by_planners_and_while_nobody_has_them(scene):
    (slot,) = opened(scene)
    abroad = factories.places(scene.uow)
    stranger = factories.person_with(
        scene.uow, Role.ASSESSOR, Level.REGION, abroad.region_id, region_id=abroad.region_id
    )
    for user_id in (stranger, scene.technician, scene.colleague.actor.user_id):
        refused = refusal(service.hand_over, scene.operations, slot_id=slot, user_id=user_id)
        assert refused == ("review.assessor_unknown", ["/user_id"])
    assessor = scene.assessor.actor.user_id
    for who in (scene.manager, scene.leader, scene.assessor):
        assert refusal(service.hand_over, who, slot_id=slot, user_id=assessor)[0] == "review.unknown"
    service.claim(scene.operations, slot_id=slot)
    assert refusal(service.hand_over, scene.colleague, slot_id=slot, user_id=assessor)[0] == "review.taken"


def test_a_part_out_of_sight_does_not_exist(scene):
    (slot,) = opened(scene)
    abroad = factories.places(scene.uow)
    stranger = factories.acting_as(
        scene.uow, Role.REGIONAL_OPERATIONS, Level.REGION, abroad.region_id, abroad.region_id
    )
    for who in (stranger, scene.leader, scene.assessor, scene.acting(scene.technician)):
        for call in (service.claim, service.release):
            assert refusal(call, who, slot_id=slot)[0] == "review.unknown"
        assert refusal(sheet.sheet, who, slot)[0] == "review.unknown"


def test_a_page_of_the_queue_takes_the_same_statements_for_any_number(scene):
    opened(scene, 3)
    with recorded(scene.uow.session) as few:
        queries.page_of_queue(scene.operations, limit=50)
    opened(scene, 9)
    with recorded(scene.uow.session) as many:
        assert len(queries.page_of_queue(scene.operations, limit=50).items) == 12
    assert len(few) == len(many) == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_many_who_claim_at_once_one_gets_it(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        scene = build(uow)
        (slot,) = opened(scene)
        users = [scene.operations.actor, scene.colleague.actor, scene.manager.actor]
    barrier = Barrier(3)

    def claim(actor):
        with runtime.unit_of_work(actor) as mine:
            # All have looked before anybody takes: without the lock all would find it free.
            mine.session.execute(select(ReviewSlot.state).where(ReviewSlot.id == slot))
            barrier.wait(10)
            try:
                service.claim(mine, slot_id=slot)
            except Exception as error:
                return getattr(error, "code", repr(error))
        return "claimed"

    with ThreadPoolExecutor(3) as pool:
        told = sorted(pool.map(claim, users))
    assert told == ["claimed", "review.taken", "review.taken"]


def test_a_review_that_was_opened_twice_is_one(scene):
    (order_id,) = scene.finished(1, at=NOW - timedelta(days=1))
    spot_check(scene.operations, order_id=order_id)
    pick = Pick(order_id, scene.technician, Source.PLAN, Why.RANDOM)
    assert open_reviews(scene.uow, [pick], {scene.home.region_id: ReviewRules()}) == {}
    scene.uow.session.execute(update(Review).values(state="final"))
    assert set(open_reviews(scene.uow, [pick], {scene.home.region_id: ReviewRules()})) == {order_id}
    assert open_part(scene.operations, scene.uow.session.scalar(select(ReviewSlot.id).limit(1))).nth == 1
