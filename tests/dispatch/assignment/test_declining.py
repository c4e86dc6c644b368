"""What happens when somebody declines; on both databases."""

import pytest

from checklists.wiring import HANDLERS
from dispatch.work_orders import queries as work_orders
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.dispatch.assignment.ground import decide, leader_of, manager_of, orders, owner_of


@pytest.fixture
def uow(undone):
    """Events are acted on here, as in the product."""
    return UnitOfWork(undone.session, undone.actor, undone.now, undone.new_id, HANDLERS)


def decline(uow, order_id):
    who = assignee(uow, order_id)
    factories.commands(uow, order_id, who, "decline", reason="busy")
    return who


def assignee(uow, order_id):
    return work_orders.order(uow, order_id).row.assignee_id


def test_the_next_best_gets_it_and_never_who_declined_until_a_leader_is_to_see_to_it(uow, place):
    leader, manager = leader_of(uow, place), manager_of(uow, place)
    team = [owner_of(uow, place), *(factories.technician(uow, place) for _ in range(4))]
    decide(uow, place, declines_before_manager=4)
    (order_id,) = orders(uow, place)
    factories.assign(uow, order_id, team[0])
    declined = [decline(uow, order_id) for _ in range(2)]
    assert declined == team[:2]
    assert assignee(uow, order_id) == team[2]
    assert factories.told(uow, leader) == []
    decline(uow, order_id)
    assert assignee(uow, order_id) is None  # the third is for a leader, as orders say
    assert factories.told(uow, leader) == ["assignment.declined"]
    assert factories.told(uow, manager) == []
    factories.assign(uow, order_id, team[3])
    decline(uow, order_id)
    assert factories.told(uow, leader) == ["assignment.declined"] * 2
    assert factories.told(uow, manager) == ["assignment.declined"]


def test_phones_follow_from_one_to_the_next(uow, place):
    first, second = owner_of(uow, place), factories.technician(uow, place)
    (order_id,) = orders(uow, place)
    factories.assign(uow, order_id, first)
    uow.changes.clear()
    decline(uow, order_id)
    ops = {one.scope: one.op for one in uow.changes if (one.type, one.id) == ("work_orders", str(order_id))}
    assert ops == {f"user:{first}": "del", f"user:{second}": "put"}


def test_where_the_rule_gives_nothing_again_the_leader_is_told_at_once(uow, place):
    leader, owner = leader_of(uow, place), owner_of(uow, place)
    factories.technician(uow, place)
    decide(uow, place, automatic={"again": False})
    (order_id,) = orders(uow, place)
    factories.assign(uow, order_id, owner)
    decline(uow, order_id)
    assert assignee(uow, order_id) is None
    assert factories.told(uow, leader) == ["assignment.declined"]


def test_what_is_put_back_by_a_dispatcher_stays_with_the_dispatcher(uow, place):
    owner = owner_of(uow, place)
    (order_id,) = orders(uow, place)
    factories.assign(uow, order_id, owner)
    leader = leader_of(uow, place)
    factories.commands(uow, order_id, leader, "put_back", reason="x")
    assert assignee(uow, order_id) is None
