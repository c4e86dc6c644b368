"""Appointments follow their orders, and nobody is booked twice, however many ask at once."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from dispatch.work_orders import queries
from dispatch.work_orders.lifecycle import Command, Status
from dispatch.work_orders.models import Appointment
from kernel.actor import system_actor
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.work_orders.ground import ask, make_ground
from tests.statements import recorded

HOUR = timedelta(hours=1)


def window(ground, start: float, end: float | None = None) -> dict[str, str]:
    now = ground.uow.now
    return {
        "window_start_at": (now + start * HOUR).isoformat(),
        "window_end_at": (now + (start + 2 if end is None else end) * HOUR).isoformat(),
    }


def appointments(uow, order_id: UUID) -> list[Appointment]:
    return list(
        uow.session.scalars(select(Appointment).where(Appointment.work_order_id == order_id).order_by(Appointment.id))
    )


def accepted(ground, technician=0):
    order_id = ground.order(technician)
    ask(ground.as_technician(technician), order_id, Command.ACCEPT)
    return order_id


def test_one_order_has_many_visits_over_its_life(ground):
    order_id = accepted(ground)
    technician = ground.as_technician()
    ask(technician, order_id, Command.SCHEDULE, agreed_with="赵秀英", agreed_channel="phone", **window(ground, 2))
    ask(technician, order_id, Command.SCHEDULE, requested_by="customer", reason="customer_asked", **window(ground, 26))
    first, second = appointments(ground.uow, order_id)
    assert (first.state, first.agreed_with, first.channel, first.reason) == (
        "rescheduled",
        "赵秀英",
        "phone",
        "customer_asked",
    )
    assert (second.state, second.predecessor_id, second.technician_id) == ("agreed", first.id, ground.technicians[0])
    assert (second.zone_id, second.requested_by, second.recorded_by) == (
        ground.places.zone_id,
        "customer",
        ground.technicians[0],
    )
    row = queries.order(ground.manager, order_id).row
    assert (row.window_start_at, row.window_end_at) == (second.start_at, second.end_at)
    later = replace(technician, now=ground.uow.now + 29 * HOUR)
    ask(later, order_id, Command.ARRIVE)
    ground.uow.session.refresh(second)
    assert (second.state, second.is_late, second.arrived_at) == ("kept", True, later.now)


def test_a_window_goes_over_to_the_next_technician_if_they_are_free(ground):
    order_id, theirs = accepted(ground), accepted(ground, 1)
    ask(ground.as_technician(), order_id, Command.SCHEDULE, **window(ground, 2))
    ask(ground.as_technician(1), theirs, Command.SCHEDULE, **window(ground, 3))
    give = {"technician_id": str(ground.technicians[1]), "reason": "absent"}
    with pytest.raises(DomainError) as caught:
        ask(ground.manager, order_id, Command.REASSIGN, **give)
    assert (caught.value.code, caught.value.extra["work_order_id"]) == ("work_order.double_booked", str(theirs))
    ask(ground.manager, theirs, Command.CANCEL, reason="withdrawn")
    ask(ground.manager, order_id, Command.REASSIGN, **give)
    (one,) = appointments(ground.uow, order_id)
    assert (one.state, one.technician_id) == ("agreed", ground.technicians[1])
    ask(ground.as_technician(1), order_id, Command.DECLINE, reason="busy")
    ground.uow.session.refresh(one)
    assert (one.state, one.technician_id) == ("agreed", None)


def test_the_way_between_two_windows_is_kept_free(ground):
    ground.decide(travel_minutes=30)
    ask(ground.as_technician(), accepted(ground), Command.SCHEDULE, **window(ground, 2, 4))
    with pytest.raises(DomainError):
        ask(ground.as_technician(), accepted(ground), Command.SCHEDULE, **window(ground, 4.25))
    ask(ground.as_technician(), accepted(ground), Command.SCHEDULE, **window(ground, 4.5))


def test_reopening_drops_the_window_and_begins_without_one(ground):
    order_id = accepted(ground)
    ask(ground.as_technician(), order_id, Command.SCHEDULE, **window(ground, 2))
    for command in (Command.ARRIVE, Command.START, Command.COMPLETE):
        ask(ground.as_technician(), order_id, command)
    ask(ground.manager, order_id, Command.REOPEN, reason="fault_again")
    row = queries.order(ground.manager, order_id).row
    assert (row.status, row.window_start_at, row.window_end_at) == ("open", None, None)
    assert [one.state for one in appointments(ground.uow, order_id)] == ["kept"]


def test_a_technician_is_on_one_way_at_a_time(ground):
    first, second = accepted(ground), accepted(ground)
    ask(ground.as_technician(), first, Command.DEPART, eta_at=(ground.uow.now + HOUR).isoformat())
    assert queries.order(ground.manager, first).row.eta_at == ground.uow.now + HOUR
    with pytest.raises(DomainError) as caught:
        ask(ground.as_technician(), second, Command.DEPART)
    assert (caught.value.code, caught.value.extra["work_order_id"]) == ("work_order.other_trip", str(first))
    ask(ground.as_technician(), first, Command.ARRIVE)
    assert queries.order(ground.manager, first).row.eta_at is None
    assert ask(ground.as_technician(), second, Command.DEPART).status is Status.EN_ROUTE


def test_scheduling_takes_a_constant_number_of_statements(ground):
    counts = []
    for number in range(3):
        order_id = accepted(ground)
        with recorded(ground.uow.session) as seen:
            ask(ground.as_technician(), order_id, Command.SCHEDULE, **window(ground, 2 + 3 * number))
        counts.append(len(seen))
    assert counts[0] == counts[2] <= 20


def test_of_many_who_book_a_technician_at_once_one_wins(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        ground = make_ground(uow)
        orders = [accepted(ground) for _ in range(4)]
        booked = window(ground, 2)
    outcomes: list[str] = []
    together = threading.Barrier(len(orders))

    def book(order_id):
        together.wait()
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                ask(factories.acting(uow, ground.technicians[0]), order_id, Command.SCHEDULE, **booked)
        except DomainError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("booked")

    threads = [threading.Thread(target=book, args=(order_id,)) for order_id in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["booked", *["work_order.double_booked"] * 3]
    with runtime.unit_of_work(system_actor()) as uow:
        agreed = uow.session.scalars(select(Appointment).where(Appointment.state == "agreed")).all()
        assert len(agreed) == 1
