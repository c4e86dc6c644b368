"""Settling conflicts."""

import pytest
from sqlalchemy import select

from dispatch.work_orders.lifecycle import Command
from dispatch.work_orders.models import WorkOrder
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from sync.reconcile import queries, service
from tests import factories


def open_conflicts(world):
    with world.reading() as reading:
        return queries.page_of_conflicts(reading, limit=10).items


@pytest.fixture
def conflicted(world):
    """An order that was cancelled while its phone went on."""
    phone, (order,) = world.phone(), world.orders(work_type="errand")
    phone.push(phone.op("work_order.accept", order))
    world.work()
    world.command(order, Command.CANCEL, reason="客户取消")
    phone.push(phone.op("work_order.arrive", order), phone.op("work_order.start", order))
    world.work()
    return world, phone, order


def needs_review(world, order) -> bool | None:
    with world.reading() as reading:
        found: bool | None = reading.session.scalar(select(WorkOrder.needs_review).where(WorkOrder.id == order))
        return found


def test_the_order_asks_for_a_look_until_its_last_conflict_is_settled(conflicted):
    world, phone, order = conflicted
    first, second = open_conflicts(world)
    assert needs_review(world, order)
    with world.runtime.unit_of_work(service_actor(world)) as uow:
        service.resolve(uow, conflict_id=first.id, resolution="已与客户确认")
    assert needs_review(world, order)
    with world.runtime.unit_of_work(service_actor(world)) as uow:
        service.resolve(uow, conflict_id=second.id, resolution="同上")
    assert not needs_review(world, order)
    assert open_conflicts(world) == ()
    phone.pull()
    assert sorted(doc["resolution"] for doc in phone.held("conflicts").values()) == ["同上", "已与客户确认"]


def service_actor(world, role=Role.GROUP_LEADER, level=Level.GROUP, place=None):
    with world.runtime.unit_of_work(system_actor()) as uow:
        place = place or world.places.group_id
        return factories.actor(uow, factories.person_with(uow, role, level, place, region_id=world.region_id))


def test_it_is_settled_once(conflicted):
    world, _, _ = conflicted
    one = open_conflicts(world)[0]
    leader = service_actor(world)
    with world.runtime.unit_of_work(leader) as uow:
        service.resolve(uow, conflict_id=one.id, resolution="a")
    with pytest.raises(DomainError, match=r"conflict\.resolved"), world.runtime.unit_of_work(leader) as uow:
        service.resolve(uow, conflict_id=one.id, resolution="b")


def test_only_who_dispatches_the_order_may_settle_and_only_who_may_see_it_sees_it(conflicted):
    world, phone, _ = conflicted
    one = open_conflicts(world)[0]
    with world.runtime.unit_of_work(system_actor()) as uow:
        elsewhere = factories.group(uow, factories.station(uow, world.region_id))
        technician = factories.actor(uow, phone.user_id)
    stranger = service_actor(world, place=elsewhere)
    with pytest.raises(DomainError, match=r"conflict\.unknown"), world.runtime.unit_of_work(stranger) as uow:
        service.resolve(uow, conflict_id=one.id, resolution="x")
    with pytest.raises(DomainError, match="forbidden"), world.runtime.unit_of_work(technician) as uow:
        service.resolve(uow, conflict_id=one.id, resolution="x")
    with world.runtime.reading(stranger) as reading:
        assert queries.page_of_conflicts(reading, limit=10).items == ()
    with world.runtime.reading(technician) as reading:
        assert len(queries.page_of_conflicts(reading, limit=10).items) == 2
