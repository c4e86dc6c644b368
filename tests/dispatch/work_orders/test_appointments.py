"""Proposals to customers: as many as you like, one of them agreed, and none of anybody else's."""

from datetime import timedelta

import pytest

from dispatch.work_orders import appointments, service
from dispatch.work_orders.appointments import AppointmentFilter
from dispatch.work_orders.lifecycle import Command, Evidence
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


@pytest.fixture
def here(undone):
    return factories.places(undone)


@pytest.fixture
def technician(undone, here):
    return factories.acting(undone, factories.technician(undone, here))


@pytest.fixture
def order(undone, here, technician):
    order_id = factories.order(undone, here)
    factories.assign(undone, order_id, technician.actor.user_id)
    return order_id


def window(uow, days=1, hours=2):
    start = uow.now + timedelta(days=days)
    return {"start_at": start, "end_at": start + timedelta(hours=hours)}


def states(uow, order_id):
    return [one.state for one in appointments.appointments_of_order(uow, order_id)]


def refused(call, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def ask(who, order_id, command, **data):
    key = who.new_id()
    service.command(who, order_id=order_id, command=command, command_id=key, data=data, evidence=Evidence())


def test_of_several_proposals_one_is_agreed_and_the_others_are_dropped(undone, technician, order):
    first = appointments.propose(technician, order_id=order, **window(undone))
    second = appointments.propose(technician, order_id=order, **window(undone, 2))
    assert appointments.propose(technician, order_id=order, appointment_id=first, **window(undone)) == first
    ask(technician, order, Command.ACCEPT)
    agreed = window(undone, 2)
    data = {"window_start_at": agreed["start_at"], "window_end_at": agreed["end_at"], "agreed_channel": "phone"}
    ask(technician, order, Command.SCHEDULE, appointment_id=str(second), **data)
    found = {one.id: one for one in appointments.appointments_of_order(undone, order)}
    assert (found[first].state, found[first].reason) == ("cancelled", "another_window")
    assert (found[second].state, found[second].channel, len(found)) == ("agreed", "phone", 2)
    assert refused(appointments.withdraw, technician, appointment_id=second) == "work_order.appointment_over"


def test_a_proposal_is_taken_back_by_who_may_agree_and_unusable_windows_are_refused(undone, here, technician, order):
    key = appointments.propose(technician, order_id=order, **window(undone))
    stranger = factories.acting(undone, factories.technician(undone, here))
    assert refused(appointments.withdraw, stranger, appointment_id=key) == "work_order.appointment_unknown"
    assert refused(appointments.propose, stranger, order_id=order, **window(undone)) == "work_order.unknown"
    assert refused(appointments.propose, technician, order_id=order, **window(undone, -1)) == "work_order.window_past"
    assert refused(appointments.propose, technician, order_id=order, **window(undone, 1, 99)) == (
        "work_order.window_too_long"
    )
    appointments.withdraw(technician, appointment_id=key, reason="客户改主意")
    assert states(undone, order) == ["cancelled"]
    ask(undone, order, Command.CANCEL, reason="withdrawn")
    assert refused(appointments.propose, technician, order_id=order, **window(undone)) == "work_order.illegal"


def test_lists_are_of_the_callers_places_and_their_own(undone, here, technician, order):
    key = appointments.propose(technician, order_id=order, **window(undone))
    leader = factories.acting_as(undone, Role.GROUP_LEADER, Level.GROUP, here.group_id, here.region_id)
    elsewhere = factories.places(undone, region_id=here.region_id)
    other = factories.acting_as(undone, Role.GROUP_LEADER, Level.GROUP, elsewhere.group_id, here.region_id)
    for who, ids in ((leader, [key]), (technician, [key]), (other, [])):
        page = appointments.page_of_appointments(who, filters=AppointmentFilter(), limit=10)
        assert [one.id for one in page.items] == ids
    late = AppointmentFilter(since=undone.now + timedelta(days=3), zone_id=here.zone_id)
    assert appointments.page_of_appointments(leader, filters=late, limit=10).items == ()
