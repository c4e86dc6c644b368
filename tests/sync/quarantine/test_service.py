"""Ops that wait are replayed, released and discarded: with a reason, each by itself, and never lost."""

from uuid import UUID

import pytest

from dispatch.accounts import queries as accounts
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from sync.devices import service as devices
from sync.quarantine import queries, service
from sync.quarantine.deciding import Decision
from tests import factories
from tests.statements import recorded


@pytest.fixture
def waiting(world):
    """A phone with an op about an order that is not its author's (yet)."""
    phone = world.phone()
    (order,) = world.orders(technician=1)
    op = phone.op("log.note", order, {"text": "电平正常"})
    phone.push(op)
    world.work()
    assert phone.statuses(op) == [("quarantined", "unknown-order")]
    return phone, order, op


@pytest.fixture
def manager(world):
    """Finds the manager of the station, as a request would."""
    with world.runtime.unit_of_work(system_actor()) as uow:
        places = world.places
        user_id = factories.person_with(
            uow, Role.STATION_MANAGER, Level.STATION, places.station_id, region_id=places.region_id
        )
    return lambda session, now: accounts.actor_of_user(session, user_id, now)


def decide(world, who, decision, **which):
    with world.runtime.unit_of_work(who) as uow:
        return service.decide_on(uow, decision=decision, reason="已核实", **which)


def statuses(decided):
    return [(one.status, one.code) for one in decided.results]


def test_what_is_replayed_takes_effect_once_what_hindered_it_is_gone(world, waiting, manager):
    phone, order, op = waiting
    ids = [UUID(op["id"])]
    assert statuses(decide(world, manager, Decision.REPLAY, ids=ids)) == [("done", None)]
    world.work()
    assert phone.statuses(op) == [("quarantined", "unknown-order")], "nothing had changed"
    world.assign(order, 0)
    assert statuses(decide(world, manager, Decision.REPLAY, ids=ids)) == [("done", None)]
    world.work()
    assert phone.statuses(op) == [("applied", None)]
    phone.pull()
    assert phone.held("receipts")[op["id"]]["outcome"] == "applied"
    assert statuses(decide(world, manager, Decision.REPLAY, ids=ids)) == [("unchanged", None)]


def test_what_is_discarded_says_so_to_its_phone_and_can_be_replayed(world, waiting, manager):
    phone, order, op = waiting
    assert statuses(decide(world, manager, Decision.DISCARD, ids=[UUID(op["id"])])) == [("done", None)]
    assert phone.statuses(op) == [("discarded", "unknown-order")]
    phone.pull()
    assert phone.held("receipts")[op["id"]]["outcome"] == "discarded"
    world.assign(order, 0)
    decide(world, manager, Decision.REPLAY, ids=[UUID(op["id"])])
    world.work()
    assert phone.statuses(op) == [("applied", None)]
    with world.runtime.reading(manager) as reading:
        seen = queries.op(reading, UUID(op["id"]))
    assert [(one.decision, one.code, one.reason) for one in seen.decisions] == [
        ("replay", "unknown-order", "已核实"),
        ("discard", "unknown-order", "已核实"),
    ]


def test_a_supervisor_releases_what_a_revoked_phone_handed_in(world, manager):
    phone = world.phone()
    (order,) = world.orders()
    with world.runtime.unit_of_work(manager) as uow:
        devices.revoke(uow, device_id=phone.device_id, grace_days=30)
    op = phone.op("log.note", order, {"text": "收尾"})
    phone.push(op)
    world.work()
    assert phone.statuses(op) == [("quarantined", "device-revoked")]
    assert statuses(decide(world, manager, Decision.REPLAY, ids=[UUID(op["id"])])) == [("unchanged", "device-revoked")]
    decide(world, manager, Decision.RELEASE, ids=[UUID(op["id"])])
    world.work()
    assert phone.statuses(op) == [("applied", None)]


def test_what_is_held_is_let_go_or_dropped_and_the_numbers_go_on(world, manager):
    phone = world.phone()
    one, other = world.orders(2)
    phone.seq = 1  # the first number never comes
    commands = [phone.op("work_order.accept", order) for order in (one, other)]
    phone.push(*commands)
    world.work()
    assert phone.statuses(*commands) == [("held", None)] * 2
    decide(world, manager, Decision.RELEASE, ids=[UUID(commands[0]["id"])])
    decide(world, manager, Decision.DISCARD, ids=[UUID(commands[1]["id"])])
    world.work()
    assert phone.statuses(*commands) == [("applied", "out_of_order"), ("discarded", None)]
    phone.seq = 0
    phone.push(phone.op("log.note", one, {"text": "补传"}))
    world.work()
    assert phone.push()["applied"]["contiguous_to"] == 3


def test_a_filter_decides_about_all_that_it_finds(world, manager):
    phone = world.phone()
    (order,) = world.orders(technician=1)
    notes = [phone.op("log.note", order, {"text": str(n)}) for n in range(3)]
    phone.push(*notes, phone.op("log.telepathy", order))
    world.work()
    counts = []
    for filters in ({"code": "unknown-order"}, {"type": "log.telepathy"}):
        with world.runtime.unit_of_work(manager) as uow, recorded(uow.session) as seen:
            decided = service.decide_on(uow, decision=Decision.DISCARD, reason="误报", filters=filters)
        counts.append((len(decided.results), decided.more, len(seen)))
    assert [one[:2] for one in counts] == [(3, False), (1, False)]
    assert counts[0][2] == counts[1][2], "as many statements for three as for one"
    with world.runtime.reading(manager) as reading:
        assert queries.page_of_ops(reading, limit=10).items == ()
        assert len(queries.page_of_ops(reading, limit=10, state="discarded").items) == 4


def test_who_does_not_supervise_its_author_neither_sees_nor_decides(world, waiting):
    phone, _, op = waiting
    with world.runtime.unit_of_work(system_actor()) as uow:
        elsewhere = factories.places(uow)
        stranger = factories.person_with(
            uow, Role.STATION_MANAGER, Level.STATION, elsewhere.station_id, region_id=elsewhere.region_id
        )
    people = {"stranger": stranger, "author": world.technicians[0]}
    found = {}
    for name, user_id in people.items():
        who = lambda session, now, key=user_id: accounts.actor_of_user(session, key, now)  # noqa: E731
        found[name] = statuses(decide(world, who, Decision.DISCARD, ids=[UUID(op["id"])]))
        with world.runtime.reading(who) as reading:
            assert len(queries.page_of_ops(reading, limit=10).items) == (name == "author")
    assert found == {"stranger": [("unknown", None)], "author": [("forbidden", None)]}
    assert phone.statuses(op) == [("quarantined", "unknown-order")]


def test_ids_or_a_filter_but_not_both_nor_neither(world, manager):
    for which in ({}, {"ids": [], "filters": {}}):
        with pytest.raises(DomainError) as refused:
            decide(world, manager, Decision.REPLAY, **which)
        assert refused.value.code == "op.which"


def test_what_waits_is_counted_by_station(world, waiting, manager):
    phone, order, _ = waiting
    phone.push(phone.op("log.note", order, {"text": "又一条"}))
    world.phone(1, "two")  # never pushed
    with world.runtime.reading(manager) as reading:
        (found,) = queries.backlogs(reading, silent=queries.timedelta(hours=24))
    assert (found.station_id, found.pending, found.quarantined, found.held, found.silent_devices) == (
        world.places.station_id,
        1,
        1,
        0,
        1,
    )
    assert found.oldest_pending_at == found.oldest_quarantined_at == world.clock.now()
