"""Requests follow their orders to the end, and their owners hear of it; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.requests import queries, service
from dispatch.requests.receiving import NewRequest
from dispatch.wiring import HANDLERS
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.statements import recorded


@pytest.fixture
def place(uow):
    uow.handlers = HANDLERS
    found = factories.places(uow)
    define_work_type(uow, region_id=found.region_id, code="net", name="net")
    return found


@pytest.fixture
def agent(uow, place):
    return factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)


@pytest.fixture
def technician(uow, place):
    return factories.technician(uow, place)


def receive(uow, place, **known):
    return service.receive(uow, request=replace(NewRequest("net", "断网", zone_id=place.zone_id), **known))


def state(uow, received):
    return queries.request(uow, received.request_id).row.state


def command(uow, order_id, name, **data):
    return work_orders.command(
        uow,
        order_id=order_id,
        command=Command(name),
        command_id=uow.new_id(),
        data=data,
        evidence=Evidence(),
    )


def test_all_requests_of_an_order_are_resolved_and_reopened_with_it_and_each_owner_is_told(
    uow, agent, place, technician
):
    first = receive(agent, place, contact_phone="138")
    other = factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)
    second = receive(other, place, contact_phone="138")
    factories.assign(uow, first.work_order_id, technician)
    factories.complete(uow, first.work_order_id, technician)
    assert [state(agent, one) for one in (first, second)] == ["resolved"] * 2
    assert queries.request(agent, first.request_id).row.resolved_at == uow.now
    assert factories.told(uow, agent.actor.user_id) == factories.told(uow, other.actor.user_id) == ["request.resolved"]
    late = UnitOfWork(uow.session, uow.actor, uow.now + timedelta(days=1), uow.new_id, uow.handlers)
    command(late, first.work_order_id, "reopen", reason="fault_again", note="还是断")
    assert state(agent, first) == "in_hand"
    assert queries.request(agent, first.request_id).row.resolved_at is None
    told = factories.told(uow, agent.actor.user_id)
    assert sorted(told) == ["request.reopened", "request.resolved", "work_order.reopened"]
    assert [event.kind for event in queries.request(agent, first.request_id).history] == ["received", "moved", "moved"]


def test_what_could_not_be_done_stays_in_hand_until_its_follow_up_is_done(uow, agent, place, technician):
    received = receive(agent, place)
    factories.assign(uow, received.work_order_id, technician)
    factories.commands(uow, received.work_order_id, technician, "accept", "depart", "arrive")
    factories.commands(uow, received.work_order_id, technician, "mark_unable", reason="customer_absent")
    assert state(agent, received) == "in_hand"
    follow_up = command(uow, received.work_order_id, "create_follow_up").created_order_id
    assert state(agent, received) == "in_hand"
    factories.assign(uow, follow_up, technician)
    factories.complete(uow, follow_up, technician)
    assert state(agent, received) == "resolved"


def test_a_follow_up_of_completed_work_opens_the_request_again(uow, agent, place, technician):
    received = receive(agent, place)
    factories.assign(uow, received.work_order_id, technician)
    factories.complete(uow, received.work_order_id, technician)
    command(uow, received.work_order_id, "create_follow_up")
    assert state(agent, received) == "in_hand"


def test_an_order_that_is_cancelled_solves_nothing_and_the_owner_hears_of_it(uow, agent, place):
    received = receive(agent, place)
    factories.cancel(uow, received.work_order_id)
    assert state(agent, received) == "cancelled"
    assert factories.told(uow, agent.actor.user_id) == ["request.cancelled"]


def test_many_orders_that_end_together_take_as_many_statements_as_one(uow, agent, place):
    from dispatch.requests.following import follow

    counts = []
    for size in (1, 12):
        orders = [receive(agent, place, join=False).work_order_id for _ in range(size)]
        uow.handlers = {}
        for order_id in orders:
            factories.cancel(uow, order_id)
        uow.handlers = HANDLERS
        with recorded(uow.session) as statements:
            follow(uow, orders)
        counts.append(len(statements))
    assert counts[0] == counts[1]
