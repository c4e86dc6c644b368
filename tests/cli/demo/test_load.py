"""The demo comes once, quickly and whole."""

import time

from sqlalchemy import func, select

from cli import demo
from cli.demo.people import PASSWORD
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.actor import Role, system_actor
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
    first = demo.load(wired)
    assert time.process_time() - began < CPU_SECONDS
    before = count(wired)
    with wired.reading(system_actor()) as reading, recorded(reading.session) as asked:
        reading.session.connection()
        again = demo.load(wired)
    assert (first.fresh, again.fresh) == (True, False)
    assert count(wired) == before
    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) == 1


def test_it_names_everybody_one_can_sign_in_as(loaded):
    accounts = {account.login: account for account in demo.load(loaded).accounts}
    assert accounts["admin"].role is Role.ADMINISTRATOR
    assert accounts["station"].role is Role.STATION_MANAGER
    assert accounts["tech01"].role is Role.TECHNICIAN
    assert {account.password for account in accounts.values()} == {PASSWORD}
    assert all(account.name for account in accounts.values())
