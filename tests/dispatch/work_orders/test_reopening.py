"""Whoever took a request first is told when its order is reopened."""

import pytest
from sqlalchemy import select

from dispatch.notifications.models import Notification
from dispatch.work_orders import queries
from dispatch.work_orders.lifecycle import Command, Status
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.dispatch.work_orders.ground import ask


def finished(ground, owner):
    order_id = ground.order(0, first_owner_id=owner)
    for command in (Command.ACCEPT, Command.ARRIVE, Command.START, Command.COMPLETE):
        ask(ground.as_technician(), order_id, command)
    return order_id


def notices(ground, user_id):
    return ground.uow.session.scalars(select(Notification).where(Notification.recipient_id == user_id)).all()


def test_the_first_owner_is_told_under_the_same_number_and_nothing_is_forgotten(ground):
    owner = factories.acting_as(ground.uow, Role.AGENT, Level.REGION, ground.places.region_id, ground.places.region_id)
    order_id = finished(ground, owner.actor.user_id)
    before = queries.order(ground.manager, order_id)
    ask(ground.manager, order_id, Command.REOPEN, reason="complaint", note="客户不满意")
    (told,) = notices(ground, owner.actor.user_id)
    assert before.row.number in told.title
    assert "客户不满意" in told.body
    after = queries.order(ground.manager, order_id)
    assert (after.row.status, after.row.number, after.row.assignee_id) == ("open", before.row.number, None)
    assert len(queries.timeline(ground.manager, order_id, limit=99).items) == 7
    assert after.assignments[0].ended_at is not None
    ask(ground.manager, order_id, Command.ASSIGN, technician_id=str(ground.technicians[1]))
    assert len(queries.order(ground.manager, order_id).assignments) == 2


def test_who_reopens_their_own_needs_no_telling(ground):
    order_id = finished(ground, ground.manager.actor.user_id)
    ask(ground.manager, order_id, Command.REOPEN, reason="complaint")
    assert notices(ground, ground.manager.actor.user_id) == []


def test_it_needs_a_known_reason(ground):
    order_id = finished(ground, None)
    for data, code in (({}, "work_order.data_missing"), ({"reason": "because"}, "work_order.reason_unknown")):
        with pytest.raises(DomainError) as caught:
            ask(ground.manager, order_id, Command.REOPEN, **data)
        assert caught.value.code == code
    assert queries.order(ground.manager, order_id).row.status == Status.COMPLETED
