"""Orders follow their zones; what would be stranded is refused or decided, never half-done."""

import pytest

from dispatch.sla.deadline import Priority
from dispatch.territory import queries as territory
from dispatch.territory.appointing import vacate
from dispatch.territory.duties import DutyKind
from dispatch.territory.events import OpenOrders
from dispatch.territory.moving import ZoneTarget, move_group, move_zones
from dispatch.territory.places import Places
from dispatch.territory.retiring import retire
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder
from dispatch.work_orders.service import NewOrder, create_orders, define_work_type
from kernel.actor import Level
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.beat import make_beat
from tests.dispatch.work_orders.ground import told

KEEP, REOPEN = OpenOrders.KEEP, OpenOrders.REOPEN


@pytest.fixture
def beat(uow):
    return make_beat(uow)


def move(beat, zone_id, **options):
    return move_zones(beat.uow, targets=[ZoneTarget(zone_id, beat.groups[1].id)], size_reason="x", **options)


def stranded(beat, call):
    """Return a refusal, after undoing what was begun: what leaving the unit of work with an error does."""
    savepoint = beat.uow.session.begin_nested()
    with pytest.raises(DomainError) as caught:
        call()
    savepoint.rollback()
    return caught.value


def stored(beat, order_id):
    return beat.uow.session.query(WorkOrder).populate_existing().filter(WorkOrder.id == order_id).one()


def test_orders_follow_old_ones_too_and_phones_hear_of_those_that_are_not_over(beat):
    owner, zone_id = beat.groups[0].technicians[0], beat.groups[0].zones[0]
    held = beat.order(zone_id, owner)
    over = beat.order(zone_id, owner)
    beat.command(over, Command.CANCEL, reason="x")
    beat.uow.changes.clear()
    move(beat, zone_id)
    assert {stored(beat, key).group_id for key in (held, over)} == {beat.groups[1].id}
    changes = told(beat.uow.changes)
    assert (f"user:{owner}", "work_orders", str(held), "put", None) in changes
    assert not any(one[2] == str(over) for one in changes)
    notes = beat.uow.session.query(TimelineEntry).filter(TimelineEntry.kind == "work_order.places_moved").all()
    assert [(note.work_order_id, note.data["before"]["group_id"]) for note in notes] == [(held, str(beat.groups[0].id))]


def test_orders_of_somebody_left_behind_are_counted_and_nothing_is_done(beat):
    helper, zone_id = beat.groups[0].technicians[1], beat.groups[0].zones[0]
    orders = [beat.order(zone_id, helper) for _ in range(2)]
    beat.order(zone_id)
    problem = stranded(beat, lambda: move(beat, zone_id))
    assert (problem.code, problem.fields[0].path) == ("work_order.stranded", "/open_orders")
    assert (problem.extra["stranded"], problem.extra["reasons"]) == (2, {"assignee_elsewhere": 2})
    assert [one["id"] for one in problem.extra["orders"]] == sorted(map(str, orders))
    assert problem.extra["choices"] == ["keep_with_assignee", "reopen_for_dispatch"]


def test_kept_orders_stay_with_their_assignee(beat):
    helper, zone_id = beat.groups[0].technicians[1], beat.groups[0].zones[0]
    order_id = beat.order(zone_id, helper)
    move(beat, zone_id, open_orders=KEEP)
    row = stored(beat, order_id)
    assert (row.assignee_id, row.status, row.group_id) == (helper, "assigned", beat.groups[1].id)


def test_reopened_orders_leave_the_phone_and_wait_for_dispatch_unless_somebody_is_there_already(beat):
    helper, zone_id = beat.groups[0].technicians[1], beat.groups[0].zones[0]
    waits = beat.order(zone_id, helper)
    beat.command(waits, Command.ACCEPT)
    there = beat.order(zone_id, helper, Command.ACCEPT, Command.ARRIVE)
    beat.uow.changes.clear()
    move(beat, zone_id, open_orders=REOPEN)
    assert (stored(beat, waits).status, stored(beat, waits).assignee_id) == (Status.OPEN, None)
    assert (stored(beat, there).status, stored(beat, there).assignee_id) == (Status.ON_SITE, helper)
    changes = told(beat.uow.changes)
    assert (f"user:{helper}", "work_orders", str(waits), "del", "unassigned") in changes
    assert (f"user:{helper}", "work_orders", str(there), "put", None) in changes


def test_a_group_without_a_leader_strands_what_had_one(beat):
    vacate(beat.uow, place_id=beat.groups[1].id, kind=DutyKind.GROUP_LEADER, reason="x")
    zone_id = beat.groups[0].zones[0]
    beat.order(zone_id)
    refused = stranded(beat, lambda: move(beat, zone_id))
    assert refused.extra["reasons"] == {"no_leader": 1}
    move(beat, zone_id, open_orders=KEEP)


def test_a_whole_group_takes_its_people_and_orders_along_and_strands_only_the_others(beat):
    here, other = beat.groups
    station_id = factories.station(beat.uow, beat.region_id)
    mine = beat.order(here.zones[0], here.technicians[1])
    savepoint = beat.uow.session.begin_nested()
    move_group(beat.uow, group_id=here.id, station_id=station_id)
    assert stored(beat, mine).station_id == station_id
    savepoint.rollback()
    lent = beat.order(here.zones[0], other.technicians[0])
    refused = stranded(beat, lambda: move_group(beat.uow, group_id=here.id, station_id=station_id))
    assert [one["id"] for one in refused.extra["orders"]] == [str(lent)]


def test_open_orders_in_a_zone_that_is_retired_take_a_decision(beat):
    owner, zone_id = beat.groups[0].technicians[0], beat.groups[0].zones[0]
    waits, held = beat.order(zone_id), beat.order(zone_id, owner)
    gone = {"level": Level.ZONE, "place_id": zone_id, "size_reason": "x"}
    refused = stranded(beat, lambda: retire(beat.uow, **gone))
    assert refused.extra["reasons"] == {"zone_retired": 2}
    assert territory.zone(beat.uow, zone_id).row.retired_at is None
    retire(beat.uow, **gone, open_orders=REOPEN)
    assert [stored(beat, key).status for key in (waits, held)] == ["open", "open"]


def test_an_open_order_in_a_region_at_large_keeps_the_region_from_being_retired(beat):
    region_id = factories.region(beat.uow)
    define_work_type(beat.uow, region_id=region_id, code="fault", name="故障")
    draft = NewOrder(Places(region_id), "fault", Priority.ROUTINE, "无信号", beat.uow.now)
    (order_id,) = create_orders(beat.uow, [draft])
    gone = {"level": Level.REGION, "place_id": region_id}
    refused = stranded(beat, lambda: retire(beat.uow, **gone))
    assert refused.extra["reasons"] == {"region_retired": 1}
    retire(beat.uow, **gone, open_orders=KEEP)
    assert stored(beat, order_id).status == "open"
