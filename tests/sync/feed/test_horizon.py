"""The tombstone horizon: removals are dropped when no phone needs them, and no phone keeps what was removed."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kernel.change_feed import FeedRow
from kernel.errors import DomainError
from sync.devices import service
from sync.feed.horizon import REST
from sync.feed.jobs import collect_removals
from tests.sync.machine.field import FieldPhone

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def removals(world) -> int:
    with world.reading() as reading:
        return len(reading.session.scalars(select(FeedRow.seq).where(FeedRow.op == "del")).all())


def in_the_field(world, install):
    return FieldPhone(world.phone(install=install), 0, lambda who: world.phone(who, install=install).token)


def collect(world):
    """Let the job run twice, with the time in between for which the horizon stands."""
    collect_removals(world.runtime)
    world.clock.at += REST
    collect_removals(world.runtime)


def test_removals_stay_until_every_phone_in_use_has_come_past_them(world):
    orders, quick, slow = world.orders(3), world.phone(install="quick"), world.phone(install="slow")
    for phone in (quick, slow):
        phone.pull()
    for order in orders:
        world.assign(order, 1)
    quick.pull()
    quick.page(quick.since)
    collect(world)
    assert removals(world) > 0
    slow.pull()
    assert slow.held("work_orders") == {}
    slow.page(slow.since)
    collect(world)
    assert removals(world) == 0


def test_nothing_is_dropped_while_a_page_may_still_be_read(world):
    (order,), phone = world.orders(), world.phone()
    phone.pull()
    world.assign(order, 1)
    phone.pull()
    phone.page(phone.since)
    before = removals(world)
    collect_removals(world.runtime)
    collect_removals(world.runtime)
    assert removals(world) == before > 0
    world.clock.at += REST
    collect_removals(world.runtime)
    assert removals(world) == 0


def test_a_phone_that_was_silent_for_too_long_begins_anew_and_loses_what_was_removed(world):
    orders, old, busy = world.orders(2), in_the_field(world, "old"), world.phone(install="busy")
    old.read_all()
    busy.pull()
    world.clock.at += timedelta(days=world.runtime.settings.horizon_days, minutes=1)
    world.assign(orders[0], 1)
    busy.pull()
    busy.page(busy.since)
    collect(world)
    with pytest.raises(DomainError, match="resync-required") as caught:
        old.phone.page(old.phone.since)
    assert caught.value.extra["horizon"] > old.phone.since
    old.read_all(2)
    assert set(old.orders()) == {orders[1]}
    assert old.documents() == busy.documents


def test_phones_that_are_out_of_use_hold_nothing_back(world):
    (order,), phone, gone = world.orders(), world.phone(install="a"), world.phone(install="b")
    phone.pull()
    with world.runtime.unit_of_work(world.actor()) as uow:
        service.sign_off(uow, device_id=gone.device_id)
    world.assign(order, 1)
    phone.pull()
    phone.page(phone.since)
    collect(world)
    assert removals(world) == 0


def test_a_phone_that_begins_anew_finishes_though_its_pages_lie_below_the_horizon(world):
    orders, phone = world.orders(4), in_the_field(world, "one")
    phone.read_all()
    world.assign(orders[3], 1)
    phone.read_all()
    phone.read_page(500)
    collect(world)
    fresh = phone.fresh()
    fresh.read_all(1)
    assert set(fresh.orders()) == set(orders[:3])


@settings(max_examples=10, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whenever_phones_pull_and_removals_are_dropped_all_end_with_the_same(world, data):
    people = [world.hire(), world.hire()]
    world.technicians = people
    orders = world.orders(3)
    phones = [in_the_field(world, f"{n}") for n in range(3)]
    for _ in range(data.draw(st.integers(5, 15))):
        act = data.draw(st.sampled_from(["assign", "page", "page", "all", "collect", "time", "begin"]))
        phone = phones[data.draw(st.integers(0, 2))]
        if act == "assign":
            world.assign(data.draw(st.sampled_from(orders)), data.draw(st.integers(0, 1)))
        elif act == "page":
            phone.read_page(data.draw(st.integers(1, 3)))
        elif act == "all":
            phone.read_all()
        elif act == "collect":
            collect_removals(world.runtime)
        elif act == "time":
            world.clock.at += data.draw(st.sampled_from([REST, timedelta(days=31)]))
        else:
            phone.begin_anew()
    expected = phones[0].fresh()
    expected.read_all()
    for phone in phones:
        phone.read_all(2)
        assert phone.documents() == expected.documents()
