"""Managers hear of phones that fell silent, once for each silence, and never of those that nobody misses."""

from datetime import timedelta

from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from dispatch.territory.appointing import appoint
from dispatch.territory.duties import DutyKind
from kernel.actor import system_actor
from sync.devices import queries, service
from sync.devices.jobs import remind_of_silence
from tests import factories
from tests.statements import recorded

DAY = timedelta(days=1)


def manager(world):
    with world.runtime.unit_of_work(system_actor()) as uow:
        who = factories.user(uow, region_id=world.region_id, name="李站长")
        appoint(uow, place_id=world.places.station_id, kind=DutyKind.STATION_MANAGER, user_id=who)
    return who


def told(world, who):
    remind_of_silence(world.runtime)
    with world.runtime.unit_of_work(system_actor()) as uow:
        return factories.told(uow, who)


def test_a_manager_is_told_once_for_each_silence(world):
    who, phone = manager(world), world.phone()
    world.clock.at += 2 * DAY
    assert told(world, who) == []
    world.clock.at += DAY
    for _ in range(3):
        assert told(world, who) == ["devices.silent"]
        world.clock.at += DAY
    phone.pull()
    assert told(world, who) == ["devices.silent"]
    world.clock.at += 3 * DAY
    assert told(world, who) == ["devices.silent"] * 2


def test_nobody_is_told_of_phones_that_nobody_misses(world):
    who = manager(world)
    world.technicians += [world.hire() for _ in range(3)]
    phones = [world.phone(n, install="old") for n in range(5)]
    world.clock.at += DAY
    with world.runtime.unit_of_work(world.actor(0)) as uow:
        service.sign_off(uow, device_id=phones[0].device_id)
    with world.runtime.unit_of_work(system_actor()) as uow:
        service.revoke(uow, device_id=phones[1].device_id, grace_days=30)
        request_absence(
            uow,
            technician_id=phones[2].user_id,
            kind=AbsenceKind.LEAVE,
            start_at=uow.now,
            end_at=uow.now + 5 * DAY,
            approve=True,
        )
    new = world.phone(3, install="new")
    world.clock.at += 2 * DAY
    new.pull()
    phones[4].pull()
    assert told(world, who) == []
    with world.runtime.reading(world.actor(3)) as reading:
        found = {
            replaced: [one.id for one in queries.page_of_devices(reading, limit=9, replaced=replaced).items]
            for replaced in (True, False)
        }
    assert found == {True: [phones[3].device_id], False: [new.device_id]}
    world.clock.at += 4 * DAY
    new.pull()
    phones[4].pull()
    assert told(world, who) == [], "back for two days"
    world.clock.at += 2 * DAY
    new.pull()
    phones[4].pull()
    assert told(world, who) == ["devices.silent"]


def test_the_statements_are_the_same_for_any_number_of_phones(world):
    manager(world)
    counts = []
    for more in (1, 5):
        for n in range(more):
            world.phone(0, install=f"{more} {n}")
        world.clock.at += 4 * DAY
        with world.reading() as reading, recorded(reading.session) as sql:
            remind_of_silence(world.runtime)
        counts.append(len(sql))
    assert counts[0] == counts[1]
