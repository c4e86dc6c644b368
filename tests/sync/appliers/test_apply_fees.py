"""Fees charged offline: lines as the customer was told them, in any order, with what departs from the rules for a person."""

import itertools
from decimal import Decimal

import pytest

from dispatch.fees import queries as fees
from dispatch.policies import service as policies
from dispatch.work_orders.lifecycle import Command
from kernel.actor import system_actor
from tests.sync.reconcile.test_runner import conflicts, entries

VISIT = {"code": "visit", "text": "上门费", "kind": "labour", "price": "80.00"}


def decide(world, **rules):
    with world.runtime.unit_of_work(system_actor()) as uow:
        policies.set_policy(uow, region_id=world.region_id, subject="fees", rules={"items": [VISIT], **rules})


def total(world, order) -> list[Decimal]:
    with world.reading() as reading:
        return [one.amounts.total for one in fees.fees_of_order(reading, order).totals]


def test_a_line_and_a_part_are_charged_once_and_come_back_to_the_phone(world):
    decide(world)
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    line = phone.op("fee.add", order, {"code": "visit", "quantity": "2"})
    part = phone.op("log.part_used", order, {"part": "接头", "quantity": 2, "serial": "SN1"})
    for _ in range(2):
        phone.push(line, part)
        world.work()
    assert phone.statuses(line, part) == [("applied", None)] * 2
    assert entries(world, order) == [("fee.add", []), ("log.part_used", [])]
    phone.pull()
    shown = phone.held("work_orders")[str(order)]["fees"]
    assert [(one["text"], one["quantity"], one["unit_price"]) for one in shown["lines"]] == [
        ("上门费", "2", "80.00"),
        ("接头", "2", None),
    ]
    assert [one["total"] for one in shown["totals"]] == ["160.00"]
    (rules,) = phone.held("order_rules").values()
    assert rules["fees"]["items"][0]["price"] == "80.00"


def test_lines_and_removals_come_to_the_same_in_any_order_of_arrival(world):
    phone, orders = world.phone(), world.orders(6, work_type="errand")
    for order, nth in zip(orders, itertools.permutations(range(3)), strict=True):
        kept = phone.op("fee.add", order, {"text": "上门费", "unit_price": "80"})
        gone = phone.op("fee.add", order, {"text": "网线", "unit_price": "5"})
        ops = [kept, gone, phone.op("fee.remove", order, {"line_id": gone["id"], "reason": "输错"})]
        for one in nth:
            phone.push(ops[one])
            world.work()
        assert phone.statuses(*ops) == [("applied", None)] * 3
        assert total(world, order) == [Decimal(80)]


def test_what_a_phone_gave_away_beyond_the_rules_stands_and_a_person_looks(world):
    decide(world)
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    op = phone.op("fee.add", order, {"code": "visit", "discount_percent": "50", "discount_reason": "老客户"})
    phone.push(op)
    world.work()
    assert phone.statuses(op) == [("applied", "discount_too_high")]
    assert (total(world, order), conflicts(world)) == ([Decimal(40)], [("fee_to_approve", "discount_too_high")])
    assert entries(world, order) == [("fee.add", ["discount_too_high"])]


def test_the_price_is_that_of_the_day_the_work_was_done_whenever_the_op_arrives(world):
    decide(world)
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    op = phone.op("fee.add", order, {"code": "visit"})
    clock = {"sent_at": phone.runtime.clock.now().isoformat()}
    world.clock.at = world.clock.at.replace(hour=23)
    decide(world, items=[{**VISIT, "price": "95.00"}])
    phone.push(op, clock={**clock, "sent_at": world.clock.at.isoformat()})
    world.work()
    assert total(world, order) == [Decimal(80)]


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("fee.add", {}, "fee.data_unfit"),
        ("fee.add", {"text": "上门费", "unit_price": 80.5}, "fee.amount_unfit"),
        ("fee.remove", {"line_id": "x", "reason": "y"}, "malformed-op"),
    ],
)
def test_what_is_no_line_goes_to_quarantine(world, kind, data, code):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    op = phone.op(kind, order, data)
    phone.push(op)
    world.work()
    assert phone.statuses(op) == [("quarantined", code)]
    assert (total(world, order), entries(world, order)) == ([], [])


def test_after_the_end_of_an_order_a_line_is_kept_and_a_person_looks(world):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    world.command(order, Command.CANCEL, reason="客户取消")
    line = phone.op("fee.add", order, {"text": "上门费", "unit_price": "80"})
    odd = phone.op("log.part_used", order, {"part": "接头", "quantity": "few"})
    phone.push(line, odd)
    world.work()
    assert phone.statuses(line, odd) == [("applied", "closed_order")] * 2
    assert (total(world, order), len(conflicts(world))) == ([Decimal(80)], 2)
