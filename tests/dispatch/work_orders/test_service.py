"""Orders are made in bulk, and opened in bulk for what phones hand in."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from dispatch.sla import service as sla
from dispatch.sla.deadline import Priority, Targets
from dispatch.work_orders import queries, service
from dispatch.work_orders.book import Entry
from dispatch.work_orders.events import CreatedOrder, OrdersCreated
from dispatch.work_orders.lifecycle import Asked, Command, Evidence, Status
from dispatch.work_orders.models import TimelineEntry, WorkOrder, WorkOrderAssignment
from kernel.actor import Role
from kernel.errors import DomainError
from kernel.identifiers import new_id
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW
from tests.dispatch.work_orders.ground import REPAIR, ask, make_ground
from tests.statements import recorded

WINDOW = {"window_start_at": "2026-11-23T08:00:00+08:00", "window_end_at": "2026-11-23T10:00:00+08:00"}


def refused(call, *args, **kwargs) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code, [field.path for field in caught.value.fields]


def at(uow: UnitOfWork, now) -> UnitOfWork:
    return replace(uow, now=now)


def stored(uow: UnitOfWork, order_id: UUID) -> WorkOrder:
    uow.session.expire_all()
    return uow.session.scalars(select(WorkOrder).where(WorkOrder.id == order_id)).one()


def entries(uow: UnitOfWork, order_id: UUID) -> list[str]:
    return [one.kind.removeprefix("work_order.") for one in queries.timeline(uow, order_id, limit=50).items]


def test_orders_are_made_with_all_that_is_known_of_them(ground):
    uow = ground.uow
    customer_id = factories.customer(uow, ground.places)
    site_id = factories.site(uow, customer_id, ground.places)
    order_id = ground.order(
        title="宽带无法上网" * 50,
        description="光猫红灯",
        customer_id=customer_id,
        site_id=site_id,
        first_owner_id=ground.technicians[1],
        received_at=NOW - timedelta(hours=2),
    )
    one = stored(uow, order_id)
    assert (one.region_id, one.station_id) == (ground.places.region_id, ground.places.station_id)
    assert (one.group_id, one.zone_id) == (ground.places.group_id, ground.places.zone_id)
    assert (one.status, one.priority, one.work_type, one.version) == ("open", "routine", REPAIR, 1)
    assert (one.description, one.customer_id, one.site_id) == ("光猫红灯", customer_id, site_id)
    assert (one.first_owner_id, one.assignee_id, one.needs_review) == (ground.technicians[1], None, False)
    assert one.title == ("宽带无法上网" * 50)[:200]
    assert (one.received_at, one.created_at, one.updated_at) == (NOW - timedelta(hours=2), NOW, NOW)
    assert entries(uow, order_id) == ["created"]


def test_history_comes_with_its_own_ids_numbers_states_and_times(ground):
    key = new_id()
    order_id = ground.order(
        id=key, number="OLD-7", status=Status.CLOSED, completed_at=NOW, closed_at=NOW, received_at=NOW - timedelta(1)
    )
    one = stored(ground.uow, order_id)
    assert (one.id, one.number, one.status, one.completed_at, one.closed_at) == (key, "OLD-7", "closed", NOW, NOW)


def test_numbers_tell_the_day_and_are_apart(ground):
    ids = service.create_orders(ground.uow, [ground.draft() for _ in range(300)])
    numbers = set(ground.uow.session.scalars(select(WorkOrder.number).where(WorkOrder.id.in_(ids))))
    assert len(numbers) == 300
    assert {number[:7] for number in numbers} == {"261122-"}


def test_any_number_of_orders_takes_the_same_few_statements(ground):
    counts = []
    for size in (1, 200):
        with recorded(ground.uow.session) as seen:
            service.create_orders(ground.uow, [ground.draft() for _ in range(size)])
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_no_orders_are_no_statement(ground):
    with recorded(ground.uow.session) as seen:
        assert service.create_orders(ground.uow, []) == []
    assert seen == []


def test_the_slices_above_hear_of_the_new_orders_and_their_checklists(ground):
    heard: list[OrdersCreated] = []
    ground.uow.handlers[OrdersCreated] = (lambda _uow, event: heard.append(event),)
    service.define_work_type(ground.uow, region_id=ground.places.region_id, code="errand", name="跑腿")
    ids = service.create_orders(ground.uow, [ground.draft(), ground.draft(work_type="errand")])
    region_id, zone_id = ground.places.region_id, ground.places.zone_id
    codes = ("five-steps", None)
    orders = (CreatedOrder(key, region_id, code, zone_id=zone_id) for key, code in zip(ids, codes, strict=True))
    assert heard == [OrdersCreated(tuple(orders))]


def test_deadlines_are_the_defaults_until_the_region_has_a_policy(ground):
    due = {
        priority: stored(ground.uow, ground.order(priority=priority, received_at=NOW - timedelta(minutes=1)))
        for priority in Priority
    }
    emergency, priority, routine = (due[one] for one in (Priority.EMERGENCY, Priority.PRIORITY, Priority.ROUTINE))
    received = NOW - timedelta(minutes=1)
    assert emergency.respond_due_at == received + timedelta(hours=1)
    assert emergency.arrive_due_at == received + timedelta(hours=4)
    assert (priority.arrive_due_at, priority.resolve_due_at) == (None, None)
    assert routine.resolve_due_at == received + timedelta(hours=24)
    assert {one.sla_policy_id for one in due.values()} == {None}


def test_deadlines_come_from_the_policy_that_was_in_force_when_the_order_was_received(ground):
    uow, region_id = ground.uow, ground.places.region_id
    sla.start_with_defaults(uow, region_id)
    tomorrow = NOW + timedelta(days=1)
    strict = sla.set_policy(
        uow,
        region_id=region_id,
        priority=Priority.ROUTINE,
        targets=Targets(30, None, 120),
        effective_from=tomorrow,
    )
    later = replace(ground, uow=at(uow, tomorrow + timedelta(hours=1)))
    new = stored(uow, later.order())
    old = stored(uow, later.order(received_at=NOW))
    assert new.sla_policy_id == strict
    assert new.resolve_due_at == new.received_at + timedelta(minutes=120)
    assert old.sla_policy_id not in (strict, None)
    assert old.resolve_due_at == NOW + timedelta(hours=24)


def test_an_unknown_work_type_is_refused_with_its_place_and_nothing_is_made(ground):
    plain, odd = ground.draft(), ground.draft(work_type="magic")
    unknown = "work_order.work_type_unknown"
    assert refused(service.create_orders, ground.uow, [odd]) == (unknown, ["/work_type"])
    assert refused(service.create_orders, ground.uow, [plain, plain, odd]) == (unknown, ["/2/work_type"])
    assert ground.uow.session.scalar(select(func.count()).select_from(WorkOrder)) == 0


def test_a_work_type_of_another_region_is_unknown(ground):
    other = make_ground(ground.uow)
    service.define_work_type(ground.uow, region_id=other.places.region_id, code="fibre", name="光纤")
    code, _ = refused(
        service.create_orders, ground.uow, [other.draft(work_type="fibre"), ground.draft(work_type="fibre")]
    )
    assert code == "work_order.work_type_unknown"
    assert len(service.create_orders(ground.uow, [other.draft(work_type="fibre"), ground.draft()])) == 2


def test_a_work_type_that_is_defined_again_is_changed(ground):
    region_id = ground.places.region_id
    service.define_work_type(ground.uow, region_id=region_id, code=REPAIR, name="检修", skill="fibre", minutes=90)
    (one,) = queries.work_types(ground.uow, region_id)
    assert (one.code, one.name, one.skill, one.template_code, one.minutes) == (REPAIR, "检修", "fibre", None, 90)


def test_the_book_has_the_orders_of_the_scope_with_their_holders(ground):
    mine, free, stranger = ground.order(technician=0), ground.order(), make_ground(ground.uow, ground.places.region_id)
    foreign = stranger.order()
    ask(ground.manager, mine, Command.REASSIGN, technician_id=str(ground.technicians[1]), reason="rebalancing")
    book = service.open_book(ground.manager, [free, mine, foreign, mine, new_id()], history=True)
    assert list(book.orders) == sorted([mine, free])
    assert book.holders == {mine: frozenset(ground.technicians)}
    assert service.open_book(ground.manager, [mine]).holders == {}
    assert set(service.open_book(ground.as_technician(1), [mine, free]).orders) == {mine}
    one = book.orders[mine]
    assert (one.status, one.status_before_hold, one.assignee_id) == (Status.ASSIGNED, None, ground.technicians[1])


def test_many_commands_in_one_book_are_written_with_the_same_few_statements(ground):
    counts = []
    for size in (2, 40):
        ids = service.create_orders(ground.uow, [ground.draft() for _ in range(size)])
        with recorded(ground.uow.session) as seen:
            book = service.open_book(ground.uow, ids, history=True)
            for order_id in ids:
                asked = Asked(
                    Command.ASSIGN,
                    ground.manager.actor.user_id,
                    frozenset({Role.STATION_MANAGER}),
                    NOW,
                    data={"technician_id": str(ground.technicians[0])},
                )
                entry = Entry(new_id(), order_id, "work_order.assign", ground.manager.actor.user_id, NOW, NOW)
                book.command(order_id, asked, Evidence(), entry)
            service.write_book(ground.uow, book)
        counts.append(len(seen))
        given = select(func.count()).where(
            WorkOrderAssignment.work_order_id.in_(ids), WorkOrderAssignment.ended_at.is_(None)
        )
        assert ground.uow.session.scalar(given) == size
        assert ground.uow.session.scalar(select(func.count()).where(TimelineEntry.work_order_id.in_(ids))) == 2 * size
    assert counts[0] == counts[1] <= 6
