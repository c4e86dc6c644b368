"""A leader who is a technician takes emergencies over (接管), and nothing else."""

import pytest

from dispatch.incidents.taking_over import take_over
from dispatch.people import service as people
from dispatch.sla.deadline import Priority
from dispatch.work_orders import clocks
from dispatch.work_orders import queries as orders
from kernel.identifiers import new_id
from tests import factories
from tests.dispatch.incidents.scene import refusal


@pytest.fixture
def leader(scene):
    """The leader of the first group, who also works in the field."""
    people.hire(scene.uow, user_id=scene.leader.actor.user_id, group_id=scene.home.group_id)
    return factories.acting(scene.uow, scene.leader.actor.user_id)


def take(who, order_id, **more):
    return take_over(who, order_id=order_id, reason="紧急", command_id=new_id(), **more)


@pytest.mark.parametrize("with_somebody", [False, True])
def test_an_emergency_is_the_leaders_to_do_and_its_clocks_run_on(scene, leader, with_somebody):
    technician = scene.technicians[0] if with_somebody else None
    order_id = scene.order(technician=technician, priority=Priority.EMERGENCY)
    before = [(one.clock, one.state.due_at) for one in clocks.clocks_of(leader, order_id)]
    take(leader, order_id)
    row = orders.order(leader, order_id).row
    assert (row.assignee_id, row.status) == (leader.actor.user_id, "assigned")
    assert [(one.clock, one.state.due_at) for one in clocks.clocks_of(leader, order_id)] == before
    assert orders.timeline(leader, order_id, limit=9).items[-1].data["taken_over"] is True


def test_the_same_command_again_gives_the_same_answer(scene, leader):
    order_id, key = scene.order(priority=Priority.EMERGENCY), new_id()
    first = take_over(leader, order_id=order_id, reason="紧急", command_id=key)
    assert first.version == 2
    again = take_over(leader, order_id=order_id, reason="紧急", command_id=key)
    assert (again.version, again.status) == (first.version, first.status)


def test_a_routine_order_is_taken_over_only_as_part_of_an_incident(scene, leader):
    order_id = scene.order()
    assert refusal(take, leader, order_id)[0] == "incident.no_emergency"
    scene.declare(order_ids=[order_id])
    take(leader, order_id)
    assert orders.order(leader, order_id).row.assignee_id == leader.actor.user_id


def test_only_who_leads_there_and_works_in_the_field_takes_over(scene):
    order_id = scene.order(technician=scene.technicians[0], priority=Priority.EMERGENCY)
    assert refusal(take, scene.leader, order_id)[0] == "work_order.technician_unknown"
    assert refusal(take, scene.other_leader, order_id)[0] == "work_order.unknown"
    technician = factories.acting(scene.uow, scene.technicians[0])
    assert refusal(take, technician, order_id)[0] == "work_order.not_allowed"
