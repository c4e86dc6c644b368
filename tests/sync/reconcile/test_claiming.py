"""What a worker takes next, and that two of them never take the same."""

import pytest
from sqlalchemy import text

from kernel.actor import system_actor
from sync.ingest.sorting import SHARDS
from sync.reconcile.claiming import _waiting, claim, lock_shards


def taken(world, uow, *, most=SHARDS, limit=1000, only=None):
    shards = lock_shards(uow, world.region_id, most, everywhere=only is not None)
    return claim(uow, world.region_id, shards, only, limit)


def test_ops_come_order_by_order_and_of_each_phone_in_the_order_of_its_numbers(world):
    phone, orders = world.phone(), world.orders(5)
    ops = [phone.op("log.note", order, {"text": "到场"}) for _ in range(4) for order in orders]
    phone.push(*reversed(ops[7:]))
    phone.push(*ops[:7])
    with world.runtime.unit_of_work(system_actor()) as uow:
        claimed, complete = taken(world, uow)
    assert {str(op.op_id) for op in claimed} == {op["id"] for op in ops}
    runs = [op.subject_id for n, op in enumerate(claimed) if n == 0 or claimed[n - 1].subject_id != op.subject_id]
    assert len(runs) == len(orders)
    for order in orders:
        numbers = [op.device_seq for op in claimed if op.subject_id == order]
        assert numbers == sorted(numbers)
        assert len(numbers) == 4
    assert complete == {phone.device_id: len(ops)}


def test_a_phone_is_complete_up_to_its_first_gap(world):
    phones, (order,) = [world.phone(0), world.phone(1)], world.orders()
    for phone, gap in zip(phones, (4, 1), strict=True):
        ops = [phone.op("log.note", order, {"text": "到场"}) for _ in range(6)]
        phone.push(*(op for op in ops if op["seq"] != gap))
    with world.runtime.unit_of_work(system_actor()) as uow:
        _, complete = taken(world, uow)
        one = next(op for op in taken(world, uow)[0] if op.device_id == phones[1].device_id)
        again = taken(world, uow, only=[one.op_id])
    assert complete == {phones[0].device_id: 3, phones[1].device_id: 0}
    assert [op.op_id for op in again[0]] == [one.op_id]
    assert again[1] == {phones[1].device_id: 0}


def test_a_set_is_no_larger_than_it_may_be_and_begins_with_whole_orders(world):
    phone, orders = world.phone(), world.orders(3)
    phone.push(*(phone.op("log.note", order, {"text": "到场"}) for _ in range(4) for order in orders))
    with world.runtime.unit_of_work(system_actor()) as uow:
        claimed, _ = taken(world, uow, limit=6)
    assert len(claimed) == 6
    assert len({op.subject_id for op in claimed[:4]}) == 1


def test_two_workers_never_have_the_same_order(world):
    if world.runtime.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one worker in at a time")
    phone, orders = world.phone(), world.orders(40)
    world.work()  # gives the region its shards
    phone.push(*(phone.op("log.note", order, {"text": "到场"}) for order in orders))
    waiting = {int(str(order)[-2:], 16) % SHARDS for order in orders}
    assert len(waiting) > 1
    with world.runtime.unit_of_work(system_actor()) as first, world.runtime.unit_of_work(system_actor()) as second:
        some = lock_shards(first, world.region_id, 1, everywhere=False)
        others = lock_shards(second, world.region_id, SHARDS, everywhere=False)
    assert len(some) == 1
    assert {*some, *others} == waiting
    assert not {*some} & {*others}


def test_what_waits_is_found_by_its_index_whatever_else_the_inbox_holds(world):
    """With any values: the plan is made once, and used for all regions."""
    if world.runtime.engine.dialect.name == "sqlite":
        pytest.skip("it is PostgreSQL that plans for any values")
    with world.runtime.unit_of_work(system_actor()) as uow:
        plan = _waiting(SHARDS, 1000)._plan(world.runtime.engine.dialect)
        uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        cursor = uow.session.connection().connection.cursor()
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {_numbered(plan.sql)}")
        steps = "\n".join(row[0] for row in cursor.fetchall())
    assert "ix_sync_ops_pending" in steps


def _numbered(sql: str) -> str:
    """Write a statement with numbers for parameters, as EXPLAIN of a plan for any values takes it."""
    names: dict[str, str] = {}
    while "%(" in sql:
        head, _, rest = sql.partition("%(")
        name, _, tail = rest.partition(")s")
        sql = head + names.setdefault(name, f"${len(names) + 1}") + tail
    return sql
