"""The orders of rounds: made ahead, each once, given to whoever answers; what nobody made in time is shown as missed."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dispatch.rounds import queries
from dispatch.rounds.generating import generate
from dispatch.rounds.models import RoundOccurrence, RoundPlan
from dispatch.rounds.queries import OccurrenceFilter
from dispatch.sla.deadline import Priority
from dispatch.sla.pauses import ClockName
from dispatch.work_orders import clocks
from dispatch.work_orders import queries as orders
from kernel.actor import system_actor
from tests.dispatch.beat import wired
from tests.dispatch.rounds.scene import make_scene
from tests.statements import recorded

MONDAY, NEXT_MONDAY = date(2026, 11, 23), date(2026, 11, 30)


def test_orders_are_made_ahead_for_every_zone_and_given_to_whoever_answers(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2
    group = scene.beat.groups[0]
    for order_id in scene.orders(plan_id):
        row = orders.order(scene.manager, order_id).row
        assert (row.zone_id in group.zones, row.status, row.assignee_id) == (True, "assigned", group.technicians[0])
        assert row.title.startswith("周检 · ")
        assert row.respond_due_at is None
        assert row.arrive_due_at == row.resolve_due_at == datetime.fromisoformat("2026-11-23T10:00:00Z")
    scene.generate(days=1)
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2 + [(NEXT_MONDAY, "due")] * 2


def test_its_clocks_run_to_the_end_of_the_window_whatever_tier_it_is_put_into(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    order_id = scene.orders(plan_id)[0]
    end = datetime.fromisoformat("2026-11-23T10:00:00Z")
    assert {one.clock: one.state.due_at for one in clocks.clocks_of(scene.manager, order_id)} == {
        ClockName.ARRIVE: end,
        ClockName.RESOLVE: end,
    }
    clocks.change_priority(scene.manager, order_id=order_id, priority=Priority.EMERGENCY, reason="急")
    assert [one.state.due_at for one in clocks.clocks_of(scene.manager, order_id)] == [end, end]


def test_running_again_makes_nothing_twice_and_a_constant_number_of_statements(scene):
    one = scene.plan().plan_id
    with recorded(scene.uow.session) as few:
        generate(scene.uow, limit=100)
    more = [scene.plan(station_id=scene.beat.station_id).plan_id for _ in range(5)]
    with recorded(scene.uow.session) as many:
        generate(scene.uow, limit=100)
    assert len(many) <= len(few) + 1
    assert [len(scene.orders(plan_id)) for plan_id in (one, *more)] == [2, 4, 4, 4, 4, 4]
    scene.uow.session.execute(RoundPlan.__table__.update().values(next_look_at=scene.uow.now, generated_to=MONDAY))
    for plan_id in (one, *more):
        row = scene.uow.session.get(RoundPlan, plan_id, populate_existing=True)
        row.generated_to = MONDAY - timedelta(days=1)
    scene.uow.session.flush()
    scene.generate()
    assert [len(scene.orders(plan_id)) for plan_id in (one, *more)] == [2, 4, 4, 4, 4, 4]


def test_a_batch_that_is_full_goes_on_in_the_next_without_leaving_anything_out(scene):
    plan_id = scene.plan(station_id=scene.beat.station_id, rule="FREQ=DAILY").plan_id
    assert scene.generate(limit=3) > 9
    assert len(scene.visits(plan_id)) == 4 * 8, "today and seven days ahead, four zones"
    assert len(set(scene.orders(plan_id))) == 32


def test_the_database_itself_refuses_a_visit_twice(scene):
    plan_id = scene.plan().plan_id
    scene.generate()
    names = [column.name for column in RoundOccurrence.__table__.columns]
    row = scene.uow.session.execute(
        select(RoundOccurrence.__table__).where(RoundOccurrence.plan_id == plan_id).limit(1)
    ).one()
    again = {name: getattr(row, name) for name in names} | {"id": scene.uow.new_id()}
    with pytest.raises(IntegrityError), scene.uow.session.begin_nested():
        scene.uow.session.execute(RoundOccurrence.__table__.insert().values(**again))


def test_a_worker_that_dies_leaves_no_trace_and_the_next_one_makes_all(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        plan_id = make_scene(uow).plan().plan_id
    with pytest.raises(RuntimeError, match="killed"), runtime.unit_of_work(system_actor()) as uow:
        assert generate(wired(uow), limit=100) == 1
        raise RuntimeError("killed")
    for _ in range(2):
        with runtime.unit_of_work(system_actor()) as uow:
            generate(wired(uow), limit=100)
    with runtime.reading(system_actor()) as reading:
        page = queries.page_of_occurrences(reading, filters=OccurrenceFilter(plan_id=plan_id), limit=50)
        assert len(page.items) == 2
        assert len({one.work_order_id for one in page.items}) == 2


def test_what_nobody_made_in_time_is_noted_as_missed_and_not_made_late(scene):
    plan_id = scene.plan().plan_id
    scene.generate(days=3)  # the job did not run for three days
    assert scene.visits(plan_id) == [(MONDAY, "missed")] * 2 + [(NEXT_MONDAY, "due")] * 2
    page = queries.page_of_occurrences(scene.uow, filters=OccurrenceFilter(missed=True), limit=10)
    assert [one.day for one in page.items] == [MONDAY] * 2
    assert all(one.work_order_id is None and one.is_missed for one in page.items)


def test_a_rule_that_is_over_ends_its_plan(scene):
    plan_id = scene.plan(rule="FREQ=WEEKLY;BYDAY=MO;COUNT=1").plan_id
    scene.generate()
    row = queries.round_of(scene.manager, plan_id).row
    assert (row.state, row.end_reason, row.version) == ("ended", "rule_over", 2)
    assert scene.visits(plan_id) == [(MONDAY, "due")] * 2
