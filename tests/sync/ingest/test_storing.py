"""One statement for a batch as nearly all are: it stores the whole of it, or nothing."""

from datetime import timedelta
from functools import partial

import orjson
import pytest
from sqlalchemy import func, select

from kernel.actor import system_actor
from sync.devices.calling import Caller
from sync.devices.models import Device
from sync.devices.states import DeviceStatus
from sync.ingest import service as ingest
from sync.ingest.models import Op
from tests.statements import recorded


@pytest.fixture
def phone(world):
    """A phone whose token is in use, on a database that stores at once."""
    if not world.runtime.stores_at_once:
        pytest.skip("SQLite has one writer, and needs no more than its lock")
    made = world.phone()
    made.push()
    return made


def at_once(world, phone, *ops, between=lambda: None):
    """Push with one statement, with something that happens after the phone was found; return the answer, or None."""
    body = orjson.dumps({"protocol": "fsync/1", "ops": ops})
    caller = Caller(phone.token, taking=True)
    with world.runtime.direct_statements(caller) as uow:
        between()
        return ingest.push_at_once(uow, caller.phone, body, world.runtime.settings)


def kept(world, phone):
    """Return what the inbox and the phone's row hold."""
    with world.reading() as reading:
        ops = reading.session.scalar(select(func.count()).select_from(Op))
        row = reading.session.execute(select(Device.received, Device.last_push_at).where(Device.id == phone.device_id))
        return ops, *row.one()


def notes(world, phone, count):
    (order,) = world.orders()
    return [phone.op("log.note", order, {"text": "到场"}) for _ in range(count)]


def test_a_batch_in_its_order_is_stored_with_its_numbers(world, phone):
    answer = at_once(world, phone, *notes(world, phone, 3))
    assert [one["status"] for one in answer["results"]] == ["accepted"] * 3
    assert answer["received"] == {"contiguous_to": 3, "missing": [], "max": 3}
    assert at_once(world, phone, *notes(world, phone, 2))["received"]["contiguous_to"] == 5
    ops, received, pushed_at = kept(world, phone)
    assert (ops, pushed_at) == (5, world.clock.at)
    assert [(low, high) for low, high, *_ in received] == [(1, 5)]


@pytest.mark.parametrize("change", ["another push", "revoked"])
def test_nothing_is_stored_when_the_row_of_the_phone_is_another_by_then(world, phone, change):
    first, second = notes(world, phone, 2)

    def revoke():
        with world.runtime.unit_of_work(system_actor()) as uow:
            uow.session.get_one(Device, phone.device_id).status = DeviceStatus.REVOKED.value

    turn = {"another push": partial(phone.push, second), "revoked": revoke}[change]
    assert at_once(world, phone, first, between=turn) is None
    ops, received, _ = kept(world, phone)
    numbers = [(low, high) for low, high, *_ in received]
    assert (ops, numbers) == ((1, [(2, 2)]) if change == "another push" else (0, []))


def test_nothing_is_stored_beside_an_id_that_was_used_before(world, phone):
    old, new = notes(world, phone, 2)
    phone.push(old)
    before = kept(world, phone)
    other = {**old, "seq": new["seq"] + 1, "data": {"text": "改了"}}
    assert at_once(world, phone, new, other) is None
    assert kept(world, phone) == before
    assert [one["status"] for one in phone.push(new, other)["results"]] == ["accepted", "quarantined"]


@pytest.mark.parametrize("unlike", ["a number that came", "a number twice", "an id twice", "no number", "nothing"])
def test_what_is_not_new_as_a_whole_is_left_to_the_transaction(world, phone, unlike):
    first, second, third = notes(world, phone, 3)
    phone.push(first)
    batch = {
        "a number that came": [{**second, "seq": 1}, third],
        "a number twice": [second, {**third, "seq": 2}],
        "an id twice": [second, {**second, "seq": 3}],
        "no number": [{**second, "seq": None}, third],
        "nothing": [],
    }[unlike]
    before = kept(world, phone)
    assert at_once(world, phone, *batch) is None
    assert kept(world, phone) == before


def test_gaps_go_at_once_and_so_does_what_fills_them(world, phone):
    ops = notes(world, phone, 6)
    assert at_once(world, phone, ops[0], ops[3], ops[5])["received"] == {
        "contiguous_to": 1,
        "missing": [[2, 3], [5, 5]],
        "max": 6,
    }
    assert at_once(world, phone, ops[1], ops[2], ops[4])["received"] == {"contiguous_to": 6, "missing": [], "max": 6}


def test_what_comes_out_of_order_and_is_complete_goes_at_once(world, phone):
    first, second, third = notes(world, phone, 3)
    answer = at_once(world, phone, third, first, second)
    assert [one["id"] for one in answer["results"]] == [third["id"], first["id"], second["id"]]
    assert answer["received"]["contiguous_to"] == 3


def test_a_batch_that_came_before_takes_one_statement_and_one_to_know_the_phone(world, phone):
    batch = notes(world, phone, 20)
    phone.push(*batch)
    _, received, _ = kept(world, phone)
    world.clock.at += timedelta(minutes=1)
    with world.runtime.session() as session, recorded(session) as seen:
        answer = at_once(world, phone, *batch)
    assert len(seen) == 2
    assert [one["status"] for one in answer["results"]] == ["duplicate"] * 20
    assert kept(world, phone) == (20, received, world.clock.at)


def test_a_batch_that_came_before_with_other_content_is_left_to_the_transaction(world, phone):
    old, other = notes(world, phone, 2)
    phone.push(old, other)
    assert at_once(world, phone, {**old, "data": {"text": "改了"}}, other) is None
