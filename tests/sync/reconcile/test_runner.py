"""From stored ops to effects: exactly one each, in any order, whatever dies on the way."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from checklists.runs.models import ChecklistAnswer, ChecklistRun
from checklists.templates import service as templates
from checklists.templates.steps import Step
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from kernel.actor import system_actor
from kernel.identifiers import new_id
from sync.ingest.models import Op
from sync.reconcile import runner
from sync.reconcile.models import Conflict
from tests.statements import recorded


def entries(world, order_id) -> list[tuple[str, list[str]]]:
    with world.reading() as reading:
        rows = reading.session.execute(
            select(TimelineEntry.kind, TimelineEntry.flags)
            .where(TimelineEntry.work_order_id == order_id, TimelineEntry.device_id.is_not(None))
            .order_by(TimelineEntry.effective_at, TimelineEntry.id)
        )
        return [(row.kind, row.flags) for row in rows]


def status(world, order_id) -> str:
    with world.reading() as reading:
        return reading.session.scalar(select(WorkOrder.status).where(WorkOrder.id == order_id)) or ""


def conflicts(world) -> list[tuple[str, str | None]]:
    with world.reading() as reading:
        return [(row.kind, row.code) for row in reading.session.execute(select(Conflict.kind, Conflict.code))]


def note(phone, order, text="到场"):
    return phone.op("log.note", order, {"text": text})


def test_facts_and_commands_take_effect_once_and_leave_a_receipt(world):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    ops = [phone.op("work_order.accept", order), phone.op("work_order.depart", order), note(phone, order)]
    phone.push(*ops)
    world.work()
    phone.push(*ops)
    world.work()
    assert status(world, order) == "en_route"
    assert [kind for kind, _ in entries(world, order)] == ["work_order.accept", "work_order.depart", "log.note"]
    assert phone.statuses(*ops) == [("applied", None)] * 3
    phone.pull()
    receipts = phone.held("receipts")
    assert {op["id"] for op in ops} == set(receipts)
    assert {receipt["outcome"] for receipt in receipts.values()} == {"applied"}
    assert phone.held("work_orders")[str(order)]["status"] == "en_route"
    assert all(receipt["effect_seq"] <= phone.since for receipt in receipts.values())


def test_many_ops_of_many_orders_take_a_constant_number_of_statements(world):
    phone = world.phone()
    orders = world.orders(30)
    world.work()  # gives the region its shards
    counts = []
    for size in (2, 30):
        phone.push(*(op for order in orders[:size] for op in (note(phone, order), note(phone, order))))
        with world.runtime.session() as session, recorded(session) as seen:
            runner._once(world.runtime, world.region_id, None)
            runner._once(world.runtime, world.region_id, None)
        counts.append(len([one for one in seen if not one.startswith(("BEGIN", "COMMIT"))]))
    assert counts[0] == counts[1] <= 16


def test_a_command_that_the_office_overtook_is_kept_as_evidence_for_a_person(world):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    phone.push(phone.op("work_order.accept", order))
    world.work()
    world.command(order, Command.CANCEL, reason="客户取消")
    arrive = phone.op("work_order.arrive", order)
    phone.push(arrive)
    world.work()
    assert status(world, order) == "cancelled"
    assert entries(world, order)[-1] == ("work_order.arrive", ["not_applied", "closed_order"])
    assert phone.statuses(arrive) == [("needs_review", "work_order.illegal")]
    assert conflicts(world) == [("status_command", "work_order.illegal")]
    phone.pull()
    assert [doc["code"] for doc in phone.held("conflicts").values()] == ["work_order.illegal"]


def test_after_a_reassignment_facts_count_as_late_and_commands_do_not_touch_the_new_assignment(world):
    first, second, (order,) = world.phone(0), world.phone(1), world.orders(work_type="errand")
    first.push(first.op("work_order.accept", order))
    world.work()
    late = [note(first, order), first.op("work_order.depart", order)]
    world.assign(order, 1)
    first.push(*late)
    world.work()
    assert first.statuses(*late) == [("applied", "late"), ("needs_review", "work_order.not_current_assignment")]
    assert status(world, order) == "assigned"
    first.pull()
    second.pull()
    assert first.held("work_orders") == first.held("checklists") == first.held("sites") == {}
    assert set(second.held("work_orders")) == {str(order)}


def test_who_never_had_the_order_changes_nothing_and_learns_nothing(world):
    other, (order,) = world.phone(1), world.orders()
    ops = [note(other, order), other.op("work_order.accept", order)]
    other.push(*ops)
    nowhere = other.op("log.note", other.device_id, {"text": "x"})
    other.push(nowhere)
    world.work()
    assert other.statuses(*ops, nowhere) == [("quarantined", "unknown-order")] * 3
    assert entries(world, order) == []
    assert status(world, order) == "assigned"


def test_a_command_waits_for_the_gap_before_it_and_facts_do_not(world):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    accept, depart, fact = (
        phone.op("work_order.accept", order),
        phone.op("work_order.depart", order),
        note(phone, order),
    )
    phone.push(depart, fact)
    world.work()
    assert phone.statuses(depart, fact) == [("held", None), ("applied", None)]
    assert phone.push()["applied"] == {"contiguous_to": 0}
    phone.push(accept)
    world.work()
    assert phone.statuses(accept, depart) == [("applied", None)] * 2
    assert status(world, order) == "en_route"
    assert phone.push()["applied"] == {"contiguous_to": 3}


@pytest.mark.parametrize(("wait", "online"), [(timedelta(minutes=16), True), (timedelta(days=5, minutes=1), False)])
def test_what_waited_long_enough_goes_on_and_says_so(world, wait, online):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    phone.seq = 1
    accept = phone.op("work_order.accept", order)
    phone.push(accept)
    world.work()
    world.clock.at += timedelta(minutes=1)
    runner.sweep(world.runtime)
    world.work()
    assert phone.statuses(accept) == [("held", None)]
    world.clock.at += wait
    if online:
        phone.pull()
    runner.sweep(world.runtime)
    world.work()
    assert phone.statuses(accept) == [("applied", "out_of_order")]


def test_a_silent_phone_keeps_its_gap_open_for_days(world):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    phone.seq = 1
    accept = phone.op("work_order.accept", order)
    phone.push(accept)
    world.work()
    world.clock.at += timedelta(days=2)
    runner.sweep(world.runtime)
    world.work()
    assert phone.statuses(accept) == [("held", None)]


def test_every_order_of_arrival_gives_the_same_facts_and_answers(world):
    phone = world.phone()
    worlds = []
    orders = world.orders(6)
    with world.reading() as reading:
        runs = dict(reading.session.execute(select(ChecklistRun.work_order_id, ChecklistRun.id)).all())
    for order, arrangement in zip(orders, itertools.permutations(range(3)), strict=True):
        first = phone.op("checklist.answer", order, {"item": "badge_shown", "value": True}, entity_id=str(runs[order]))
        second = phone.op("checklist.answer", order, {"item": "badge_shown", "value": False}, base=first["id"])
        third = phone.op("checklist.answer", order, {"item": "badge_shown", "value": True, "note": "再次出示"})
        ops = [first, second, third]
        for index in arrangement:
            phone.push(ops[index])
            world.work()
        with world.reading() as reading:
            run = reading.session.execute(
                select(ChecklistRun.answers).where(ChecklistRun.work_order_id == order)
            ).scalar_one()
            count = reading.session.scalar(
                select(func.count()).where(ChecklistAnswer.run_id == runs[order]).select_from(ChecklistAnswer)
            )
        names = {op["id"]: str(n) for n, op in enumerate(ops)}
        entry = run["badge_shown"]
        worlds.append((names.get(entry["base"]), entry["value"], count))
        assert {state for state, _ in phone.statuses(*ops)} <= {"applied", "conflict_lost", "quarantined"}
    assert len(set(worlds)) == 1


def test_an_op_that_breaks_the_write_stands_alone_in_quarantine(world):
    """The poison: a fact whose id is already on a timeline of another kind, which the database refuses."""
    phone, orders = world.phone(), world.orders(4, work_type="errand")
    ops = [note(phone, order) for order in orders for _ in range(3)]
    with world.runtime.unit_of_work(runner.system_actor()) as uow:
        row = dict(
            uow.session.execute(select(TimelineEntry.__table__).limit(1)).mappings().one(),
            id=runner.UUID(ops[5]["id"]),
        )
        uow.session.execute(TimelineEntry.__table__.insert().values(**row))
    phone.push(*ops)
    world.work()
    states = phone.statuses(*ops)
    assert states[5] == ("quarantined", "refused-when-written")
    assert [state for index, state in enumerate(states) if index != 5] == [("applied", None)] * 11
    assert phone.push()["applied"] == {"contiguous_to": 12}


# Shrinking an example that needs a database takes minutes and tells little more.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.parametrize("at", range(0, 24, 3))
def test_a_worker_killed_at_any_statement_leaves_nothing_half_done(world, at, monkeypatch):
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    ops = [phone.op("work_order.accept", order), note(phone, order), phone.op("work_order.depart", order)]
    phone.push(*ops)
    left = at

    def dying(*_: object) -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1

    event.listen(world.runtime.engine, "before_cursor_execute", dying)
    try:
        with pytest.raises(Killed):
            world.work()
            raise Killed
    finally:
        event.remove(world.runtime.engine, "before_cursor_execute", dying)
    states = {state for state, _ in phone.statuses(*ops)}
    assert len(states) == 1
    assert (states == {"applied"}) == (len(entries(world, order)) == 3)
    world.work()
    assert phone.statuses(*ops) == [("applied", None)] * 3
    assert [kind for kind, _ in entries(world, order)] == ["work_order.accept", "log.note", "work_order.depart"]
    assert status(world, order) == "en_route"


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(data=st.data())
def test_any_resend_split_and_order_gives_each_op_one_effect_and_one_receipt(world, data):
    phone, orders = world.phone(install=str(new_id())), world.orders(2, work_type="errand")
    ops = []
    for order in orders:
        ops += [phone.op("work_order.accept", order), note(phone, order), phone.op("work_order.depart", order)]
    sending = data.draw(st.permutations(ops * 2))
    while sending:
        size = data.draw(st.integers(1, 5))
        phone.push(*sending[:size])
        sending = sending[size:]
        if data.draw(st.booleans()):
            world.work()
    world.work()
    world.work()
    assert phone.statuses(*ops) == [("applied", None)] * len(ops)
    for order in orders:
        assert sorted(kind for kind, _ in entries(world, order)) == [
            "log.note",
            "work_order.accept",
            "work_order.depart",
        ]
    with world.reading() as reading:
        pending = reading.session.scalar(select(func.count()).where(Op.state.in_(["pending", "held"])).select_from(Op))
    assert pending == 0
    phone.pull()
    assert {op["id"] for op in ops} <= set(phone.held("receipts"))


def test_a_gap_that_is_filled_while_the_worker_decides_holds_nothing(world):
    """The push that fills it saw nothing to release, so the worker has to look again before it holds."""
    if world.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets no push in between: the worker's transaction is the only writer")
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    accept, depart = phone.op("work_order.accept", order), phone.op("work_order.depart", order)
    phone.push(depart)
    filled = False

    def fill(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal filled
        if not filled and "FROM work_orders" in statement:
            filled = True
            phone.push(accept)

    event.listen(world.runtime.engine, "before_cursor_execute", fill)
    world.work()
    event.remove(world.runtime.engine, "before_cursor_execute", fill)
    assert filled
    assert phone.statuses(accept, depart) == [("applied", None)] * 2
    assert status(world, order) == "en_route"


def conditional_checklist(world) -> None:
    """A work type `survey`, whose checklist asks for the reason only when the place is not tidy."""
    label = {"zh-CN": "项"}
    one = {"key": "badge", "type": "yes_no", "label": label}
    why = {
        "key": "why",
        "type": "text",
        "label": label,
        "visible_when": {"===": [{"var": "answers.tidy"}, False]},
    }
    items = [[one], [{**one, "key": "tidy"}, why], [{**one, "key": "tools"}], [{**one, "key": "done"}]]
    items.append([{**one, "key": "signature", "type": "signature"}])
    document = [{"step": step.value, "items": held} for step, held in zip(Step, items, strict=True)]
    with world.runtime.unit_of_work(system_actor()) as uow:
        made = templates.create_template(uow, region_id=world.region_id, code="survey", name=label, steps=document)
        templates.publish(uow, version_id=made.version_id)
        work_orders.define_work_type(uow, region_id=world.region_id, code="survey", name="勘查", template_code="survey")


def test_an_answer_that_was_not_asked_for_is_kept_and_goes_to_a_person(world):
    conditional_checklist(world)
    phone, (order,) = world.phone(), world.orders(work_type="survey")
    unasked = phone.op("checklist.answer", order, {"item": "why", "value": "杂物多"})
    phone.push(unasked)
    world.work()
    assert phone.statuses(unasked) == [("applied", "not_shown")]
    assert conflicts(world) == [("hidden_answer", "not_shown")]


def test_an_answer_that_was_asked_for_in_the_field_raises_nothing_though_it_is_hidden_by_now(world):
    conditional_checklist(world)
    phone, (order,) = world.phone(), world.orders(work_type="survey")
    untidy = phone.op("checklist.answer", order, {"item": "tidy", "value": False})
    why = phone.op("checklist.answer", order, {"item": "why", "value": "杂物多"})
    tidied = phone.op("checklist.answer", order, {"item": "tidy", "value": True}, base=untidy["id"])
    phone.push(untidy, why, tidied)
    world.work()
    assert phone.statuses(untidy, why, tidied) == [("applied", None)] * 3
    assert conflicts(world) == []
