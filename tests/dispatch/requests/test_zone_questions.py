"""Between which zones a person chooses; on both databases."""

import pytest

from dispatch.requests import service
from dispatch.requests.receiving import NewRequest
from dispatch.requests.settling import assign_zone
from dispatch.requests.zone_questions import zone_question
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role
from tests import factories


@pytest.fixture
def zones(uow):
    place = factories.places(uow)
    define_work_type(uow, region_id=place.region_id, code="repair", name="维修")
    drawn = [
        factories.zone(uow, factories.group(uow, place.station_id), boundary=factories.square(33.8, 119.3 + n / 10))
        for n in (0, 0, 1, 2, 3)
    ]
    return place, drawn


def ask(uow, place, **values):
    new = NewRequest(work_type="repair", title="x", region_id=place.region_id, attended=False, **values)
    return service.receive(uow, request=new).request_id


def test_the_zones_that_claim_the_place_are_the_candidates(uow, zones):
    place, (first, second, *_) = zones
    request_id = ask(uow, place, lat=33.8, lon=119.3)
    question = zone_question(uow, request_id)
    assert {(one.zone.id, one.metres) for one in question.candidates} == {(first, 0), (second, 0)}
    assert (question.decision, question.request.needs_zone) == (None, "ambiguous")
    assign_zone(uow, request_id=request_id, zone_id=second)
    assert zone_question(uow, request_id).decision.zone_id == second


def test_outside_of_all_the_nearest_are_with_their_distance(uow, zones):
    place, (*_, last) = zones
    question = zone_question(uow, ask(uow, place, lat=33.8, lon=119.65))
    assert len(question.candidates) == 3
    assert question.candidates[0].zone.id == last
    # 0.04 degrees of longitude at 33.8 degrees north.
    assert question.candidates[0].metres == pytest.approx(3_703, rel=0.01)


def test_without_a_position_there_are_none_and_zones_out_of_scope_are_not_named(uow, zones):
    place, _ = zones
    assert zone_question(uow, ask(uow, place, address="x")).candidates == ()
    abroad = factories.places(uow, region_id=place.region_id)
    agent = factories.acting_as(uow, Role.AGENT, Level.GROUP, abroad.group_id, place.region_id)
    new = NewRequest(work_type="repair", title="x", zone_id=abroad.zone_id, lat=33.8, lon=119.3)
    received = service.receive(agent, request=new)
    assert zone_question(agent, received.request_id).candidates == ()
