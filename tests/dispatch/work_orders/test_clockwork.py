from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.sla import service as sla
from dispatch.sla.clock import ClockStatus
from dispatch.sla.deadline import Priority, Targets
from dispatch.sla.pauses import Approval, PauseRule
from dispatch.sla.policy_rules import PolicyRules
from dispatch.work_orders import clocks, queries, service
from dispatch.work_orders.lifecycle import Command, Status
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.work_orders.ground import ask, make_ground
from tests.statements import recorded

HOUR = timedelta(hours=1)
PARTS = PauseRule("waiting_parts", longest_minutes=60, approval=Approval.BEYOND_LIMIT)


@pytest.fixture
def ground(uow):
    made = make_ground(uow)
    sla.start_with_defaults(uow, made.places.region_id)
    return made


def later(unit, hours):
    return replace(unit, now=unit.now + hours * HOUR)


def shown(ground, order_id, hours=0):
    return {one.clock: one.state for one in clocks.clocks_of(later(ground.uow, hours), order_id)}


def test_an_order_begins_with_its_clocks_and_shows_when_it_is_due(ground):
    order_id = ground.order()
    row = queries.order(ground.uow, order_id).row
    assert (row.respond_due_at, row.arrive_due_at, row.resolve_due_at) == (
        ground.uow.now + 4 * HOUR,
        None,
        ground.uow.now + 24 * HOUR,
    )
    assert set(shown(ground, order_id)) == {"respond", "arrive", "resolve"}


def test_a_draft_has_no_clocks_until_it_is_submitted_and_then_they_run_from_its_receipt(ground):
    order_id = ground.order(status=Status.DRAFT, **ground.whereabouts())
    assert shown(ground, order_id) == {}
    ask(later(ground.manager, 2), order_id, Command.SUBMIT)
    assert shown(ground, order_id, 3)["respond"].elapsed_seconds == 3 * 3600


def test_a_history_that_comes_with_its_end_keeps_the_clock_of_its_solution(ground):
    received = ground.uow.now - 30 * HOUR
    done = received + 25 * HOUR
    order_id = ground.order(status=Status.CLOSED, received_at=received, completed_at=done, closed_at=done)
    (state,) = shown(ground, order_id).values()
    assert (state.status, state.elapsed_seconds, state.remaining_seconds) == (ClockStatus.STOPPED, 25 * 3600, -3600)
    assert state.breached_at == received + 24 * HOUR + timedelta(seconds=1)


def test_each_step_keeps_its_promise_and_a_reassignment_changes_nothing(ground):
    order_id = ground.order(0)
    ask(later(ground.as_technician(), 1), order_id, Command.ACCEPT)
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(ground.technicians[1]), reason="rebalancing")
    hands = ground.as_technician(1)
    ask(later(hands, 2), order_id, Command.ACCEPT)
    ask(later(hands, 3), order_id, Command.ARRIVE)
    ask(later(hands, 4), order_id, Command.START)
    ask(later(hands, 5), order_id, Command.COMPLETE)
    states = shown(ground, order_id, 9)
    assert {name: state.elapsed_seconds // 3600 for name, state in states.items()} == {
        "respond": 1,
        "arrive": 3,
        "resolve": 5,
    }
    ask(later(ground.manager, 8), order_id, Command.REOPEN, reason="complaint")
    again = shown(ground, order_id, 9)["resolve"]
    assert (again.status, again.elapsed_seconds) == (ClockStatus.RUNNING, 6 * 3600)


def test_the_visit_is_due_by_the_agreed_window_and_moves_only_by_the_customers_wish(ground):
    order_id = ground.order(0, priority=Priority.PRIORITY)
    technician = ground.as_technician()
    ask(technician, order_id, Command.ACCEPT)
    for hours, extra, expected in (
        (3, {}, 3),
        (6, {"requested_by": "office"}, 3),
        (9, {"requested_by": "customer"}, 9),
    ):
        end = ground.uow.now + hours * HOUR
        ask(technician, order_id, Command.SCHEDULE, window_start_at=end - HOUR, window_end_at=end, **extra)
        assert queries.order(ground.uow, order_id).row.arrive_due_at == ground.uow.now + expected * HOUR


