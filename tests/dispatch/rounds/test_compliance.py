"""The report counts what was planned, and what became of it."""

from datetime import timedelta

from dispatch.rounds import compliance, queries
from dispatch.rounds.compliance import Period
from dispatch.rounds.queries import OccurrenceFilter
from dispatch.work_orders import queries as orders
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded


def assignee(scene, order_id):
    return orders.order(scene.manager, order_id).row.assignee_id


def report(reading, **where):
    period = Period(NOW, NOW + timedelta(days=40), **where)
    return {one.plan_id: one for one in compliance.page_of_compliance(reading, period=period, limit=50).items}


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
