"""The lives of the orders, as they were replayed."""

import random
from collections import Counter

from sqlalchemy import func, select

from checklists.runs.models import ChecklistRun
from checklists.runs.queries import run_documents
from checklists.signoff.models import SignOff
from cli.demo.accounts import SEED
from cli.demo.history import order_id_of
from cli.demo.load import stories_of
from cli.demo.people import staff
from cli.demo.places import LIANSHUI
from cli.demo.work import KINDS
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.actor import system_actor
from tests.conftest import NOW


def stories():
    return stories_of(LIANSHUI, staff(random.Random(SEED)), NOW)


def test_every_order_is_where_its_story_ends(loaded):
    with loaded.session() as session:
        rows = session.execute(select(WorkOrder).where(WorkOrder.region_id == LIANSHUI.region_id)).scalars()
        orders = {order.id: order for order in rows}
    told = stories()
    assert len(orders) == len(told)
    for story in told:
        order = orders[order_id_of(story)]
        assert (order.status, order.received_at) == (story.ending.value, story.received_at)
    assert Counter(order.status for order in orders.values()).keys() == {status.value for status in Status}


def test_every_command_is_on_the_timeline_at_its_own_time(loaded):
    with loaded.session() as session:
        rows = session.execute(select(TimelineEntry.work_order_id, TimelineEntry.kind, TimelineEntry.effective_at))
        found = {tuple(row) for row in rows}
    for story in stories():
        for beat in story.beats:
            if isinstance(beat.what, Command):
                assert (order_id_of(story), f"work_order.{beat.what}", beat.at) in found


def test_some_orders_are_late(loaded):
    with loaded.session() as session:
        late = session.scalar(
            select(func.count()).where(
                WorkOrder.region_id == LIANSHUI.region_id, WorkOrder.responded_at > WorkOrder.respond_due_at
            )
        )
    assert late is not None
    assert 10 < late < 120


def test_what_is_completed_is_answered_in_full_and_signed_as_it_stands(loaded):
    with_checklist = {kind.code for kind in KINDS if kind.template is not None}
    with loaded.reading(system_actor()) as reading:
        done = (Status.COMPLETED.value,)
        ids = reading.session.scalars(
            select(ChecklistRun.id)
            .join(WorkOrder, WorkOrder.id == ChecklistRun.work_order_id)
            .where(WorkOrder.status.in_(done), WorkOrder.work_type.in_(with_checklist))
        ).all()
        runs = run_documents(reading, ids)
        refused = reading.session.scalar(select(func.count()).where(SignOff.refused_reason.is_not(None)))
        signed = reading.session.scalar(select(func.count()).where(SignOff.signer_name.is_not(None)))
    assert len(runs) > 10
    for run in runs.values():
        assert run["progress"]["missing"] == []
        assert run["signed"]
        assert [one["worth"] for one in run["sign_offs"]] == ["current"]
    assert signed is not None
    assert refused
    assert signed > 100
