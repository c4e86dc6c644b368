"""Orders that change hands as phones see it: offered, taken, handed over, declined, given away for an absence."""

from datetime import timedelta

from dispatch.assignment import absent, offering, taking
from dispatch.people.absences.service import request_absence
from dispatch.people.availability import AbsenceKind
from kernel.actor import system_actor
from tests import factories


def has(phone, kind):
    phone.pull()
    return set(phone.held(kind))


def test_an_offer_comes_onto_phones_and_whoever_takes_it_has_the_order_alone(world):
    winner, loser, (order,) = world.phone(0), world.phone(1), world.orders(technician=None)
    with world.runtime.unit_of_work(system_actor()) as uow:
        offer_id = offering.offer_order(uow, order_id=order, user_ids=world.technicians)
    assert has(winner, "offers") == has(loser, "offers") == {str(offer_id)}
    assert winner.held("work_orders") == winner.held("sites") == winner.held("checklists") == {}
    with world.runtime.unit_of_work(system_actor()) as uow:
        taking.take(factories.acting(uow, winner.user_id), offer_id=offer_id)
    assert has(winner, "work_orders") == {str(order)}
    assert winner.held("checklists")
    assert has(loser, "work_orders") == has(loser, "offers") == has(winner, "offers") == set()


def test_a_handed_over_order_leaves_one_phone_and_comes_onto_the_other(world):
    giver, taker, (order,) = world.phone(0), world.phone(1), world.orders()
    assert has(giver, "work_orders") == {str(order)}
    with world.runtime.unit_of_work(system_actor()) as uow:
        mine = factories.acting(uow, giver.user_id)
        offer_id = offering.offer_handover(mine, order_id=order, user_id=taker.user_id)
    assert has(taker, "offers") == has(giver, "offers") == {str(offer_id)}
    with world.runtime.unit_of_work(system_actor()) as uow:
        taking.take(factories.acting(uow, taker.user_id), offer_id=offer_id)
    assert has(giver, "work_orders") == has(giver, "checklists") == has(giver, "sites") == has(giver, "offers") == set()
    assert has(taker, "work_orders") == {str(order)}
    assert taker.held("checklists")


def test_what_is_declined_offline_is_on_the_next_phone_once_that_is_known(world):
    first, second, (order,) = world.phone(0), world.phone(1), world.orders()
    decline = first.op("work_order.decline", order, {"reason": "busy"})
    first.push(decline)
    world.work()
    assert first.statuses(decline) == [("applied", None)]
    assert has(first, "work_orders") == set()
    assert has(second, "work_orders") == {str(order)}


def test_orders_of_somebody_away_come_onto_other_phones_together(world):
    away, other, given = world.phone(0), world.phone(1), world.orders(3)
    with world.runtime.unit_of_work(system_actor()) as uow:
        span = {"start_at": uow.now, "end_at": uow.now + timedelta(days=2)}
        absence_id = request_absence(uow, technician_id=away.user_id, kind=AbsenceKind.SICK, approve=True, **span)
        absent.reassign(uow, absence_id=absence_id)
    assert has(away, "work_orders") == set()
    assert has(other, "work_orders") == {str(one) for one in given}
