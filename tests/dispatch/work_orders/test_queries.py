"""Lists, details and timelines of orders: complete, in order, and never beyond the caller's scope."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text, update

from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.work_orders import queries, service
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.models import WorkOrder
from dispatch.work_orders.queries import OrderFilter
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.identifiers import new_id
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW
from tests.dispatch.work_orders.ground import Ground, ask, make_ground
from tests.statements import recorded


def listed(reading: UnitOfWork, *, limit: int = 200, **filters) -> list[UUID]:
    """Read a whole list, page by page."""
    found: list[UUID] = []
    after = None
    while True:
        page = queries.page_of_orders(reading, filters=OrderFilter(**filters), limit=limit, after=after)
        found += [row.id for row in page.items]
        assert len(found) <= 1000, "it goes on"
        after = page.after
        if after is None:
            return found


def unknown(call, *args) -> bool:
    with pytest.raises(DomainError) as caught:
        call(*args)
    return caught.value.code == "work_order.unknown"


def change(ground: Ground, order_id: UUID, **values) -> UUID:
    ground.uow.session.execute(update(WorkOrder).where(WorkOrder.id == order_id).values(**values))
    return order_id


# Every filter, with the change of an order that it lets through and one that it does not.
FILTERS = {
    "statuses": ({"statuses": (Status.ON_HOLD, Status.OPEN)}, {"status": "on_hold"}, {"status": "closed"}),
    "priority": ({"priority": "emergency"}, {"priority": "emergency"}, {"priority": "routine"}),
    "work type": ({"work_type": "repair"}, {"work_type": "repair"}, {"work_type": "errand"}),
    "needs review": ({"needs_review": True}, {"needs_review": True}, {"needs_review": False}),
    "needs no review": ({"needs_review": False}, {"needs_review": False}, {"needs_review": True}),
    "received from": (
        {"received_from": NOW},
        {"received_at": NOW},
        {"received_at": NOW - timedelta(microseconds=1)},
    ),
    "received to": (
        {"received_to": NOW},
        {"received_at": NOW - timedelta(microseconds=1)},
        {"received_at": NOW},
    ),
    "number": ({"q": "ab_1"}, {"number": "AB_17"}, {"number": "AB-17"}),
    "only the beginning of a number": ({"q": "17"}, {"number": "17-AB"}, {"number": "AB-17"}),
    "title": ({"q": "光猫%"}, {"title": "更换光猫%的"}, {"title": "更换光猫的"}),
    "title in any case": ({"q": "MODEM"}, {"title": "new modem"}, {"title": "new mod"}),
}


@pytest.mark.parametrize(("filters", "yes", "no"), FILTERS.values(), ids=list(FILTERS))
def test_a_filter_lets_through_what_it_says(ground, filters, yes, no):
    inside, outside = change(ground, ground.order(), **yes), change(ground, ground.order(), **no)
    assert set(listed(ground.manager)) == {inside, outside}
    assert listed(ground.manager, **filters) == [inside]


def test_filters_by_place_and_person(ground):
    uow = ground.uow
    region = factories.acting_as(uow, Role.AGENT, Level.REGION, ground.places.region_id, ground.places.region_id)
    other = make_ground(uow, ground.places.region_id)
    mine, theirs = ground.order(technician=0), other.order(technician=0)
    assert set(listed(region)) == {mine, theirs}
    for name in ("station_id", "group_id", "zone_id"):
        assert listed(region, **{name: getattr(ground.places, name)}) == [mine]
    assert listed(region, technician_id=other.technicians[0]) == [theirs]
    assert set(listed(region, region_id=ground.places.region_id)) == {mine, theirs}
    assert listed(region, region_id=new_id()) == []
    assert listed(region, zone_id=ground.places.zone_id, technician_id=other.technicians[0]) == []


MINUTE = timedelta(minutes=1)
LATE = {
    "not responded": ({"respond_due_at": NOW - MINUTE}, True),
    "responded in time or not": ({"respond_due_at": NOW - MINUTE, "responded_at": NOW}, False),
    "due to respond this very moment": ({"respond_due_at": NOW}, False),
    "not arrived": ({"arrive_due_at": NOW - MINUTE}, True),
    "arrived": ({"arrive_due_at": NOW - MINUTE, "arrived_at": NOW}, False),
    "not resolved": ({"resolve_due_at": NOW - MINUTE}, True),
    "resolved": ({"resolve_due_at": NOW - MINUTE, "completed_at": NOW}, False),
    "without any target": ({}, False),
    "late but cancelled": ({"respond_due_at": NOW - MINUTE, "status": "cancelled"}, False),
    "late but completed": ({"arrive_due_at": NOW - MINUTE, "status": "completed"}, False),
    "late and held": ({"resolve_due_at": NOW - MINUTE, "status": "on_hold"}, True),
}


@pytest.mark.parametrize(("values", "late"), LATE.values(), ids=list(LATE))
def test_an_order_is_late_or_not_and_never_neither(ground, values, late):
    blank = {"respond_due_at": None, "arrive_due_at": None, "resolve_due_at": None}
    order_id = change(ground, ground.order(), **{**blank, **values})
    assert listed(ground.manager, late=True) == ([order_id] if late else [])
    assert listed(ground.manager, late=False) == ([] if late else [order_id])
    assert listed(ground.manager) == [order_id]


def test_each_role_sees_the_orders_of_its_places_and_its_own(ground):
    """Two stations of one region, and another region; who sees which of the four orders."""
    uow, here = ground.uow, ground.places
    next_door = make_ground(uow, here.region_id)
    abroad = make_ground(uow)
    group_mate = factories.places(uow, station_id=here.station_id)
    orders = {
        "mine": ground.order(technician=0),
        "same station": replace(ground, places=group_mate).order(),
        "next door": next_door.order(),
        "abroad": abroad.order(technician=0),
    }
    names = {order_id: name for name, order_id in orders.items()}

    def seen(role: Role, level: Level, place_id: UUID | None) -> set[str]:
        reading = factories.acting_as(uow, role, level, place_id, here.region_id)
        found = {names[order_id] for order_id in listed(reading)}
        assert queries.visible_order_ids(reading, list(orders.values())) == {orders[name] for name in found}
        for name, order_id in orders.items():
            if name in found:
                assert queries.order(reading, order_id).row.id == order_id
                assert queries.timeline(reading, order_id, limit=1).items
            else:
                assert unknown(queries.order, reading, order_id)
                assert unknown(lambda reading=reading, key=order_id: queries.timeline(reading, key, limit=1))
        return found

    everything = set(orders)
    assert seen(Role.STATION_MANAGER, Level.ZONE, here.zone_id) == {"mine"}
    assert seen(Role.GROUP_LEADER, Level.GROUP, group_mate.group_id) == {"same station"}
    assert seen(Role.STATION_MANAGER, Level.STATION, here.station_id) == {"mine", "same station"}
    assert seen(Role.AGENT, Level.REGION, here.region_id) == everything - {"abroad"}
    assert seen(Role.ADMINISTRATOR, Level.EVERYWHERE, None) == everything
    assert seen(Role.TECHNICIAN, Level.GROUP, here.group_id) == set()
    assert seen(Role.ASSESSOR, Level.REGION, here.region_id) == set()
    assert [names[key] for key in listed(ground.as_technician())] == ["mine"]
    assert [names[key] for key in listed(abroad.as_technician())] == ["abroad"]


def test_what_is_both_in_ones_place_and_ones_own_is_listed_once(ground):
    uow = ground.uow
    for level, place_id in ((Level.GROUP, ground.places.group_id), (Level.ZONE, ground.places.zone_id)):
        people.give_role(uow, user_id=ground.technicians[0], role=Role.GROUP_LEADER, level=level, place_id=place_id)
    ids = [ground.order(technician=n % 2, received_at=NOW - timedelta(minutes=n)) for n in range(7)]
    leader = ground.as_technician()
    assert (
        len(leader.actor.scope.parts(group=WorkOrder.group_id, zone=WorkOrder.zone_id, owner=WorkOrder.assignee_id))
        == 3
    )
    for size in (1, 2, 3, 7, 8):
        assert listed(leader, limit=size) == ids


def test_pages_of_any_size_bring_every_order_once_the_latest_first(ground):
    received = [NOW - timedelta(minutes=n // 3) for n in range(20)]  # several at the same moment
    ids = service.create_orders(ground.uow, [ground.draft(received_at=one) for one in received])
    expected = [key for _, key in sorted(zip(received, ids, strict=True), reverse=True)]
    for size in (1, 3, 7, 19, 20, 21):
        assert listed(ground.manager, limit=size) == expected
    first = queries.page_of_orders(ground.manager, filters=OrderFilter(), limit=3)
    assert first.after == (first.items[-1].received_at, first.items[-1].id)


def test_a_list_is_one_statement_whatever_the_filters(ground):
    service.create_orders(ground.uow, [ground.draft() for _ in range(30)])
    for filters in ({}, {"late": True, "q": "宽带", "statuses": (Status.OPEN,)}):
        with recorded(ground.uow.session) as seen:
            queries.page_of_orders(ground.manager, filters=OrderFilter(**filters), limit=20)
        assert len(seen) == 1


def test_a_detail_tells_what_is_possible_now(ground):
    order_id = ground.order(technician=0)
    detail = queries.order(ground.manager, order_id)
    assert detail.commands == ("accept", "cancel", "decline", "put_back", "reassign")
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    ask(ground.as_technician(), order_id, Command.HOLD, reason="waiting_parts", until="2026-11-24T00:00:00Z")
    detail = queries.order(ground.manager, order_id)
    assert (detail.hold_reason, detail.hold_until) == ("waiting_parts", NOW.replace(day=24, hour=0))
    assert "resume" in detail.commands


def test_a_timeline_goes_by_the_time_of_what_happened_not_of_its_arrival(ground):
    order_id = ground.order(technician=0)
    book = service.open_book(ground.uow, [order_id])
    hours = [5, 1, 3, 3, 2]
    for hour in hours:
        at = NOW + timedelta(hours=hour)
        book.record(
            Entry(
                new_id(), order_id, "note", ground.technicians[0], at, NOW, {"hour": hour}, time_quality="mono",
                occurred_at=at, lat=33.78, lon=119.26, accuracy_m=8.0, flags=("late",),
            )
        )  # fmt: skip
    service.write_book(ground.uow, book)
    found, after = [], None
    while True:
        page = queries.timeline(ground.manager, order_id, limit=2, after=after)
        found += page.items
        after = page.after
        if after is None:
            break
    notes = [one for one in found if one.kind == "note"]
    assert [one.data["hour"] for one in notes] == sorted(hours)
    assert [(one.effective_at, one.id) for one in found] == sorted((one.effective_at, one.id) for one in found)
    assert len(found) == len(hours) + 2
    one = notes[0]
    assert (one.time_quality, one.occurred_at, one.recorded_at) == ("mono", NOW + timedelta(hours=1), NOW)
    assert (one.lat, one.lon, one.accuracy_m, one.flags) == (33.78, 119.26, 8.0, ("late",))


def test_work_types_are_those_of_the_callers_region(ground):
    region_id = ground.places.region_id
    abroad = make_ground(ground.uow)
    assert [one.code for one in queries.work_types(ground.manager, region_id)] == ["repair"]
    assert [one.code for one in queries.work_types(ground.as_technician(), region_id)] == ["repair"]
    assert queries.work_types(ground.manager, abroad.places.region_id) == ()
    assert len(queries.work_types(ground.uow, abroad.places.region_id)) == 1


def test_only_the_holder_gets_the_document_of_an_order(ground):
    uow = ground.uow
    customer_id = factories.customer(uow, ground.places, name="赵秀英", phone="100 0002 0001")
    mine = ground.order(technician=0, customer_id=customer_id, description="光猫红灯", priority=Priority.EMERGENCY)
    bare, other, free = ground.order(technician=0), ground.order(technician=1), ground.order()
    ids = [mine, bare, other, free, new_id()]
    found = queries.order_documents(ground.as_technician(), ids)
    assert set(found) == {str(mine), str(bare)}
    doc = found[str(mine)]
    assert (doc["id"], doc["status"], doc["priority"], doc["version"]) == (mine, "assigned", "emergency", 2)
    assert (doc["description"], doc["assignee_id"]) == ("光猫红灯", ground.technicians[0])
    assert (doc["customer"]["name"], doc["customer"]["phone"]) == ("赵秀英", "100 0002 0001")
    assert doc["assignment_id"] == queries.order(ground.manager, mine).assignment_id
    assert found[str(bare)]["customer"] is None
    # A manager may see them all, but none is on the manager's phone.
    assert queries.order_documents(ground.manager, ids) == {}
    assert queries.held_order_ids(ground.as_technician(1), ids) == {other}


def test_only_who_has_an_order_there_gets_the_document_of_a_site(ground):
    uow = ground.uow
    customer_id = factories.customer(uow, ground.places)
    mine, other = (factories.site(uow, customer_id, ground.places, address=one) for one in ("甲路 1 号", "乙路 2 号"))
    order_id = ground.order(technician=0, site_id=mine)
    ground.order(technician=0, site_id=mine)
    ground.order(technician=1, site_id=other)
    assert set(queries.site_documents(ground.as_technician(), [mine, other])) == {str(mine)}
    assert queries.site_documents(ground.as_technician(), [mine])[str(mine)]["address"] == "甲路 1 号"
    assert queries.site_documents(ground.manager, [mine, other]) == {}
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(ground.technicians[1]), reason="rebalancing")
    assert set(queries.site_documents(ground.as_technician(), [mine])) == {str(mine)}, "another order is there still"
    assert set(queries.site_documents(ground.as_technician(1), [mine, other])) == {str(mine), str(other)}


def plan(reading: UnitOfWork, **filters) -> str:
    """Tell how the database reads the first page of a list."""
    asked: list[tuple[str, Any]] = []
    bind = reading.session.connection().engine

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    event.listen(bind, "before_cursor_execute", note)
    queries.page_of_orders(reading, filters=OrderFilter(**filters), limit=50)
    event.remove(bind, "before_cursor_execute", note)
    explain = "EXPLAIN (ANALYZE, TIMING OFF)" if bind.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    ((statement, parameters),) = asked
    rows = reading.session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


def test_a_list_reads_no_more_of_a_large_table_than_its_page(ground):
    uow, here = ground.uow, ground.places
    grounds = [ground, *(make_ground(uow, here.region_id) for _ in range(5))]
    when = [NOW - timedelta(minutes=n) for n in range(500)]
    service.create_orders(uow, [each.draft(received_at=one) for each in grounds for one in when])
    uow.session.execute(text("ANALYZE work_orders"))

    def may(role: Role, level: Level, place_id: UUID | None) -> UnitOfWork:
        return factories.acting_as(uow, role, level, place_id, here.region_id)

    lists = [
        ("ix_work_orders_zone_id", may(Role.STATION_MANAGER, Level.ZONE, here.zone_id), {}),
        ("ix_work_orders_zone_id", may(Role.ADMINISTRATOR, Level.EVERYWHERE, None), {"zone_id": here.zone_id}),
        ("ix_work_orders_zone_id", may(Role.AGENT, Level.REGION, here.region_id), {"zone_id": here.zone_id}),
        ("ix_work_orders_group_id", may(Role.GROUP_LEADER, Level.GROUP, here.group_id), {}),
        ("ix_work_orders_station_id", ground.manager, {}),
        ("ix_work_orders_region_id", may(Role.REGIONAL_OPERATIONS, Level.REGION, here.region_id), {}),
        ("ix_work_orders_assignee_id", ground.as_technician(), {}),
    ]
    for index, reading, filters in lists:
        how = plan(reading, **filters)
        assert index in how, how
        assert not re.search(r"Seq Scan|SCAN work_orders(?! USING)", how), how
        assert max(map(float, re.findall(r"actual rows=([\d.]+)", how)), default=0) <= 2 * 51, how
        removed = sum(map(int, re.findall(r"Rows Removed by Filter: (\d+)", how)))
        assert removed <= 51, how
    # An administrator's list of a zone comes from its index as it is, without a sort.
    assert "Sort" not in plan(lists[1][1], **lists[1][2])
    assert "TEMP B-TREE" not in plan(lists[1][1], **lists[1][2])
