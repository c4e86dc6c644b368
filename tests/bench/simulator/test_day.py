"""A day consists of steps that the lifecycle allows, in an order that it allows."""

import random
from collections import Counter
from uuid import uuid4

import pytest

from bench.simulator.day import PLANS, Day
from dispatch.work_orders.lifecycle import TABLE, Command, Status
from tests.bench.simulator.peers import hand_out, phone

ORDERS = tuple(f"order-{number:02}" for number in range(len(PLANS) + 1))


@pytest.fixture
def day():
    phones = [phone("http://127.0.0.1:1", seed=name) for name in ("main", "helper")]
    for one in phones:
        hand_out(one, *ORDERS)
    made = Day(0, phones[0], phones[1], random.Random("day"))
    yield made
    for one in phones:
        one.journal.close()


def commands(day):
    """Return the commands of each order, in the order in which they were recorded."""
    found = {}
    for op in day.phone.journal.ops():
        area, _, name = op.body["type"].partition(".")
        if area == "work_order":
            found.setdefault(op.body["work_order_id"], []).append(Command(name))
    return found


def follow(steps):
    status, before = Status.ASSIGNED, None
    for command in steps:
        rule = TABLE[command]
        assert status in rule.sources, steps
        before = status if command is Command.HOLD else before
        status = rule.target or before or status
    return status


def show_what_was_done(day):
    """Let the phone know at noon what became of its commands, as the server would tell it."""
    for order_id, steps in commands(day).items():
        order = day.phone.journal.doc("work_orders", order_id)
        if follow(steps) is Status.OPEN:
            day.phone.journal.drop("work_orders", order_id)
        else:
            day.phone.journal.put("work_orders", order_id, order | {"status": follow(steps).value})
    for op in day.phone.journal.ops():
        if op.body["type"] == "checklist.answer":
            run = day.phone.journal.doc("checklists", op.body["entity_id"])
            run["answers"][op.body["data"]["item"]] = {"value": op.body["data"]["value"], "base": op.id}
            day.phone.journal.put("checklists", run["id"], run)


def test_every_order_ends_where_it_was_promised_to(day):
    day.forenoon()
    show_what_was_done(day)
    day.afternoon()
    assert day.diary.promises.keys() == set(ORDERS)
    for order_id, steps in commands(day).items():
        assert follow(steps).value == day.diary.promises[order_id]
    assert Counter(day.diary.promises.values()).keys() == {"completed", "unable_to_complete", "open"}


def test_every_op_has_its_outcomes_in_the_diary(day):
    day.forenoon()
    show_what_was_done(day)
    day.afternoon()
    recorded = [op.id for one in day.phones for op in one.journal.ops()]
    assert set(recorded) == set(day.diary.outcomes)
    assert len(recorded) > 200


def test_the_work_is_begun_in_the_forenoon_and_some_is_left_for_later(day):
    day.forenoon()
    begun = commands(day)
    assert 0 < len(set(ORDERS) - begun.keys()) < len(ORDERS) / 2
    assert any(steps[-1] is Command.HOLD for steps in begun.values())


def test_two_phones_answer_the_same_items_without_knowing_of_each_other(day):
    day.forenoon()
    here, there = ({_item(op) for op in one.journal.ops() if _item(op)} for one in day.phones)
    assert there
    assert there <= here
    answers = [op for op in day.helper.journal.ops() if _item(op)]
    assert all("base" not in op.body for op in answers)
    assert all(day.diary.outcomes[op.id] == {"applied", "conflict_lost"} for op in answers)


def _item(op):
    return (op.body["work_order_id"], op.body["data"]["item"]) if op.body["type"] == "checklist.answer" else None


def test_what_was_given_away_is_worked_at_in_vain(day):
    day.forenoon([ORDERS[-1]])
    ops = [op for op in day.phone.journal.ops() if op.body["work_order_id"] == ORDERS[-1]]
    outcomes = {op.body["type"]: day.diary.outcomes[op.id] for op in ops}
    assert outcomes["work_order.accept"] == {"needs_review"}
    assert outcomes["log.position"] == {"applied"}
    assert outcomes["checklist.answer"] == {"applied"}
    assert ORDERS[-1] not in day.diary.promises


def test_what_comes_in_at_noon_is_done_in_the_afternoon(day):
    day.forenoon()
    show_what_was_done(day)
    late = f"order-{uuid4()}"
    hand_out(day.phone, late)
    day.afternoon()
    assert day.diary.promises[late] == "completed"
