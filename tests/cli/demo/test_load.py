"""The demo comes once, quickly and whole."""

import time

from sqlalchemy import func, select

from cli.demo.load import load
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.actor import system_actor
from kernel.change_feed import FeedRow
from tests.statements import recorded

CPU_SECONDS = 6.0
"""Several times what it takes on two quiet cores, so that only a change of its nature is caught."""


def count(runtime):
    with runtime.session() as session:
        return [
            session.scalar(select(func.count()).select_from(model)) for model in (WorkOrder, TimelineEntry, FeedRow)
        ]


def test_loading_again_changes_nothing_and_asks_once(wired):
    began = time.process_time()
    assert load(wired)
    assert time.process_time() - began < CPU_SECONDS
    before = count(wired)
    with wired.reading(system_actor()) as reading, recorded(reading.session) as asked:
        reading.session.connection()
        assert not load(wired)
    assert count(wired) == before
    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) == 1
