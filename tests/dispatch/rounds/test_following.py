"""Visits follow their orders, and those that follow these up; the report counts what became of them."""

from datetime import date, timedelta
from uuid import UUID

from dispatch.rounds import compliance, queries
from dispatch.rounds.compliance import Period
from dispatch.rounds.queries import OccurrenceFilter
from dispatch.territory.touching import answered_for
from dispatch.work_orders import queries as orders
from dispatch.work_orders.lifecycle import Command
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

MONDAY = date(2026, 11, 23)


def states(scene, plan_id) -> list[str]:
    return [state for _, state in scene.visits(plan_id)]


def assignee(scene, order_id) -> UUID:
    return orders.order(scene.manager, order_id).row.assignee_id


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


def test_the_report_counts_what_was_planned_and_what_became_of_it(scene):
    plan_id = scene.plan(rule="FREQ=WEEKLY;BYDAY=MO;COUNT=2", station_id=scene.beat.station_id).plan_id
    scene.generate(days=3)  # the first Monday is missed in all four zones
    scene.generate(days=6)
    in_time, late, dropped, _open = scene.orders(plan_id)
    factories.complete(scene.uow, in_time, assignee(scene, in_time))
    scene.uow.now = NOW + timedelta(days=12)
    factories.complete(scene.uow, late, assignee(scene, late))
    factories.cancel(scene.uow, dropped)
    scene.manager.now = scene.uow.now
    with recorded(scene.uow.session) as statements:
        row = report(scene.manager)[plan_id]
    assert len(statements) == 2
    assert (row.planned, row.generated, row.in_time, row.late, row.missed, row.ahead) == (8, 4, 1, 1, 6, 0)
    assert row.kept_percent == 12.5
    missed = queries.page_of_occurrences(scene.manager, filters=OccurrenceFilter(missed=True), limit=50).items
    assert len(missed) == 6
    kept = queries.page_of_occurrences(scene.manager, filters=OccurrenceFilter(missed=False), limit=50).items
    assert sorted((one.state, one.is_late) for one in kept) == [("done", False), ("done", True)]


def test_who_sees_a_round_and_which_of_its_visits(scene):
    plan_id = scene.plan(station_id=scene.beat.station_id).plan_id
    scene.generate()
    one, other = scene.beat.groups
    leader = factories.acting_as(scene.uow, Role.GROUP_LEADER, Level.GROUP, one.id, scene.beat.region_id)
    technician = factories.acting(scene.uow, other.technicians[0])
    idle = factories.acting(scene.uow, other.technicians[1])
    stranger = factories.places(scene.uow)
    abroad = factories.acting_as(
        scene.uow, Role.STATION_MANAGER, Level.STATION, stranger.station_id, stranger.region_id
    )
    for who, visits in ((scene.manager, 4), (leader, 2), (technician, 2), (idle, 0), (abroad, 0)):
        page = queries.page_of_occurrences(who, filters=OccurrenceFilter(), limit=50)
        assert len(page.items) == visits
        rounds = queries.page_of_rounds(who, limit=50).items
        assert [row.id for row in rounds] == ([plan_id] if visits else [])
        assert sum(row.planned for row in report(who).values()) == visits
    assert set(scene.uow.session.scalars(answered_for(technician))) == set(other.zones)
    assert len(queries.page_of_rounds(scene.manager, limit=1, zone_id=one.zones[0]).items) == 0
