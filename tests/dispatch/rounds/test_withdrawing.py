"""Orders that nobody has begun are taken back, and planned anew."""

from datetime import date

from dispatch.rounds.previewing import preview
from dispatch.rounds.service import change_round, step_round
from dispatch.rounds.standing import Step
from dispatch.work_orders import queries as orders
from tests import factories
from tests.dispatch.rounds.scene import refusal

MONDAY, NEXT_MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 30), date(2026, 11, 24)


def status(scene, order_id) -> str:
    return orders.order(scene.manager, order_id).row.status


def test_a_change_counts_from_the_first_visit_without_orders_unless_these_are_taken_back(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    begun, waiting = scene.orders(plan_id)
    technician = scene.beat.groups[0].technicians[0]
    factories.commands(scene.uow, begun, technician, "accept", "depart")
    change_round(scene.manager, plan_id=plan_id, changes={"rule": "FREQ=WEEKLY;BYDAY=TU"})
    scene.generate()
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2 + [(TUESDAY, "due")] * 2
    outcome = change_round(scene.manager, plan_id=plan_id, changes={"title": "月检"}, withdraw=True, reason="改名")
    assert (outcome.withdrawn, status(scene, waiting), status(scene, begun)) == (3, "cancelled", "en_route")
    last = orders.timeline(scene.manager, waiting, limit=20).items[-1]
    assert (last.data["reason"], last.data["note"]) == ("plan_changed", "改名")
    scene.generate()
    by_day = scene.visits(plan_id)
    assert sorted(state for day, state in by_day if day == MONDAY) == ["due", "withdrawn"], "no Monday any more"
    assert [state for day, state in by_day if day == TUESDAY] == ["due", "due"], "planned anew under the same key"
    titles = {orders.order(scene.manager, key).row.title[:2] for key in scene.orders(plan_id)[-2:]}
    assert titles == {"月检"}


def test_orders_of_a_pause_may_be_taken_back_and_come_again_with_its_end(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    pause = {"plan_id": plan_id, "step": Step.PAUSE, "withdraw": True}
    assert refusal(step_round, scene.manager, **pause) == ("invalid", ["/reason"])
    assert step_round(scene.manager, **pause, reason="台风").withdrawn == 2
    assert scene.visits(plan_id) == [(MONDAY, "withdrawn")] * 2
    step_round(scene.manager, plan_id=plan_id, step=Step.RESUME)
    scene.generate()
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2
    assert refusal(step_round, scene.manager, plan_id=plan_id, step=Step.END) == ("invalid", ["/reason"])
    step_round(scene.manager, plan_id=plan_id, step=Step.END, reason="停用")
    assert scene.generate(days=30) == 1
    assert refusal(change_round, scene.manager, plan_id=plan_id, changes={})[0] == "round.illegal"
    assert preview(scene.manager, plan_id, count=5).visits == ()
