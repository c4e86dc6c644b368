"""Sweeps that run at once with each other and with commands: no notice twice, no breach lost, no clock out of step."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.notifications.models import Notification
from dispatch.sla import queries as sla
from dispatch.sla.clock import EventKind
from dispatch.sla.models import ClockEventRow, SlaClock
from dispatch.sla.notices import RETRY
from dispatch.sla.pauses import ClockName
from dispatch.work_orders.alerts import sweep_clocks
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import TimelineEntry
from kernel.actor import system_actor
from tests import factories
from tests.conftest import NOW
from tests.dispatch.work_orders.ground import ask, make_ground

ORDERS = 24


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_sweeps_and_commands_at_once_give_each_notice_once_and_lose_no_breach(runtime, clock):
    with runtime.unit_of_work(system_actor()) as uow:
        ground = make_ground(uow)
        orders = [ground.order(0) for _ in range(ORDERS)]
    clock.at = NOW + timedelta(hours=4, minutes=1)
    begin, errors = threading.Barrier(4), []

    def sweeper():
        begin.wait(20)
        idle = 0
        while idle < 4:
            with runtime.unit_of_work(system_actor()) as uow:
                idle = 0 if sweep_clocks(uow, limit=5, last_pushes=lambda *_: {}) else idle + 1

    def technician():
        begin.wait(20)
        for order_id in orders[::2]:
            with runtime.unit_of_work(system_actor()) as uow:
                ask(factories.acting(uow, ground.technicians[0]), order_id, Command.ACCEPT)

    def guarded(action):
        try:
            action()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in (sweeper, sweeper, sweeper, technician)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    clock.at += RETRY  # a clock that a command has stopped late is looked at again then
    with runtime.unit_of_work(system_actor()) as uow:
        while sweep_clocks(uow, limit=50, last_pushes=lambda *_: {}):
            pass
    with runtime.reading(system_actor()) as reading:
        check(reading, ground.places.region_id, orders)


def check(reading, region_id, orders):
    """Compare what is stored with what the events say."""
    notices = reading.session.execute(
        select(TimelineEntry.work_order_id, TimelineEntry.kind, TimelineEntry.data).where(
            TimelineEntry.kind.like("sla.%")
        )
    )
    told = Counter((row.work_order_id, row.kind, row.data["clock"]) for row in notices)
    assert set(told.values()) == {1}
    rows = reading.session.execute(select(Notification.recipient_id, Notification.key))
    assert set(Counter(map(tuple, rows)).values()) == {1}
    # Whether it was answered at once or never: it came after four hours and a minute, and that is a breach in each case.
    final = reading.session.execute(
        select(ClockEventRow.work_order_id).where(
            ClockEventRow.kind == EventKind.BREACH.value, ClockEventRow.clock == "respond", ClockEventRow.final
        )
    )
    assert Counter(row.work_order_id for row in final) == dict.fromkeys(orders, 1)
    book = sla.clock_book(reading, dict.fromkeys(orders, region_id))
    for row in reading.session.execute(
        select(SlaClock.work_order_id, SlaClock.clock, SlaClock.status, SlaClock.colour)
    ):
        state = book.state(row.work_order_id, ClockName(row.clock))
        assert (row.status, row.colour) == (state.status.value, state.colour.value)
