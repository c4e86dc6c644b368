"""What happened to a phone is told in its order, to its owner and to those who supervise them."""

from datetime import timedelta

import pytest

from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from sync.devices import enrolling, history, service
from sync.devices.calling import Caller
from tests import factories
from tests.sync.world import Phone


def boss(world, role=Role.STATION_MANAGER, level=Level.STATION, place=None):
    with world.runtime.unit_of_work(system_actor()) as uow:
        place = place or world.places.station_id
        return factories.actor(uow, factories.person_with(uow, role, level, place, region_id=world.region_id))


def events(world, who, device_id, limit=100):
    with world.runtime.reading(who) as reading:
        return history.timeline(reading, device_id, limit=limit)


def test_a_whole_life_is_told_in_its_order(world):
    manager, owner = boss(world), world.actor()

    def act(who, what, **known):
        world.clock.at += timedelta(minutes=1)
        with world.runtime.unit_of_work(who) as uow:
            return what(uow, **known)

    code = act(manager, enrolling.invite, user_id=owner.user_id, minutes=10).code
    made = act(system_actor(), enrolling.enrol, code=code, install_id="one", name="工作机", platform=None, app=None)
    act(owner, service.rotate, device_id=made.device_id)
    act(owner, service.sign_off, device_id=made.device_id)
    token = act(owner, service.register, install_id="one").token
    act(manager, service.revoke, device_id=made.device_id, grace_days=30, reason="丢失")
    act(manager, service.reinstate, device_id=made.device_id)
    phone = Phone(world.runtime, made.device_id, token, owner.user_id)
    (order,) = world.orders()
    clone = Phone(world.runtime, made.device_id, token, owner.user_id)
    phone.push(phone.op("log.note", order, {"text": "一"}))
    world.clock.at += timedelta(minutes=1)
    clone.push(clone.op("log.note", order, {"text": "二"}))
    act(manager, service.revoke, device_id=made.device_id, grace_days=30)
    caller = Caller(token, taking=True)
    act(caller, lambda uow: service.note_wiped(uow, caller.phone))
    told = events(world, manager, made.device_id).items
    assert [one.kind for one in reversed(told)] == [
        "enrolled", "rotated", "signed_off", "returned", "revoked", "reinstated", "cloned", "revoked", "wiped",
    ]  # fmt: skip
    assert [one.by for one in told if one.kind in ("reinstated", "signed_off")] == [manager.user_id, owner.user_id]
    assert [one.note for one in told if one.kind == "revoked"] == [None, "丢失"]
    assert [one.at for one in told] == sorted((one.at for one in told), reverse=True)
    assert events(world, owner, made.device_id).items == told
    first = events(world, owner, made.device_id, 4)
    with world.runtime.reading(owner) as reading:
        rest = history.timeline(reading, made.device_id, limit=100, after=first.after)
    assert (*first.items, *rest.items) == told


def test_what_is_repeated_and_changes_nothing_is_no_event(world):
    manager, owner = boss(world), world.actor()
    phone = world.phone()
    for who, what in ((manager, service.revoke), (manager, service.reinstate)):
        for _ in range(2):
            with world.runtime.unit_of_work(who) as uow:
                what(uow, device_id=phone.device_id, **({"grace_days": 1} if what is service.revoke else {}))
    for _ in range(2):
        with world.runtime.unit_of_work(owner) as uow:
            service.sign_off(uow, device_id=phone.device_id)
    kinds = [one.kind for one in events(world, owner, phone.device_id).items]
    assert sorted(kinds) == ["registered", "reinstated", "revoked", "signed_off"]


def test_strangers_see_no_phone_and_no_life(world):
    phone = world.phone()
    with world.runtime.unit_of_work(system_actor()) as uow:
        other = factories.station(uow, world.region_id)
    elsewhere = boss(world, place=other)
    for stranger in (world.actor(1), elsewhere):
        with pytest.raises(DomainError) as refused:
            events(world, stranger, phone.device_id)
        assert refused.value.code == "device.unknown"
