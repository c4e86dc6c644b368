"""An order that is cancelled while its phone is offline: the office sees that the phone does not know yet."""

import pytest

from dispatch.work_orders.lifecycle import Command
from kernel.actor import system_actor
from kernel.errors import DomainError
from kernel.identifiers import new_id
from sync.devices.awareness import phones_of_order


def known(world, order):
    with world.reading() as reading:
        return {one.user_id: one.knows for one in phones_of_order(reading, order)}


def test_a_phone_knows_of_a_change_once_it_has_taken_it_in(world):
    phone, other, (order,) = world.phone(0), world.phone(1), world.orders(work_type="errand")
    assert known(world, order) == {phone.user_id: False}
    phone.pull()
    phone.pull()
    assert known(world, order) == {phone.user_id: True}
    world.assign(order, 1)
    assert known(world, order) == {phone.user_id: False, other.user_id: False}
    for one in (phone, other):
        one.pull()
        one.pull()
    world.command(order, Command.CANCEL, reason="客户取消")
    assert known(world, order) == {phone.user_id: True, other.user_id: False}
    other.pull()
    other.pull()
    assert known(world, order) == {phone.user_id: True, other.user_id: True}


def test_an_order_that_nobody_had_is_on_no_phone_and_an_unknown_one_is_refused(world):
    (order,) = world.orders(technician=None)
    assert known(world, order) == {}
    with world.runtime.reading(system_actor()) as reading, pytest.raises(DomainError):
        phones_of_order(reading, new_id())
