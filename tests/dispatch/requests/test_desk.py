"""Requests at the desk: classified, answered, withdrawn, owned and handed over; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.policies.service import set_policy
from dispatch.requests import desk as commands
from dispatch.requests import queries, service
from dispatch.requests.channels import Channel
from dispatch.requests.queries import RequestFilter
from dispatch.requests.receiving import NewRequest
from dispatch.wiring import HANDLERS
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories
from tests.conftest import NOW

RULES = {"rules": [{"work_type": "catv", "priority": "emergency", "categories": ["TV"], "words": ["无信号"]}]}


@pytest.fixture
def place(uow):
    uow.handlers = HANDLERS
    found = factories.places(uow)
    for code in ("catv", "net"):
        define_work_type(uow, region_id=found.region_id, code=code, name=code)
    set_policy(uow, region_id=found.region_id, subject="requests", rules=RULES)
    return found


@pytest.fixture
def agent(uow, place):
    return factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)


def receive(uow, place, **known):
    new = NewRequest(known.pop("work_type", None), known.pop("title", "请来看看"), zone_id=place.zone_id)
    return service.receive(uow, request=replace(new, **known))


def shown(uow, request_id):
    return queries.request(uow, request_id)


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def later(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def test_the_rules_say_what_a_report_is_and_a_person_may_say_otherwise(agent, place):
    by_rule = receive(agent, place, title="电视无信号")
    order = work_orders.order(agent, by_rule.work_order_id).row
    assert (order.work_type, order.priority, by_rule.proposed_work_type) == ("catv", "emergency", "catv")
    said = receive(agent, place, title="电视无信号", work_type="net")
    assert work_orders.order(agent, said.work_order_id).row.work_type == "net"
    history = shown(agent, by_rule.request_id).history
    assert (history[0].kind, history[0].data["proposal"]["because"]) == ("received", "无信号")


def test_what_nobody_knows_waits_on_the_list_until_a_person_says_it(agent, place):
    received = receive(agent, place)
    assert (received.state, received.work_order_id, received.proposed_work_type) == ("unclassified", None, None)
    waiting = queries.page_of_requests(agent, filters=RequestFilter(states=(received.state,)), limit=9)
    assert [row.id for row in waiting.items] == [received.request_id]
    assert refusal(commands.classify, agent, request_id=received.request_id) == "request.work_type_missing"
    commands.classify(agent, request_id=received.request_id, work_type="net")
    row = shown(agent, received.request_id).row
    assert (row.state, row.work_type) == ("in_hand", "net")
    assert work_orders.order(agent, row.work_order_id).first_owner_id == agent.actor.user_id
    assert refusal(commands.classify, agent, request_id=received.request_id) == "request.state_wrong"


def test_on_a_channel_that_wants_a_person_the_proposal_is_only_one(agent, place):
    received = receive(agent, place, title="无信号", channel=Channel.WEB)
    assert (received.state, received.proposed_work_type) == ("unclassified", "catv")
    commands.classify(agent, request_id=received.request_id)
    row = shown(agent, received.request_id).row
    assert (row.work_type, row.priority, row.state) == ("catv", "emergency", "in_hand")


def test_a_request_that_is_classified_late_still_joins_what_it_repeats(agent, place):
    first = receive(agent, place, work_type="net", contact_phone="1380000")
    second = receive(agent, place, contact_phone="138 0000")
    commands.classify(agent, request_id=second.request_id, work_type="net")
    row = shown(agent, second.request_id).row
    assert (row.work_order_id, row.duplicate_of_id) == (first.work_order_id, first.request_id)


def test_an_enquiry_that_is_answered_needs_no_order(agent, place):
    at_once = receive(agent, place, title="营业时间？", answer=" 八点到六点 ")
    assert (at_once.state, at_once.work_order_id) == ("resolved", None)
    assert shown(agent, at_once.request_id).answer == "八点到六点"
    asked = receive(agent, place)
    commands.answer(agent, request_id=asked.request_id, answer="已电话说明")
    row = shown(agent, asked.request_id).row
    assert (row.state, row.resolved_at) == ("resolved", NOW)
    with_order = receive(agent, place, work_type="net")
    assert refusal(commands.answer, agent, request_id=with_order.request_id, answer="x") == "request.has_order"


def test_withdrawing_cancels_an_order_that_nobody_has_begun_and_nobody_else_needs(agent, place):
    phone = {"work_type": "net", "contact_phone": "1380000"}
    first, second = receive(agent, place, **phone), receive(agent, place, **phone)
    commands.withdraw(agent, request_id=first.request_id, reason="自己好了")
    assert work_orders.order(agent, first.work_order_id).row.status == "open"
    commands.withdraw(agent, request_id=second.request_id, reason="自己好了")
    assert work_orders.order(agent, first.work_order_id).row.status == "cancelled"
    assert {shown(agent, one.request_id).row.state for one in (first, second)} == {"withdrawn"}
    assert refusal(commands.withdraw, agent, request_id=first.request_id, reason="x") == "request.state_wrong"


def test_withdrawing_asks_a_dispatcher_when_somebody_is_on_the_order(uow, agent, place):
    received = receive(agent, place, work_type="net")
    technician = factories.technician(uow, place)
    factories.assign(uow, received.work_order_id, technician)
    factories.commands(uow, received.work_order_id, technician, "accept", "depart")
    commands.withdraw(agent, request_id=received.request_id, reason="不用了")
    order = work_orders.order(agent, received.work_order_id).row
    assert (order.status, order.needs_review) == ("en_route", True)
    assert work_orders.timeline(agent, order.id, limit=20).items[-1].kind == "request.withdrawn"


def test_the_owner_stays_until_it_is_handed_over_with_a_reason(uow, agent, place):
    received = receive(agent, place, work_type="net")
    other = factories.person_with(uow, Role.AGENT, Level.STATION, place.station_id, region_id=place.region_id)
    abroad = factories.user(uow, region_id=factories.region(uow))
    call = {"request_id": received.request_id, "reason": "换班"}
    assert refusal(commands.hand_over, agent, user_id=abroad, **call) == "request.owner_wrong"
    assert refusal(commands.hand_over, agent, user_id=agent.actor.user_id, **call) == "request.owner_wrong"
    assert refusal(commands.hand_over, agent, user_id=other, request_id=received.request_id, reason=" ") == "invalid"
    commands.hand_over(agent, user_id=other, **call)
    row = shown(agent, received.request_id).row
    assert (row.first_owner_id, row.owner_id) == (agent.actor.user_id, other)
    event = shown(agent, received.request_id).history[-1]
    assert (event.kind, event.data) == (
        "handed_over",
        {"from": str(agent.actor.user_id), "to": str(other), "reason": "换班"},
    )
    assert factories.told(uow, other) == ["request.handed_over"]
    mine = RequestFilter(mine=True, open=True)
    assert queries.page_of_requests(agent, filters=mine, limit=9).items == ()
    successor = factories.acting(uow, other)
    assert [row.id for row in queries.page_of_requests(successor, filters=mine, limit=9).items] == [received.request_id]


def test_what_nobody_owns_is_taken_once(uow, agent, place):
    received = receive(uow, place, work_type="net")
    other = factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)
    free = RequestFilter(owned=False)
    assert len(queries.page_of_requests(agent, filters=free, limit=9).items) == 1
    commands.take(agent, request_id=received.request_id)
    commands.take(agent, request_id=received.request_id)
    assert refusal(commands.take, other, request_id=received.request_id) == "request.owned"
    assert queries.page_of_requests(agent, filters=free, limit=9).items == ()
    assert [event.kind for event in shown(agent, received.request_id).history] == ["received", "taken"]


def test_a_promise_that_is_past_shows_as_late_and_every_word_given_is_kept(agent, place):
    received = receive(agent, place, work_type="net")
    call = {"request_id": received.request_id}
    assert refusal(commands.expect, agent, expected_at=NOW, **call) == "request.expected_wrong"
    commands.expect(agent, expected_at=NOW + timedelta(hours=2), **call)
    commands.expect(agent, expected_at=NOW + timedelta(hours=4), reason="缺件", **call)
    late = RequestFilter(late=True)
    assert queries.page_of_requests(agent, filters=late, limit=9).items == ()
    assert not shown(agent, received.request_id).row.is_late
    after = later(agent, hours=5)
    assert [row.is_late for row in queries.page_of_requests(after, filters=late, limit=9).items] == [True]
    said = [event.data for event in shown(agent, received.request_id).history if event.kind == "expected"]
    assert [one.get("reason") for one in said] == [None, "缺件"]
    commands.withdraw(after, reason="x", **call)
    assert queries.page_of_requests(after, filters=late, limit=9).items == ()


def test_only_the_desk_and_the_owner_act_on_a_request(uow, agent, place):
    received = receive(agent, place)
    away = factories.places(uow, region_id=place.region_id)
    stranger = factories.acting_as(uow, Role.AGENT, Level.STATION, away.station_id, place.region_id)
    assert refusal(commands.answer, stranger, request_id=received.request_id, answer="x") == "request.unknown"
    nobody = factories.user(uow, region_id=place.region_id)
    commands.hand_over(agent, request_id=received.request_id, user_id=nobody, reason="代管")
    commands.answer(factories.acting(uow, nobody), request_id=received.request_id, answer="好了")
