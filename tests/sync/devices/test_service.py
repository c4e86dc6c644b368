"""The life of a phone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from kernel.identifiers import new_id
from sync.devices import queries, service, tokens
from sync.devices.calling import Caller
from sync.devices.models import Device, DeviceToken
from tests import factories
from tests.sync.world import Phone


def actor(world, technician=0):
    with world.runtime.unit_of_work(system_actor()) as uow:
        return factories.actor(uow, world.technicians[technician])


def boss(world, role=Role.STATION_MANAGER, level=Level.STATION, place=None):
    with world.runtime.unit_of_work(system_actor()) as uow:
        place = place or world.places.station_id
        return factories.actor(uow, factories.person_with(uow, role, level, place, region_id=world.region_id))


def register(world, install="one", technician=0, **particulars):
    with world.runtime.unit_of_work(actor(world, technician)) as uow:
        return service.register(uow, install_id=install, **particulars)


def calls(world, token, **how):
    caller = Caller(token, **how)
    with world.runtime.reading(caller):
        return caller.phone


def test_the_same_installation_of_the_same_person_is_one_phone_with_a_new_token(world):
    first = register(world)
    second = register(world, app="4.2.1")
    other = register(world, technician=1)
    assert first.device_id == second.device_id != other.device_id
    assert calls(world, second.token).id == first.device_id
    with world.reading() as reading:
        assert reading.session.scalar(select(func.count()).select_from(Device)) == 2


def test_a_token_is_kept_only_as_its_digest(world):
    made = register(world)
    with world.reading() as reading:
        stored = reading.session.scalars(select(DeviceToken.token_hash)).one()
    assert made.token.encode() not in stored
    assert len(stored) == 32


def test_a_person_without_a_region_has_no_phone(world):
    with world.runtime.unit_of_work(system_actor()) as uow, pytest.raises(DomainError, match=r"device\.no_region"):
        service.register(uow, install_id="x", user_id=factories.user(uow))


def uses(world, token):
    """The phone pulls, which is where its secret counts as used."""
    phone = Phone(world.runtime, new_id(), token, world.technicians[0])
    phone.page(0)


def test_a_secret_that_got_lost_locks_nobody_out(world):
    held = register(world)
    uses(world, held.token)
    lost = [register(world) for _ in range(6)]
    uses(world, held.token)
    found = register(world)
    assert calls(world, held.token).id == held.device_id
    uses(world, found.token)
    for ended in (held, *lost):
        with pytest.raises(DomainError, match="token-invalid"):
            calls(world, ended.token)
    uses(world, found.token)


def test_a_registration_that_comes_again_late_does_not_end_the_secret_in_use(world):
    held = register(world)
    uses(world, held.token)
    register(world)
    phone = Phone(world.runtime, held.device_id, held.token, world.technicians[0])
    phone.push()
    assert calls(world, held.token).id == held.device_id


def test_of_many_secrets_that_were_never_used_a_few_wait(world):
    made = [register(world) for _ in range(tokens.UNUSED + 3)]
    with world.reading() as reading:
        assert reading.session.scalar(select(func.count()).select_from(DeviceToken)) == tokens.UNUSED
    assert calls(world, made[-1].token).id == made[0].device_id


def test_a_push_with_a_new_secret_ends_the_old_one(world):
    made = register(world)
    uses(world, made.token)
    with world.runtime.unit_of_work(actor(world)) as uow:
        fresh = service.rotate(uow, device_id=made.device_id)
    Phone(world.runtime, made.device_id, fresh.token, world.technicians[0]).push()
    with pytest.raises(DomainError, match="token-invalid"):
        calls(world, made.token)


def test_only_the_owner_gets_a_new_secret(world):
    made = register(world)
    for stranger in (actor(world, 1), boss(world)):
        with pytest.raises(DomainError, match=r"device\.unknown"), world.runtime.unit_of_work(stranger) as uow:
            service.rotate(uow, device_id=made.device_id)


def test_signing_off_leaves_a_revoked_phone_revoked(world):
    made = register(world)
    with world.runtime.unit_of_work(boss(world)) as uow:
        service.revoke(uow, device_id=made.device_id, grace_days=30)
    with world.runtime.unit_of_work(actor(world)) as uow:
        service.sign_off(uow, device_id=made.device_id)
    assert calls(world, made.token, taking=True).id == made.device_id


def test_a_revoked_phone_hands_in_so_much_and_no_more(world):
    world.runtime.settings = replace(world.runtime.settings, late_ops=3)
    phone, (order,) = world.phone(), world.orders()
    with world.runtime.unit_of_work(boss(world)) as uow:
        service.revoke(uow, device_id=phone.device_id, grace_days=30)
    ops = [phone.op("log.note", order, {"text": "到场"}) for _ in range(4)]
    answered = phone.push(*ops[:3])
    assert [one["code"] for one in answered["results"]] == ["device-revoked"] * 3
    with pytest.raises(DomainError, match="device-closed") as caught:
        phone.push(ops[3])
    assert caught.value.extra["limit"] == 3


def test_two_phones_with_one_installation_are_noticed(world):
    phone, (order,) = world.phone(), world.orders()
    twin = replace(phone)
    first, second = (one.op("log.note", order, {"text": "到场"}) for one in (phone, twin))
    phone.push(first)
    directives = twin.push(second)["directives"]
    assert {"do": "reregister", "why": "seq-fork"} in directives
    with world.runtime.reading(boss(world)) as reading:
        (row,) = queries.page_of_devices(reading, forked=True, limit=5).items
        assert queries.page_of_devices(reading, forked=False, limit=5).items == ()
    assert row.id == phone.device_id
    assert row.forked_at == world.clock.now()


def test_a_phone_that_was_signed_off_takes_part_no_more(world):
    made = register(world)
    with pytest.raises(DomainError, match=r"device\.unknown"), world.runtime.unit_of_work(actor(world, 1)) as uow:
        service.sign_off(uow, device_id=made.device_id)
    with world.runtime.unit_of_work(actor(world)) as uow:
        service.sign_off(uow, device_id=made.device_id)
    for taking in (False, True):
        with pytest.raises(DomainError, match="device-closed"):
            calls(world, made.token, taking=taking)


def test_only_who_supervises_its_user_revokes_a_phone(world):
    made = register(world)
    with world.runtime.unit_of_work(system_actor()) as uow:
        elsewhere = factories.station(uow, world.region_id)
    refusals = {
        "forbidden": actor(world),
        r"device\.unknown": boss(world, place=elsewhere),
    }
    for code, who in refusals.items():
        with pytest.raises(DomainError, match=code), world.runtime.unit_of_work(who) as uow:
            service.revoke(uow, device_id=made.device_id, grace_days=30)
    with world.runtime.unit_of_work(boss(world)) as uow:
        service.revoke(uow, device_id=made.device_id, grace_days=30)
    with pytest.raises(DomainError, match="device-revoked") as caught:
        calls(world, made.token)
    assert caught.value.extra["wipe"] is True
    assert calls(world, made.token, taking=True).id == made.device_id
    with pytest.raises(DomainError, match="device-revoked"):
        register(world)


def test_a_phone_that_is_found_again_goes_on_even_when_the_time_to_hand_in_is_over(world):
    (order,), phone = world.orders(), world.phone()
    op = phone.op("log.note", order, {"text": "装好了"})
    with world.runtime.unit_of_work(boss(world)) as uow:
        service.revoke(uow, device_id=phone.device_id, grace_days=30, reason="丢失")
    world.clock.at += timedelta(days=31)
    for ask in (lambda: phone.push(op), lambda: phone.page(0)):
        with pytest.raises(DomainError, match=r"device-(closed|revoked)"):
            ask()
    with world.runtime.unit_of_work(boss(world)) as uow:
        service.reinstate(uow, device_id=phone.device_id)
    assert [one["status"] for one in phone.push(op)["results"]] == ["accepted"]
    world.work()
    phone.pull()
    assert phone.held("receipts")[op["id"]]["outcome"] == "applied"
