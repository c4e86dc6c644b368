"""What a person decides about duplicates, and takes back; on both databases."""

from dataclasses import replace

import pytest

from dispatch.requests import duplicating, queries, service
from dispatch.requests.receiving import NewRequest
from dispatch.wiring import HANDLERS
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories


@pytest.fixture
def place(uow):
    uow.handlers = HANDLERS
    found = factories.places(uow)
    define_work_type(uow, region_id=found.region_id, code="net", name="net")
    return found


@pytest.fixture
def agent(uow, place):
    return factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)


def receive(uow, place, **known):
    return service.receive(uow, request=replace(NewRequest("net", "断网", zone_id=place.zone_id), **known))


def order_of(uow, received):
    return queries.request(uow, received.request_id).row.work_order_id


def status(uow, order_id):
    return work_orders.order(uow, order_id).row.status


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_who_says_at_once_that_it_is_no_duplicate_gets_an_order_of_its_own(agent, place):
    first = receive(agent, place, contact_phone="138")
    second = receive(agent, place, contact_phone="138", join=False)
    assert second.work_order_id not in (None, first.work_order_id)
    assert queries.request(agent, second.request_id).history[0].data["join"] is False


def test_a_duplicate_is_split_off_again_and_both_orders_say_so(agent, place):
    first, second = (receive(agent, place, contact_phone="138") for _ in range(2))
    assert second.work_order_id == first.work_order_id
    own = duplicating.split(agent, request_id=second.request_id, reason="另一台机顶盒")
    assert (order_of(agent, second), order_of(agent, first)) == (own, first.work_order_id)
    assert queries.request(agent, second.request_id).row.duplicate_of_id is None
    entry = work_orders.timeline(agent, first.work_order_id, limit=9).items[-1]
    assert (entry.kind, entry.data["work_order_id"]) == ("request.split_off", str(own))
    assert refusal(duplicating.split, agent, request_id=second.request_id, reason="x") == "request.not_joined"
    assert refusal(duplicating.split, agent, request_id=first.request_id, reason="x") == "request.not_joined"


def test_the_first_of_two_may_be_split_off_as_well(agent, place):
    first, second = (receive(agent, place, contact_phone="138") for _ in range(2))
    own = duplicating.split(agent, request_id=first.request_id, reason="另一户")
    assert order_of(agent, second) == first.work_order_id != own


def test_two_requests_are_joined_by_hand_and_the_order_that_nobody_needs_is_cancelled(agent, place):
    first, second = receive(agent, place, contact_phone="138"), receive(agent, place, contact_phone="139")
    own = second.work_order_id
    call = {"request_id": second.request_id, "to_request_id": first.request_id}
    duplicating.join(agent, **call, reason="同一户")
    duplicating.join(agent, **call)
    row = queries.request(agent, second.request_id).row
    assert (row.work_order_id, row.duplicate_of_id, row.state) == (first.work_order_id, first.request_id, "in_hand")
    assert status(agent, own) == "cancelled"
    kinds = [entry.kind for entry in work_orders.timeline(agent, first.work_order_id, limit=9).items]
    assert kinds == ["work_order.created", "request.repeated"]


def test_joining_stops_where_somebody_is_at_work_already_or_the_other_order_is_over(uow, agent, place):
    first, second = receive(agent, place, contact_phone="138"), receive(agent, place, contact_phone="139")
    technician = factories.technician(uow, place)
    factories.assign(uow, second.work_order_id, technician)
    factories.commands(uow, second.work_order_id, technician, "accept", "depart")
    call = {"request_id": second.request_id, "to_request_id": first.request_id}
    assert refusal(duplicating.join, agent, **call) == "request.order_begun"
    factories.cancel(uow, first.work_order_id)
    assert refusal(duplicating.join, agent, **call) == "request.join_wrong"
    alone = {"request_id": first.request_id, "to_request_id": first.request_id}
    assert refusal(duplicating.join, agent, **alone) == "request.join_wrong"


def test_an_unclassified_request_that_is_joined_is_what_the_other_one_is(agent, place):
    first = receive(agent, place)
    second = receive(agent, place, work_type=None)
    duplicating.join(agent, request_id=second.request_id, to_request_id=first.request_id)
    row = queries.request(agent, second.request_id).row
    assert (row.work_type, row.state, row.work_order_id) == ("net", "in_hand", first.work_order_id)