def test_a_hold_pauses_for_a_named_reason_up_to_its_limit_and_further_when_approved(ground):
    sla.set_policy(
        ground.uow,
        region_id=ground.places.region_id,
        priority=Priority.ROUTINE,
        targets=Targets(240, None, 1440),
        rules=PolicyRules((PARTS,)),
    )
    named, unnamed = ground.order(0), ground.order(0)
    for order_id, reason in ((named, "waiting_parts"), (unnamed, "weather")):
        ask(ground.as_technician(), order_id, Command.ACCEPT)
        ask(later(ground.as_technician(), 1), order_id, Command.HOLD, reason=reason)
    assert shown(ground, named, 4)["resolve"].paused_seconds == 3600
    assert shown(ground, unnamed, 4)["resolve"].paused_seconds == 0
    with pytest.raises(DomainError, match="not for your role"):
        clocks.approve_hold(ground.as_technician(), order_id=named, reason="已确认")
    clocks.approve_hold(later(ground.manager, 4), order_id=named, reason="配件缺货")
    told = clocks.explain(later(ground.uow, 5), named, clocks.ClockName.RESOLVE)
    assert [(one.kind, one.seconds, one.reason) for one in told.segments] == [
        ("running", 3600, None),
        ("paused", 4 * 3600, "waiting_parts"),
    ]
    assert told.segments[1].approver_id == ground.manager.actor.user_id
    assert told.total_seconds == 5 * 3600
    ask(later(ground.as_technician(), 6), named, Command.RESUME)
    assert shown(ground, named, 8)["resolve"].elapsed_seconds == 3 * 3600


def test_another_priority_brings_its_own_times_and_keeps_the_start(ground):
    order_id = ground.order(0)
    clocks.change_priority(later(ground.manager, 2), order_id=order_id, priority=Priority.EMERGENCY, reason="设备停运")
    states = shown(ground, order_id, 2)
    assert states["arrive"].due_at == ground.uow.now + 4 * HOUR
    assert states["respond"].breached_at == ground.uow.now + 2 * HOUR
    assert states["resolve"].due_at is None
    assert queries.order(ground.uow, order_id).row.priority == "emergency"
    with pytest.raises(DomainError, match="not for your role"):
        clocks.change_priority(ground.as_technician(), order_id=order_id, priority=Priority.ROUTINE, reason="x")


def test_a_policy_for_important_customers_goes_before_the_general_one(ground):
    sla.set_policy(
        ground.uow,
        region_id=ground.places.region_id,
        priority=Priority.ROUTINE,
        targets=Targets(30, None, None),
        customer_class="vip",
    )
    vip = factories.customer(ground.uow, ground.places, vip=True)
    plain = factories.customer(ground.uow, ground.places)
    due = [
        queries.order(ground.uow, ground.order(customer_id=key)).row.respond_due_at - ground.uow.now
        for key in (vip, plain)
    ]
    assert due == [HOUR / 2, 4 * HOUR]


def test_a_set_of_commands_takes_the_same_few_statements_as_one(ground):
    counts = []
    for size in (1, 40):
        ids = [ground.order(0) for _ in range(size)]
        book = service.open_book(ground.uow, ids)
        for order_id in ids:
            _accept(ground, book, order_id)
        with recorded(ground.uow.session) as seen:
            service.write_book(ground.uow, book)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def _accept(ground, book, order_id):
    user_id = ground.technicians[0]
    asked = service.Asked(Command.ACCEPT, user_id, frozenset(), ground.uow.now)
    entry = service.Entry(ground.uow.new_id(), order_id, "work_order.accept", user_id, ground.uow.now, ground.uow.now)
    book.command(order_id, asked, service.Evidence(), entry)
