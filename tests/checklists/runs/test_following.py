"""Fail → raise order of type X: once for each run and item, whoever brings the answer and when."""

from uuid import UUID

import pytest
from sqlalchemy import select

from checklists.runs import queries, service
from checklists.runs.following import raise_follow_ups
from dispatch.work_orders import queries as order_queries
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from tests import factories
from tests.checklists import world
from tests.checklists.visits import GOOD, STEPS
from tests.statements import recorded

BAD = {**GOOD, "level": 50, "why": "接头氧化", "fan": "broken"}


@pytest.fixture
def made(uow, here):
    for code in ("cable", "fan"):
        work_orders.define_work_type(uow, region_id=here.region_id, code=code, name=code)
    return world.make(uow, here, 2, STEPS)


@pytest.fixture
def holder(uow, made):
    return factories.acting(uow, made.technician_id)


def answer(holder, order_id, values):
    for item, value in values.items():
        service.answer(holder, order_id=order_id, item=item, value=value)


def command(holder, order_id, command, evidence=None, **data):
    evidence = evidence or service.open_runs(holder, [order_id], {}).evidence(order_id)
    key = holder.new_id()
    work_orders.command(holder, order_id=order_id, command=command, command_id=key, data=data, evidence=evidence)


def finish(holder, order_id, values=BAD):
    for one in (Command.ACCEPT, Command.ARRIVE, Command.START):
        command(holder, order_id, one, Evidence())
    answer(holder, order_id, values)
    command(holder, order_id, Command.COMPLETE)


def children(uow, order_id):
    columns = (WorkOrder.id, WorkOrder.work_type, WorkOrder.priority, WorkOrder.repeat_visit)
    rows = uow.session.execute(select(*columns).where(WorkOrder.parent_id == order_id).order_by(WorkOrder.id))
    return list(rows)


def told(uow, order_id):
    rows = uow.session.execute(
        select(TimelineEntry.data, TimelineEntry.flags).where(
            TimelineEntry.work_order_id == order_id, TimelineEntry.kind == "work_order.follow_up_raised"
        )
    )
    return [(row.data, row.flags) for row in rows]


def test_nothing_is_raised_before_the_work_has_ended_and_everything_with_it(uow, holder, made):
    order_id = made.order_id
    for one in (Command.ACCEPT, Command.ARRIVE, Command.START):
        command(holder, order_id, one, Evidence())
    answer(holder, order_id, BAD)
    assert children(uow, order_id) == []
    command(holder, order_id, Command.COMPLETE)
    cable, fan = children(uow, order_id)
    assert (cable.work_type, cable.priority, cable.repeat_visit) == ("cable", "priority", False)
    assert (fan.work_type, fan.priority) == ("fan", "routine")
    assert queries.run_of_order(uow, order_id)["follow_ups"] == [
        {"item": "level", "work_order_id": str(cable.id)},
        {"item": "fan", "work_order_id": str(fan.id)},
    ]
    assert [(data["item"], data["value"], data["created_order_id"]) for data, _ in told(uow, order_id)] == [
        ("level", 50, str(cable.id)),
        ("fan", "broken", str(fan.id)),
    ]
    (back,) = told(uow, cable.id)
    assert back[0]["source_order_id"] == str(order_id)
    order = order_queries.order(uow, cable.id)
    assert (order.parent_id, order.row.title) == (order_id, "输出电平不合格")
    assert "50dBμV" in order.description


def test_it_is_raised_once_for_ever_also_when_the_work_is_done_again(uow, holder, author, made):
    finish(holder, made.order_id)
    raise_follow_ups(uow, [made.order_id])
    command(uow, made.order_id, Command.RETURN_FOR_REWORK, Evidence(), reason="substandard", note="风扇")
    answer(holder, made.order_id, {"fan": "used"})
    answer(holder, made.order_id, {"fan": "broken"})
    command(holder, made.order_id, Command.COMPLETE)
    assert len(children(uow, made.order_id)) == 2


def test_an_answer_that_comes_after_the_end_of_the_work_still_leads_to_its_order(uow, holder, made):
    finish(holder, made.order_id, GOOD)
    assert children(uow, made.order_id) == []
    base = queries.run_of_order(uow, made.order_id)["answers"]["fan"]["base"]
    service.answer(holder, order_id=made.order_id, item="fan", value="broken", base=UUID(base))
    (fan,) = children(uow, made.order_id)
    assert fan.work_type == "fan"


def test_an_order_that_cannot_be_completed_leads_to_what_was_found(uow, holder, made):
    for one in (Command.ACCEPT, Command.ARRIVE):
        command(holder, made.order_id, one, Evidence())
    answer(holder, made.order_id, {"level": 40})
    command(holder, made.order_id, Command.MARK_UNABLE, Evidence(), reason="other", note="停电")
    assert [one.work_type for one in children(uow, made.order_id)] == ["cable"]


def test_a_kind_of_work_that_the_region_does_not_have_becomes_that_of_the_order(uow, here):
    made = world.make(uow, here, 1, STEPS)
    finish(factories.acting(uow, made.technician_id), made.order_id)
    assert [(one.work_type, one.repeat_visit) for one in children(uow, made.order_id)] == [("repair", True)] * 2
    assert [flags for _, flags in told(uow, made.order_id)] == [["work_type_unknown"]] * 2


def test_many_orders_take_a_constant_number_of_statements(uow, here, made):
    counts = []
    for size in (1, 6):
        orders = world.orders(uow, here, size)
        for order_id in orders:
            world.assign(uow, order_id, made.technician_id)
            service.answer(factories.acting(uow, made.technician_id), order_id=order_id, item="level", value=40)
            uow.session.execute(WorkOrder.__table__.update().where(WorkOrder.id == order_id).values(status="completed"))
        with recorded(uow.session) as statements:
            raise_follow_ups(uow, orders)
        assert all(len(children(uow, order_id)) == 1 for order_id in orders)
        counts.append(len(statements))
    assert counts[0] == counts[1]
