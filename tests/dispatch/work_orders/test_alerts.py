from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.accounts import service as accounts
from dispatch.notifications import queries as notifications
from dispatch.notifications.service import TOPIC
from dispatch.sla import queries as sla
from dispatch.sla.deadline import Priority
from dispatch.sla.models import SlaClock
from dispatch.sla.pauses import ClockName
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from dispatch.work_orders import clocks, queries, service
from dispatch.work_orders.alerts import sweep_clocks
from dispatch.work_orders.book import Entry
from dispatch.work_orders.lifecycle import Asked, Command, Evidence
from dispatch.work_orders.queries import OrderFilter
from kernel.actor import Level, Role
from kernel.outbox import OutboxMessage
from tests import factories
from tests.dispatch.work_orders.ground import ask, make_ground
from tests.statements import recorded

HOUR = timedelta(hours=1)


@pytest.fixture
def ground(uow):
    made = make_ground(uow)
    places = made.places
    made.leader = factories.user(uow, region_id=places.region_id)
    made.chief = factories.user(uow, region_id=places.region_id)
    territory.appoint(uow, place_id=places.group_id, kind=DutyKind.GROUP_LEADER, user_id=made.leader)
    territory.appoint(uow, place_id=places.station_id, kind=DutyKind.STATION_MANAGER, user_id=made.chief)
    made.operations = factories.person_with(
        uow, Role.REGIONAL_OPERATIONS, Level.REGION, places.region_id, region_id=places.region_id
    )
    return made


def sweep(ground, after, pushes=None):
    """Look at what is due so long after the start; `pushes` tells when the phones of people reported."""
    later = replace(ground.uow, now=ground.uow.now + after)
    return sweep_clocks(
        later, limit=100, last_pushes=lambda _reading, ids: {k: v for k, v in (pushes or {}).items() if k in ids}
    )


def notices(ground, order_id):
    page = queries.timeline(ground.uow, order_id, limit=100)
    return [(one.kind, one.data["clock"], one.data["to"]) for one in page.items if one.kind.startswith("sla.")]


def test_each_notice_is_given_once_and_climbs_the_chain(ground):
    order_id = ground.order(0)  # routine: an answer within 4 hours
    handler, leader, chief, region = (
        str(one) for one in (ground.technicians[0], ground.leader, ground.chief, ground.operations)
    )
    for minutes in (60, 120, 121, 180, 181, 240, 241, 250, 270, 272, 300, 302, 360):
        sweep(ground, timedelta(minutes=minutes))
    assert notices(ground, order_id) == [
        ("sla.blue", "respond", [handler]),
        ("sla.yellow", "respond", [handler]),
        ("sla.red", "respond", [handler, leader]),
        ("sla.station", "respond", [chief]),
        ("sla.region", "respond", [region]),
    ]
    topics = ground.uow.session.scalars(select(OutboxMessage.key).where(OutboxMessage.topic == TOPIC)).all()
    assert len(set(topics)) == len(topics) == 6  # overdue is told to two people
    clock = ground.uow.session.execute(select(SlaClock.coordinator_id).where(SlaClock.clock == "respond")).scalar_one()
    assert clock == ground.leader


def test_people_are_told_with_number_clock_and_time_in_their_language_and_the_zone_of_the_region(ground):
    accounts.edit_user(ground.uow, user_id=ground.leader, name="李组长", phone=None, locale="en")
    order_id = ground.order(0)  # received at 09:00 in Shanghai
    number = queries.order(ground.uow, order_id).row.number
    sweep(ground, 241 * HOUR / 60)
    handler, leader = (
        one_of(notifications.page_of_notifications(factories.acting(ground.uow, who), limit=5).items)
        for who in (ground.technicians[0], ground.leader)
    )
    assert (handler.template, handler.urgent) == ("sla.red", True)
    assert handler.title == f"工单 {number}：响应已超时"
    assert handler.body == f"工单 {number} 的响应应于 2026-11-22 13:00 前完成，现已超时。李组长 负责协调。"
    assert leader.title == f"Order {number}: response is overdue"
    assert "2026-11-22 13:00" in leader.body


def test_only_what_is_overdue_or_an_emergency_may_break_quiet_hours(ground):
    ground.order(0)
    ground.order(0, priority=Priority.EMERGENCY)
    sweep(ground, 2 * HOUR / 3)  # 40 minutes: half of an emergency's hour
    sweep(ground, 2 * HOUR)
    told = notifications.page_of_notifications(factories.acting(ground.uow, ground.technicians[0]), limit=9).items
    assert {(one.template, one.urgent) for one in told} >= {("sla.blue", True), ("sla.blue", False)}


def one_of(items):
    (only,) = items
    return only


def test_a_sweep_that_comes_late_tells_the_gravest_at_once_and_passes_nobody_over(ground):
    order_id = ground.order(0)
    sweep(ground, 6 * HOUR)
    ((kind, _, people),) = notices(ground, order_id)
    assert (kind, len(people)) == ("sla.region", 4)


def test_an_answered_order_is_left_in_peace(ground):
    order_id = ground.order(0)
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    sweep(ground, 6 * HOUR)
    assert notices(ground, order_id) == []


