from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.requests import desk, queries, service
from dispatch.requests.events import Explanation, RequestArriving, RequestExplained
from dispatch.requests.receiving import NewRequest
from dispatch.requests.waiting import postpone, release
from kernel.actor import Level, Role
from tests import factories
from tests.conftest import NOW
from tests.statements import recorded

UNTIL = NOW + timedelta(hours=3)
NEW = NewRequest("repair", "断网")


@pytest.fixture
def place(uow):
    found = factories.places(uow)
    factories.order(uow, found)  # defines the work type
    return found


@pytest.fixture
def outage_id(uow):
    return uow.new_id()


@pytest.fixture
def agent(uow, place, outage_id):
    """Somebody at the desk of a place where something is known to trouble everybody."""

    def explain(_uow, event):
        event.explanations.append(Explanation("planned_outage", outage_id, UNTIL))

    uow.seen = []
    uow.handlers = {
        RequestArriving: (explain,),
        RequestExplained: (lambda uow, event: seen.append(event),),
    }
    seen = uow.seen
    return factories.acting_as(uow, Role.AGENT, Level.STATION, place.station_id, place.region_id)


def test_what_is_explained_is_recorded_and_waits_without_an_order(uow, agent, place, outage_id):
    received = service.receive(agent, request=replace(NEW, zone_id=place.zone_id))
    assert (received.state, received.work_order_id) == ("waiting", None)
    assert (received.planned_outage.id, received.planned_outage.until) == (outage_id, UNTIL)
    row = queries.request(agent, received.request_id).row
    assert (row.explained_by, row.explained_until, row.owner_id) == (outage_id, UNTIL, agent.actor.user_id)
    assert [event.request_id for event in uow.seen] == [received.request_id]


def test_an_order_is_made_all_the_same_for_who_insists_at_once_or_later(agent, place):
    at_once = service.receive(agent, request=replace(NEW, zone_id=place.zone_id, despite_outage=True))
    assert at_once.work_order_id is not None
    later = service.receive(agent, request=replace(NEW, zone_id=place.zone_id))
    desk.classify(agent, request_id=later.request_id)
    assert queries.request(agent, later.request_id).row.state == "waiting"
    desk.classify(agent, request_id=later.request_id, despite_outage=True)
    assert queries.request(agent, later.request_id).row.work_order_id is not None


def test_at_the_end_all_that_waited_is_put_before_a_person_again(uow, agent, place, outage_id):
    received = [
        service.receive(agent, request=replace(NEW, zone_id=place.zone_id, contact_phone=str(nth))) for nth in range(3)
    ]
    postpone(uow, outage_id, UNTIL + timedelta(hours=1))
    assert queries.request(agent, received[0].request_id).row.explained_until == UNTIL + timedelta(hours=1)
    with recorded(uow.session) as statements:
        assert release(uow, outage_id) == 3
    assert len(statements) <= 8
    assert {queries.request(agent, one.request_id).row.state for one in received} == {"unclassified"}
    assert factories.told(uow, agent.actor.user_id) == ["request.outage_over"] * 3
    assert release(uow, outage_id) == 0
    desk.answer(agent, request_id=received[0].request_id, answer="已恢复")
