"""Phones are told of the orders that come, change and go, and of their sites."""

import pytest

from dispatch.work_orders import service
from dispatch.work_orders.announcing import announce
from dispatch.work_orders.events import Holding, OrdersGranted, OrdersRevoked
from dispatch.work_orders.lifecycle import Command
from kernel.change_feed import scope_of
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.dispatch.work_orders.ground import ask, told


@pytest.fixture
def events(undone: UnitOfWork) -> list[object]:
    """What the slices above hear."""
    heard: list[object] = []

    def hear(_uow: UnitOfWork, event: object) -> None:
        heard.append(event)

    assert isinstance(undone.handlers, dict)  # shared by everybody who acts in the test
    undone.handlers.update({OrdersGranted: (hear,), OrdersRevoked: (hear,)})
    return heard


def put(user_id, kind, key):
    return (scope_of("user", user_id), kind, str(key), "put", None)


def gone(user_id, key):
    return (scope_of("user", user_id), "work_orders", str(key), "del", "unassigned")


@pytest.fixture
def site_id(ground):
    return factories.site(ground.uow, factories.customer(ground.uow, ground.places), ground.places)


@pytest.fixture
def heard(events, ground, site_id):
    """An order at a site, with what was announced since it was made."""
    order_id = ground.order(site_id=site_id)
    ground.uow.changes.clear()
    return order_id, ground.uow.changes


def test_an_order_that_is_given_to_somebody_comes_with_its_site(ground, site_id, heard, events):
    order_id, changes = heard
    me, _ = ground.technicians
    assert changes == [], "nobody's phone holds it"
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(me))
    assert told(changes) == {put(me, "work_orders", order_id), put(me, "sites", site_id)}
    assert events == [OrdersGranted((Holding(order_id, ground.places.region_id, me),))]


def test_an_order_that_is_given_to_another_goes_from_the_first_one(ground, site_id, heard, events):
    order_id, changes = heard
    me, other = ground.technicians
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(me))
    changes.clear()
    events.clear()
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(other), reason="rebalancing")
    assert told(changes) == {
        gone(me, order_id),
        put(me, "sites", site_id),  # whether it stays is asked when the phone pulls
        put(other, "work_orders", order_id),
        put(other, "sites", site_id),
    }
    region_id = ground.places.region_id
    assert events == [
        OrdersRevoked((Holding(order_id, region_id, me),)),
        OrdersGranted((Holding(order_id, region_id, other),)),
    ]


def test_an_order_that_is_declined_goes_and_comes_to_nobody(ground, site_id, heard, events):
    order_id, changes = heard
    me, _ = ground.technicians
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(me))
    changes.clear()
    events.clear()
    ask(ground.as_technician(), order_id, Command.DECLINE, reason="too_far")
    assert told(changes) == {gone(me, order_id), put(me, "sites", site_id)}
    assert events == [OrdersRevoked((Holding(order_id, ground.places.region_id, me),))]


def test_an_order_that_is_given_to_the_same_person_again_never_goes(ground, heard, events):
    order_id, changes = heard
    me, _ = ground.technicians
    for command in (Command.ASSIGN, Command.REASSIGN):
        ask(ground.manager, order_id, command, technician_id=str(me), reason="rebalancing")
    assert put(me, "work_orders", order_id) in told(changes)
    assert gone(me, order_id) not in told(changes)
    assert not any(isinstance(event, OrdersRevoked) for event in events)


def test_a_change_is_told_to_whoever_holds_the_order_and_to_nobody_else(ground, heard, events):
    order_id, changes = heard
    me, _ = ground.technicians
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(me))
    changes.clear()
    events.clear()
    ask(ground.as_technician(), order_id, Command.ACCEPT)
    assert told(changes) == {put(me, "work_orders", order_id)}
    assert events == []


def test_an_order_that_went_from_hand_to_hand_in_one_book_ends_right_for_each(ground, heard, events):
    """As when phones come back and hand in the commands of a whole day at once."""
    order_id, changes = heard
    me, other = ground.technicians
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(me))
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(other), reason="rebalancing")
    ask(ground.manager, order_id, Command.REASSIGN, technician_id=str(me), reason="rebalancing")
    last = told(changes)
    assert put(me, "work_orders", order_id) in last
    assert gone(other, order_id) in last
    assert gone(me, order_id) not in last


def test_a_book_in_which_nothing_happened_says_nothing(ground, heard, events):
    order_id, changes = heard
    announce(ground.uow, service.open_book(ground.uow, [order_id]))
    assert (changes, events) == ([], [])
