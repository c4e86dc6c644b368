"""A phone may say any time; none of them stops the others, or breaks what is read later."""

import pytest

from dispatch.work_orders import queries
from dispatch.work_orders.lifecycle import Command
from tests.sync import world as worlds

IMPOSSIBLE = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]


@pytest.fixture
def world(settings, clock):
    made = worlds.make(settings, clock)
    yield made
    made.runtime.close()


@pytest.mark.parametrize("when", IMPOSSIBLE)
def test_a_time_that_no_store_can_hold_is_left_out_and_the_rest_takes_effect(world, when):
    (order_id,) = world.orders(1)
    phone = world.phone()
    good = phone.op("log.note", order_id, {"text": "好"})
    odd = phone.op("log.note", order_id, {"text": "钟坏了"}, occurred_at=when)
    phone.push(good, odd)
    world.work()
    assert phone.statuses(good, odd) == [("applied", None), ("applied", None)]
    with world.reading() as reading:
        notes = [one for one in queries.timeline(reading, order_id, limit=50).items if one.kind == "log.note"]
    assert {one.data["text"]: one.occurred_at is None for one in notes} == {"好": False, "钟坏了": True}


@pytest.mark.parametrize("when", IMPOSSIBLE)
def test_a_command_for_such_a_time_is_kept_for_a_person_and_stops_no_other(world, when):
    (order_id,) = world.orders(1)
    phone = world.phone()
    accept = phone.op("work_order.accept", order_id)
    odd = phone.op("work_order.hold", order_id, {"reason": "缺件", "until": when})
    note = phone.op("log.note", order_id, {"text": "好"})
    phone.push(accept, odd, note)
    world.work()
    assert phone.statuses(accept, odd, note) == [
        ("applied", None),
        ("quarantined", "work_order.data_missing"),
        ("applied", None),
    ]
    world.command(order_id, Command.CANCEL, reason="客户取消")
