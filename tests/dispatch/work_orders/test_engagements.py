"""What people have to do with orders; on both databases."""

from datetime import timedelta

from sqlalchemy import select

from dispatch.people.models import Technician
from dispatch.work_orders import engagements
from tests import factories


def test_what_is_in_hand_and_was_given_lately_is_counted(uow):
    place = factories.places(uow)
    one, idle = factories.technician(uow, place), factories.technician(uow, place)
    for nth in range(3):
        order_id = factories.order(uow, place)
        factories.assign(uow, order_id, one)
        if nth == 0:
            factories.complete(uow, order_id, one)
    counted = select(
        Technician.id, engagements.in_hand(Technician.id), engagements.given_since(Technician.id, uow.now)
    ).where(Technician.id.in_([one, idle]))
    assert {row[0]: row[1:] for row in uow.session.execute(counted)} == {one: (2, 3), idle: (0, 0)}
    later = select(engagements.given_since(Technician.id, uow.now + timedelta(seconds=1))).where(Technician.id == one)
    assert uow.session.scalar(later) == 0


def test_who_declined_is_forgotten_when_the_order_is_reopened(uow):
    place = factories.places(uow)
    one, other = factories.technician(uow, place), factories.technician(uow, place)
    order_id = factories.order(uow, place)
    for user_id in (one, other):
        factories.assign(uow, order_id, user_id)
        factories.commands(uow, order_id, user_id, "decline", reason="busy")
    declines = engagements.declines_of(uow, [order_id])[order_id]
    assert {(each.user_id, each.reason) for each in declines} == {(one, "busy"), (other, "busy")}
    assert engagements.served(uow, [], uow.now) == {}
