"""Answers from phones: what does not fit has its code and is kept, safety stops the work, and failures lead to orders once."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from checklists.runs.models import ChecklistAnswer
from checklists.templates import service as templates
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import WorkOrder
from kernel.actor import system_actor
from sync.ingest.models import Op
from sync.reconcile.models import Conflict
from tests.checklists.samples import label
from tests.checklists.visits import BEFORE, GOOD, STEPS


@pytest.fixture
def visit(world):
    """A phone with an order that has the short checklist; the technician is on site."""
    with world.runtime.unit_of_work(system_actor()) as uow:
        made = templates.create_template(uow, region_id=world.region_id, code="visit", name=label("上门"), steps=STEPS)
        templates.publish(uow, version_id=made.version_id)
        kinds = {"visit": "visit", "cable": None, "fan": None}
        for code, template in kinds.items():
            work_orders.define_work_type(uow, region_id=world.region_id, code=code, name=code, template_code=template)
    phone, (order,) = world.phone(), world.orders(work_type="visit")
    phone.push(phone.op("work_order.accept", order), phone.op("work_order.arrive", order))
    return phone, order


def answers(phone, order, values, **members):
    return [
        phone.op("checklist.answer", order, {"item": key, "value": value}, **members) for key, value in values.items()
    ]


def status(world, order) -> str:
    with world.reading() as reading:
        return reading.session.scalar(select(WorkOrder.status).where(WorkOrder.id == order)) or ""


def children(world, order) -> list[str]:
    with world.reading() as reading:
        found = reading.session.scalars(select(WorkOrder.work_type).where(WorkOrder.parent_id == order))
        return sorted(found)


def conflicts(world) -> list[tuple[str, str | None]]:
    with world.reading() as reading:
        return [tuple(row) for row in reading.session.execute(select(Conflict.kind, Conflict.code))]


BAD = {
    "an item that does not exist": ({"item": "magic", "value": 1}, "checklist.unknown_item"),
    "a wrong type": ({"item": "level", "value": "high"}, "checklist.wrong_type"),
    "no answer at all to a choice": ({"item": "fan", "value": "melted"}, "checklist.wrong_type"),
    "a number that cannot be": ({"item": "level", "value": 700}, "checklist.out_of_bounds"),
    "another unit": ({"item": "level", "value": 70, "unit": "dBm"}, "checklist.wrong_unit"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_answer_goes_to_quarantine_with_its_code_and_its_bytes(world, visit, case):
    phone, order = visit
    data, code = BAD[case]
    op = phone.op("checklist.answer", order, data)
    phone.push(op)
    world.work()
    assert phone.statuses(op) == [("quarantined", code)]
    with world.reading() as reading:
        assert reading.session.scalars(select(ChecklistAnswer.id)).all() == []
        assert data["item"] in reading.session.scalars(select(Op.payload).where(Op.op_id == UUID(op["id"]))).one()


def test_an_answer_for_another_version_goes_to_quarantine_and_one_for_its_own_is_taken(world, visit):
    phone, order = visit
    phone.pull()
    (run,) = phone.held("checklists").values()
    (old,) = answers(phone, order, {"level": 70}, template={"id": str(uuid4()), "version": 0})
    (own,) = answers(phone, order, {"level": 71}, template=run["template"])
    phone.push(old, own)
    world.work()
    assert phone.statuses(old, own) == [("quarantined", "checklist.other_version"), ("applied", None)]


def test_an_answer_to_what_is_not_shown_is_kept_and_goes_to_a_person(world, visit):
    phone, order = visit
    (unasked,) = answers(phone, order, {"why": "接头氧化"})
    phone.push(unasked)
    world.work()
    assert phone.statuses(unasked) == [("applied", "not_shown")]
    assert conflicts(world) == [("hidden_answer", "not_shown")]


def test_an_answer_of_somebody_who_never_held_the_order_learns_nothing_and_is_kept(world, visit):
    _, order = visit
    other = world.phone(1)
    (strange,) = answers(other, order, {"level": 70})
    other.push(strange)
    world.work()
    assert other.statuses(strange) == [("quarantined", "unknown-order")]


def test_an_answer_to_an_order_that_is_over_is_kept_and_goes_to_a_person(world, visit):
    phone, order = visit
    world.work()
    world.command(order, Command.CANCEL, reason="withdrawn")
    (late,) = answers(phone, order, {"level": 70})
    phone.push(late)
    world.work()
    assert phone.statuses(late)[0][0] == "applied"
    assert ("closed_order", "closed_order") in conflicts(world)


def test_the_work_begins_only_after_the_three_steps_before_it(world, visit):
    phone, order = visit
    early = phone.op("work_order.start", order)
    phone.push(early)
    world.work()
    assert phone.statuses(early) == [("needs_review", "work_order.checks_not_passed")]
    ready = answers(phone, order, {key: GOOD[key] for key in BEFORE})
    start = phone.op("work_order.start", order)
    phone.push(*ready, start)
    world.work()
    assert phone.statuses(start) == [("applied", None)]
    assert status(world, order) == "in_progress"


@pytest.mark.parametrize(("unsafe", "stopped"), [("gas", "start"), ("earthed", "complete")])
def test_a_safety_item_that_failed_stops_the_work_until_it_is_held_or_given_up(world, visit, unsafe, stopped):
    phone, order = visit
    given = answers(phone, order, {**GOOD, unsafe: "fail"})
    refused = phone.op("work_order.start", order)
    phone.push(*given, refused)
    if stopped == "complete":
        refused = phone.op("work_order.complete", order)
        phone.push(refused)
    world.work()
    assert phone.statuses(refused) == [("needs_review", "work_order.safety_failed")]
    assert ("status_command", "work_order.safety_failed") in conflicts(world)
    hold = phone.op("work_order.hold", order, {"reason": "access"})
    phone.push(hold)
    world.work()
    assert phone.statuses(hold) == [("applied", None)]
    assert status(world, order) == "on_hold"


def test_what_failed_leads_to_its_orders_once_however_often_the_ops_come(world, visit):
    phone, order = visit
    given = answers(phone, order, {**GOOD, "level": 50, "why": "接头氧化", "fan": "broken"})
    ops = [*given, phone.op("work_order.start", order), phone.op("work_order.complete", order)]
    for _ in range(3):
        phone.push(*ops)
        world.work()
    assert status(world, order) == "completed"
    assert children(world, order) == ["cable", "fan"]
    phone.pull()
    (run,) = phone.held("checklists").values()
    assert [one["item"] for one in run["follow_ups"]] == ["level", "fan"]


def test_an_answer_that_arrives_after_the_completion_still_leads_to_its_order(world, visit):
    phone, order = visit
    given = answers(phone, order, GOOD)
    phone.push(*given, phone.op("work_order.start", order), phone.op("work_order.complete", order))
    world.work()
    assert children(world, order) == []
    fan = next(op for op in given if op["data"]["item"] == "fan")
    (late,) = answers(phone, order, {"fan": "broken"}, base=fan["id"])
    for _ in range(2):
        phone.push(late)
        world.work()
    assert children(world, order) == ["fan"]
