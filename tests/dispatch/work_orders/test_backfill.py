from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from dispatch.sla import service as sla
from dispatch.sla.clock import ClockStatus
from dispatch.sla.models import ClockEventRow, SlaClock
from dispatch.work_orders import clocks, queries
from dispatch.work_orders.backfill import backfill_clocks
from dispatch.work_orders.lifecycle import Command, Status
from tests.dispatch.work_orders.ground import ask, make_ground
from tests.statements import recorded

HOUR = timedelta(hours=1)


@pytest.fixture
def ground(uow):
    made = make_ground(uow)
    sla.start_with_defaults(uow, made.places.region_id)
    return made


def forget(ground):
    """Leave the orders as the release before clocks left them."""
    for model in (ClockEventRow, SlaClock):
        ground.uow.session.execute(delete(model))


def later(unit, hours):
    return replace(unit, now=unit.now + hours * HOUR)


def states(ground, order_id, hours=9):
    return {one.clock: one.state for one in clocks.clocks_of(later(ground.uow, hours), order_id)}


def backfill(ground, limit=100):
    after, total = None, 0
    while True:
        after, count = backfill_clocks(later(ground.uow, 9), after=after, limit=limit)
        total += count
        if after is None:
            return total


def test_an_order_from_before_gets_the_clocks_that_it_would_have_had(ground):
    order_id = ground.order(0)
    ask(later(ground.as_technician(), 1), order_id, Command.ACCEPT)
    ask(later(ground.as_technician(), 3), order_id, Command.ARRIVE)
    before, row = states(ground, order_id), queries.order(ground.uow, order_id).row
    forget(ground)
    assert states(ground, order_id) == {}
    assert backfill(ground) == 1
    found = states(ground, order_id)
    names = ("status", "started_at", "stopped_at", "elapsed_seconds", "due_at", "breached_at", "colour")
    for clock, state in before.items():
        assert [getattr(found[clock], name) for name in names] == [getattr(state, name) for name in names], clock
    assert queries.order(ground.uow, order_id).row == row


def test_what_has_ended_has_clocks_that_stand(ground):
    done = ground.order(0)
    technician = ground.as_technician()
    for hours, command in enumerate((Command.ACCEPT, Command.ARRIVE, Command.START, Command.COMPLETE), 1):
        ask(later(technician, hours), done, command)
    ask(later(ground.manager, 5), done, Command.CLOSE)
    cancelled = ground.order()
    ask(later(ground.manager, 2), cancelled, Command.CANCEL, reason="withdrawn")
    forget(ground)
    assert backfill(ground) == 2
    assert {one.status for one in states(ground, done).values()} == {ClockStatus.STOPPED}
    assert states(ground, done)["resolve"].elapsed_seconds == 4 * 3600
    assert {one.status for one in states(ground, cancelled).values()} == {ClockStatus.VOID}


def test_it_goes_batch_by_batch_may_be_run_again_and_leaves_drafts_alone(ground):
    orders = [ground.order() for _ in range(5)]
    draft = ground.order(status=Status.DRAFT)
    forget(ground)
    kept = ground.order()
    assert backfill(ground, limit=2) == 5
    assert backfill(ground, limit=2) == 0
    assert all(set(states(ground, one)) == {"respond", "arrive", "resolve"} for one in [*orders, kept])
    assert states(ground, draft) == {}


def test_many_orders_take_as_few_statements_as_one(ground):
    for _ in range(7):
        ground.order()
    forget(ground)
    counts = []
    for limit in (1, 6):
        with recorded(ground.uow.session) as seen:
            assert backfill_clocks(ground.uow, after=None, limit=limit)[1] == limit
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 9
