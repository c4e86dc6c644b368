"""Signing offline with times, photos, parts and fees: the phone computes what the server computes, in any order of arrival."""

import itertools
from typing import Any

from sqlalchemy import update

from bench.simulator import signing
from bench.simulator.charging import PLAIN, line
from checklists.signoff import queries as signoff
from dispatch.work_orders import queries as work_orders
from kernel.actor import system_actor
from sync.ingest.models import Op, OpState
from tests.sync.reconcile.test_runner import conflicts


def begun(world, phone, order):
    phone.push(phone.op("work_order.accept", order))
    world.work()
    phone.pull()


class Signer:
    """Records a visit as the simulator's phone does, and signs what it shows."""

    def __init__(self, phone, order) -> None:
        self.phone, self.order = phone, order
        self.times: dict[str, str] = {}
        self.lines: list[dict[str, Any]] = []
        self.link: str | None = None
        (self.run,) = [run for run in phone.held("checklists").values() if run["work_order_id"] == str(order)]
        self.document = phone.held("work_orders")[str(order)]

    def op(self, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        made: dict[str, Any] = self.phone.op(kind, self.order, data, assignment_id=self.document["assignment_id"])
        if kind == "work_order.arrive":
            self.times["arrived_at"] = made["occurred_at"]
        if kind == "fee.add":
            self.lines.append(line(made["id"], made["data"], PLAIN))
        return made

    def sign(self, **changes: Any) -> dict[str, Any]:
        done = self.phone.runtime.clock.now().isoformat()
        own = {"badge_shown": True}
        seen = signing.beside(self.document, PLAIN, self.lines, {**self.times, "completed_at": done}, {})
        digest = signing.digest(signing.snapshot(self.run, own, {"badge_shown"}, seen))
        data = {"snapshot": 2, "signed_digest": digest, "completed_at": done, "photos": {}, "signer_name": "李女士"}
        data |= {"previous": self.link, **changes}
        made = self.op("checklist.sign_off", data)
        self.link = signing.link(made["id"], str(self.order), data)
        return made


def signed(world, order):
    with world.reading() as reading:
        return [(one.matches, one.revision, one.snapshot["totals"]) for one in signoff.sign_offs(reading, order)]


def test_what_the_phone_shows_is_what_the_server_finds_in_any_order_of_arrival(world):
    phone, orders = world.phone(), world.orders(3)
    for order, nth in zip(orders, ((0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1)), strict=True):
        begun(world, phone, order)
        signer = Signer(phone, order)
        ops = [
            signer.op("work_order.arrive"),
            signer.op("checklist.answer", {"item": "badge_shown", "value": True}),
            signer.op("fee.add", {"text": "上门费", "unit_price": "80.50", "kind": "labour"}),
            signer.sign(),
        ]
        for one in nth:
            phone.push(ops[one])
            world.work()
        assert phone.statuses(*ops) == [("applied", None)] * 4
        ((matches, revision, totals),) = signed(world, order)
        assert (matches, revision, totals[0]["total"]) == (True, 1, "80.50")
    assert conflicts(world) == []


def test_a_fee_after_the_signature_is_taken_and_a_person_is_told(world):
    phone, (order,) = world.phone(), world.orders()
    begun(world, phone, order)
    signer = Signer(phone, order)
    ops = [signer.op("checklist.answer", {"item": "badge_shown", "value": True}), signer.sign()]
    late = signer.op("fee.add", {"text": "网线", "unit_price": "5"})
    phone.push(*ops, late)
    world.work()
    assert phone.statuses(*ops, late) == [("applied", None)] * 3
    assert signed(world, order)[0][:2] == (True, 1)
    assert conflicts(world) == [("amended_after_signature", "amended_after_signature")]
    with world.reading() as reading:
        assert work_orders.order(reading, order).row.needs_review
    phone.pull()
    (run,) = phone.held("checklists").values()
    assert (run["signed"], run["revision"], run["sign_offs"][0]["worth"]) == (False, 2, "amended_after_signature")


def test_a_signature_for_something_else_is_kept_and_a_person_looks(world):
    phone, (order,) = world.phone(), world.orders()
    begun(world, phone, order)
    op = Signer(phone, order).sign(signed_digest="ab" * 32)
    phone.push(op)
    world.work()
    assert phone.statuses(op) == [("applied", None)]
    assert conflicts(world) == [("amended_after_signature", "digest_mismatch")]


def test_a_sign_off_that_is_missing_in_the_phones_chain_is_noticed_until_it_comes(world):
    phone, orders = world.phone(), world.orders(3)
    ops, link = [], None
    for order in orders:
        begun(world, phone, order)
        signer = Signer(phone, order)
        signer.link = link
        ops.append(signer.sign())
        link = signer.link
    faults = []
    for op in (ops[0], ops[2], ops[1]):
        phone.push(op)
        world.clock.at = world.clock.at.replace(minute=world.clock.at.minute + 1)
        world.work()
        release(world)
        world.work()
        with world.reading() as reading:
            faults.append([(one.sign_off_id, one.fault.value) for one in signoff.broken_in_scope(reading)])
    assert [[fault for _, fault in found] for found in faults] == [[], ["gap"], []]


def release(world):
    """Let go what is held, as the sweep does when its time is over."""
    with world.runtime.unit_of_work(system_actor()) as uow:
        held = update(Op).where(Op.state == OpState.HELD.value)
        uow.session.execute(held.values(state=OpState.PENDING.value, code="out_of_order"))


def test_all_orders_of_arrival_of_a_visit_come_to_the_same(world):
    phone, orders = world.phone(), world.orders(6)
    outcomes = set()
    for order, nth in zip(orders, itertools.permutations(range(3)), strict=True):
        begun(world, phone, order)
        signer = Signer(phone, order)
        ops = [
            signer.op("checklist.answer", {"item": "badge_shown", "value": True}),
            signer.op("log.part_used", {"part": "接头", "quantity": 2}),
            signer.op("fee.add", {"text": "上门费", "unit_price": "80"}),
        ]
        signer.lines.append(line(ops[1]["id"], {"text": "接头", "quantity": "2", "kind": "part"}, PLAIN))
        sign = signer.sign()
        phone.push(sign)
        for one in nth:
            phone.push(ops[one])
            world.work()
        ((matches, revision, _),) = signed(world, order)
        outcomes.add((matches, revision))
    assert outcomes == {(True, 1)}
