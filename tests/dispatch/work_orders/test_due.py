"""What happens by itself: holds end, finished orders close, windows are missed; each once, with few statements."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select

from dispatch.work_orders import clocks, due, queries
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.models import Appointment
from tests.dispatch.work_orders.ground import ask
from tests.statements import recorded

HOUR = timedelta(hours=1)


def at(ground, hours: float):
    return replace(ground.uow, now=ground.uow.now + hours * HOUR)


def status(ground, order_id) -> str:
    return queries.order(ground.manager, order_id).row.status


def last(ground, order_id):
    return queries.timeline(ground.manager, order_id, limit=200).items[-1]


def begun(ground, *commands: Command, technician: int = 0):
    order_id = ground.order(technician)
    for command in commands:
        ask(ground.as_technician(technician), order_id, command)
    return order_id


ON_SITE = (Command.ACCEPT, Command.ARRIVE)
DONE = (*ON_SITE, Command.START, Command.COMPLETE)


def test_a_hold_ends_at_its_time_however_late_the_sweep_comes(ground):
    order_id = begun(ground, *ON_SITE)
    until = ground.uow.now + 2 * HOUR
    ask(ground.as_technician(), order_id, Command.HOLD, reason="weather", until=until.isoformat())
    assert due.end_holds(at(ground, 1.9), limit=9) == 0
    assert due.end_holds(at(ground, 5), limit=9) == 1
    assert due.end_holds(at(ground, 5), limit=9) == 0
    entry = last(ground, order_id)
    assert (status(ground, order_id), entry.kind, entry.effective_at) == ("on_site", "work_order.resume", until)
    assert (entry.data["automatic"], entry.recorded_at) == (True, ground.uow.now + 5 * HOUR)


def test_a_leaders_approval_lets_a_hold_last_beyond_the_limit(ground):
    order_id = begun(ground, *ON_SITE)
    ask(ground.as_technician(), order_id, Command.HOLD, reason="waiting_parts")
    assert queries.order(ground.manager, order_id).hold_until == ground.uow.now + timedelta(days=7)
    until = ground.uow.now + timedelta(days=20)
    clocks.approve_hold(ground.manager, order_id=order_id, reason="厂家缺货", until=until)
    assert due.end_holds(at(ground, 24 * 19), limit=9) == 0
    assert queries.order(ground.manager, order_id).hold_until == until
    assert due.end_holds(at(ground, 24 * 20), limit=9) == 1


def test_finished_work_closes_by_itself_once_nobody_comes_back_to_it(ground):
    order_id = begun(ground, *DONE)
    assert queries.order(ground.manager, order_id).closes_at == ground.uow.now + timedelta(days=7)
    assert due.close_finished(at(ground, 24 * 7 - 0.1), limit=9) == 0
    assert due.close_finished(at(ground, 24 * 7), limit=9) == 1
    assert (status(ground, order_id), last(ground, order_id).kind) == ("closed", "work_order.close")


def test_rework_and_an_undecided_end_keep_an_order_from_closing(ground):
    rework, unable, followed = begun(ground, *DONE), begun(ground, *ON_SITE), begun(ground, *ON_SITE)
    ask(ground.manager, rework, Command.RETURN_FOR_REWORK, reason="substandard", findings=["f1"])
    for order_id in (unable, followed):
        ask(ground.as_technician(), order_id, Command.MARK_UNABLE, reason="beyond_visit")
    ask(ground.manager, followed, Command.CREATE_FOLLOW_UP)
    assert due.close_finished(at(ground, 24 * 30), limit=9) == 1
    assert [status(ground, one) for one in (rework, unable, followed)] == [
        "in_progress",
        "unable_to_complete",
        "closed",
    ]


def scheduled(ground, hours: float):
    order_id = begun(ground, Command.ACCEPT)
    start, end = (ground.uow.now + each * HOUR for each in (hours, hours + 2))
    ask(
        ground.as_technician(),
        order_id,
        Command.SCHEDULE,
        window_start_at=start.isoformat(),
        window_end_at=end.isoformat(),
    )
    return order_id


def appointment(ground, order_id):
    ground.uow.session.expire_all()
    return ground.uow.session.scalars(select(Appointment).where(Appointment.work_order_id == order_id)).one()


def test_a_window_without_anybody_there_is_missed_once_until_an_arrival_says_otherwise(ground):
    order_id, kept = scheduled(ground, 1), scheduled(ground, 5)
    ask(ground.as_technician(), kept, Command.ARRIVE)
    assert due.miss_appointments(at(ground, 2.9), limit=9) == 0
    assert due.miss_appointments(at(ground, 3), limit=9) == 1
    assert due.miss_appointments(at(ground, 30), limit=9) == 0
    entry = last(ground, order_id)
    assert (entry.kind, appointment(ground, order_id).state) == (due.MISSED, "missed")
    ask(replace(ground.as_technician(), now=ground.uow.now + 2 * HOUR), order_id, Command.ARRIVE)
    one = appointment(ground, order_id)
    assert (one.state, one.is_late) == ("kept", False)


def test_a_window_of_an_order_on_hold_is_dropped(ground):
    order_id = scheduled(ground, 1)
    ask(ground.as_technician(), order_id, Command.HOLD, reason="customer_asked")
    assert due.miss_appointments(at(ground, 4), limit=9) == 1
    one = appointment(ground, order_id)
    assert (one.state, one.reason, status(ground, order_id)) == ("cancelled", "on_hold", Status.ON_HOLD)


@pytest.mark.parametrize("sweep", due.SWEEPS, ids=lambda one: one.__name__)
def test_a_sweep_takes_the_same_few_statements_for_any_number(ground, sweep):
    hours = count(3, 3)

    def make(number):
        for _ in range(number):
            if sweep is due.end_holds:
                ask(ground.as_technician(), begun(ground, *ON_SITE), Command.HOLD, reason="weather")
            elif sweep is due.close_finished:
                begun(ground, *DONE)
            else:
                scheduled(ground, next(hours))

    counts = []
    for number in (1, 4):
        make(number)
        with recorded(ground.uow.session) as seen:
            assert sweep(at(ground, 24 * 8), limit=9) == number
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 16