def test_a_breach_is_provisional_until_the_phone_has_reported(ground):
    order_id = ground.order(0)
    technician = ground.technicians[0]
    started = ground.uow.now
    sweep(ground, 5 * HOUR, {technician: started})
    assert _respond(ground, order_id, 5 * HOUR).provisional
    sweep(ground, 6 * HOUR, {technician: started + 3 * HOUR})
    assert _respond(ground, order_id, 6 * HOUR).provisional
    sweep(ground, 7 * HOUR, {technician: started + 5 * HOUR})
    settled = _respond(ground, order_id, 7 * HOUR)
    assert not settled.provisional
    assert settled.state.is_settled
    _accept_late(ground, order_id, 1 * HOUR)
    assert _respond(ground, order_id, 8 * HOUR).state.breached_at == settled.state.breached_at


def test_without_a_phone_or_after_five_days_a_breach_is_settled(ground):
    first = ground.order(0)
    sweep(ground, 5 * HOUR)
    assert not _respond(ground, first, 5 * HOUR).provisional
    second = ground.order(1)
    sweep(ground, 5 * HOUR, {ground.technicians[1]: None})
    assert _respond(ground, second, 5 * HOUR).provisional
    sweep(ground, 6 * 24 * HOUR, {ground.technicians[1]: None})
    assert not _respond(ground, second, 6 * 24 * HOUR).provisional


def test_a_provisional_breach_is_taken_back_by_what_a_phone_hands_in_late(ground):
    order_id = ground.order(0)
    sweep(ground, 5 * HOUR, {ground.technicians[0]: None})
    _accept_late(ground, order_id, 1 * HOUR)
    sweep(ground, 6 * HOUR, {ground.technicians[0]: ground.uow.now + 6 * HOUR})
    view = _respond(ground, order_id, 6 * HOUR)
    assert (view.state.breached_at, view.state.colour.value, view.state.elapsed_seconds) == (None, "clear", 3600)


def test_the_sweep_takes_the_same_few_statements_for_any_number(ground):
    counts = []
    for size in (1, 60):
        service.create_orders(ground.uow, [ground.draft() for _ in range(size)])
        with recorded(ground.uow.session) as seen:
            looked = sweep(ground, 5 * HOUR)
        counts.append((looked, len(seen)))
    assert [looked for looked, _ in counts] == [1, 60]
    assert counts[0][1] == counts[1][1] <= 19


def test_lists_filter_by_colour(ground):
    late, fresh = ground.order(0, received_at=ground.uow.now - 5 * HOUR), ground.order(0)
    red = queries.page_of_orders(ground.uow, filters=OrderFilter(colours=(sla.Colour.RED,)), limit=10).items
    assert [one.id for one in red] == [late]
    clear = queries.page_of_orders(ground.uow, filters=OrderFilter(colours=(sla.Colour.CLEAR,)), limit=10).items
    assert fresh in [one.id for one in clear]


def _respond(ground, order_id, after):
    views = clocks.clocks_of(replace(ground.uow, now=ground.uow.now + after), order_id)
    return next(one for one in views if one.clock == ClockName.RESPOND)


def _accept_late(ground, order_id, happened_after):
    """Let a phone hand in an acceptance of long ago."""
    later = replace(ground.uow, now=ground.uow.now + 7 * HOUR)
    book = service.open_book(later, [order_id])
    at = ground.uow.now + happened_after
    user_id = ground.technicians[0]
    entry = Entry(later.new_id(), order_id, "work_order.accept", user_id, at, later.now)
    book.command(order_id, Asked(Command.ACCEPT, user_id, frozenset({Role.TECHNICIAN}), at), Evidence(), entry)
    service.write_book(later, book)


def test_the_phone_shows_how_the_clocks_stand_and_learns_when_a_breach_is_settled(ground):
    order_id = ground.order(0)
    handler = ground.technicians[0]
    phone = factories.acting(ground.uow, handler)

    def respond():
        return queries.order_documents(phone, [order_id])[str(order_id)]["clocks"]["respond"]

    assert respond() | {"due_at": None} == {
        "status": "running",
        "colour": "clear",
        "due_at": None,
        "breached_at": None,
        "provisional": False,
        "coordinator_id": None,
    }
    sweep(ground, 7 * HOUR, {handler: None})
    assert (respond()["colour"], respond()["provisional"], respond()["coordinator_id"]) == ("red", True, ground.leader)
    ground.uow.changes.clear()
    sweep(ground, 8 * HOUR, {handler: ground.uow.now + 7 * HOUR})
    assert (respond()["colour"], respond()["provisional"]) == ("red", False)
    assert [(one.type, one.id) for one in ground.uow.changes] == [("work_orders", str(order_id))]


def test_many_documents_of_a_phone_take_as_few_statements_as_one(ground):
    ids = [ground.order(0) for _ in range(4)]
    phone = factories.acting(ground.uow, ground.technicians[0])
    counts = []
    for some in (ids[:1], ids):
        with recorded(ground.uow.session) as seen:
            assert len(queries.order_documents(phone, some)) == len(some)
        counts.append(len(seen))
    assert counts[0] == counts[1]
