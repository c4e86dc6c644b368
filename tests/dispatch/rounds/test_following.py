"""Visits follow their orders, and those that follow these up; the report counts what became of them."""

from datetime import timedelta

from dispatch.rounds import compliance, queries
from dispatch.rounds.compliance import Period
from dispatch.rounds.queries import OccurrenceFilter
from dispatch.work_orders.lifecycle import Command
from tests import factories
from tests.conftest import NOW


def states(scene, plan_id) -> list[str]:
    return [state for _, state in scene.visits(plan_id)]


def report(reading, **where):
    period = Period(NOW, NOW + timedelta(days=40), **where)
    return {one.plan_id: one for one in compliance.page_of_compliance(reading, period=period, limit=50).items}


def test_a_visit_is_what_became_of_its_order(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    done, other = scene.orders(plan_id)
    technician = scene.beat.groups[0].technicians[0]
    factories.complete(scene.uow, done, technician)
    assert sorted(states(scene, plan_id)) == ["done", "due"]
    factories.commands(scene.uow, other, technician, "accept", "arrive")
    factories.commands(scene.uow, other, technician, "mark_unable", reason="blocked", note="停电")
    assert sorted(states(scene, plan_id)) == ["done", "due"], "a follow-up may yet do it"
    scene.beat.command(other, Command.CREATE_FOLLOW_UP)
    follow_up = next(
        one.last_order_id
        for one in queries.page_of_occurrences(scene.manager, filters=OccurrenceFilter(), limit=10).items
        if one.work_order_id == other
    )
    assert follow_up != other
    scene.beat.command(follow_up, Command.ASSIGN, technician_id=str(technician))
    factories.complete(scene.uow, follow_up, technician)
    assert states(scene, plan_id) == ["done", "done"]
    scene.beat.command(done, Command.REOPEN, reason="complaint")
    assert sorted(states(scene, plan_id)) == ["done", "due"]
    factories.cancel(scene.uow, done)
    assert sorted(states(scene, plan_id)) == ["done", "dropped"]
