"""The life of a phone."""

import pytest
from sqlalchemy import func, select

from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from sync.devices import service
from sync.devices.models import Device
from sync.devices.service import Caller
from tests import factories


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
    with pytest.raises(DomainError, match="token-invalid"):
        calls(world, first.token)
    with world.reading() as reading:
        assert reading.session.scalar(select(func.count()).select_from(Device)) == 2


def test_a_token_is_kept_only_as_its_digest(world):
    made = register(world)
    with world.reading() as reading:
        stored = reading.session.scalars(select(Device.token_hash)).one()
    assert made.token.encode() not in stored
    assert len(stored) == 32


def test_a_person_without_a_region_has_no_phone(world):
    with world.runtime.unit_of_work(system_actor()) as uow, pytest.raises(DomainError, match=r"device\.no_region"):
        service.register(uow, install_id="x", user_id=factories.user(uow))


def test_a_new_secret_ends_the_old_one_and_only_the_owner_gets_it(world):
    made = register(world)
    with world.runtime.unit_of_work(actor(world)) as uow:
        fresh = service.rotate(uow, device_id=made.device_id)
    assert calls(world, fresh.token).id == made.device_id
    with pytest.raises(DomainError, match="token-invalid"):
        calls(world, made.token)
    for stranger in (actor(world, 1), boss(world)):
        with pytest.raises(DomainError, match=r"device\.unknown"), world.runtime.unit_of_work(stranger) as uow:
            service.rotate(uow, device_id=made.device_id)


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
