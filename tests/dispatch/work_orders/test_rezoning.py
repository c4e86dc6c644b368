"""Orders go to another zone: who sees them changes, and their phones learn of it; on both databases."""

import pytest

from dispatch.sla.deadline import Priority
from dispatch.territory.places import Places
from dispatch.work_orders import queries
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.rezoning import REZONED, rezone_orders
from dispatch.work_orders.service import NewOrder, command, create_orders, define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded


@pytest.fixture
def place(uow):
    found = factories.places(uow)
    define_work_type(uow, region_id=found.region_id, code="repair", name="维修")
    return found


def orders(uow, where, count=1):
    drafts = [NewOrder(where, "repair", Priority.ROUTINE, "x", uow.now) for _ in range(count)]
    return create_orders(uow, drafts)


def test_an_order_moves_with_its_scope_and_keeps_its_holder(uow, place):
    (order_id,) = orders(uow, place)
    technician = factories.technician(uow, place)
    command(
        uow,
        order_id=order_id,
        command=Command.ASSIGN,
        command_id=uow.new_id(),
        data={"technician_id": str(technician)},
        evidence=Evidence(),
    )
    before = queries.order(uow, order_id).row
    target = factories.places(uow, region_id=place.region_id)
    uow.changes.clear()
    assert rezone_orders(uow, order_ids=[order_id], places=target) == [order_id]
    after = queries.order(uow, order_id).row
    assert Places(after.region_id, after.station_id, after.group_id, after.zone_id) == target
    assert (after.assignee_id, after.status, after.version) == (technician, before.status, before.version + 1)
    assert ("work_orders", str(order_id)) in {(one.type, one.id) for one in uow.changes}
    entry = queries.timeline(uow, order_id, limit=9).items[-1]
    assert (entry.kind, entry.data["from_zone"], entry.data["to_zone"]) == (
        REZONED,
        str(place.zone_id),
        str(target.zone_id),
    )
    old = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, place.group_id, place.region_id)
    with pytest.raises(DomainError):
        queries.order(old, order_id)


def test_orders_elsewhere_out_of_scope_or_there_already_stay(uow, place):
    abroad = factories.places(uow)
    define_work_type(uow, region_id=abroad.region_id, code="repair", name="维修")
    (there,) = orders(uow, abroad)
    (here,) = orders(uow, place)
    assert rezone_orders(uow, order_ids=[there, here], places=place) == []
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, abroad.group_id, abroad.region_id)
    target = factories.places(uow, region_id=place.region_id)
    assert rezone_orders(leader, order_ids=[here], places=target) == []


def test_many_orders_take_as_many_statements_as_two(uow, place):
    target = factories.places(uow, region_id=place.region_id)
    counts = []
    for ids in (orders(uow, Places(place.region_id), 2), orders(uow, Places(place.region_id), 12)):
        with recorded(uow.session) as statements:
            assert len(rezone_orders(uow, order_ids=ids, places=target)) == len(ids)
        counts.append(len(statements))
    assert counts[0] == counts[1]
