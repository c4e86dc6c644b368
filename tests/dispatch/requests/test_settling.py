"""A request that waited for a zone gets one, with all that hangs on it, and the choice is kept; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dispatch.customers import queries as customers
from dispatch.requests import queries, service
from dispatch.requests.channels import Channel
from dispatch.requests.queries import RequestFilter
from dispatch.requests.receiving import NewRequest
from dispatch.requests.settling import assign_zone
from dispatch.territory.decided import decision, decisions
from dispatch.territory.deciding import revoke_decision
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role, system_actor
from kernel.errors import DomainError
from tests import factories

HERE = {"lat": 33.80, "lon": 119.30}
FROM_A_PROGRAM = NewRequest(
    work_type="repair", title="No picture", channel=Channel.INTEGRATOR, address="人民路 3 号", lat=33.80, lon=119.30
)


def build(uow):
    first = factories.places(uow)
    group_ids = [first.group_id, factories.group(uow, first.station_id)]
    drawn = [factories.zone(uow, one, boundary=factories.square(**HERE)) for one in group_ids]
    define_work_type(uow, region_id=first.region_id, code="repair", name="维修")
    return first.region_id, drawn


@pytest.fixture
def zones(uow):
    return build(uow)


def receive(uow, region_id, **changes):
    return service.receive(uow, request=replace(FROM_A_PROGRAM, region_id=region_id, **changes))


def waiting(reading):
    return [one.id for one in queries.page_of_requests(reading, filters=RequestFilter(needs_zone=True), limit=9).items]


def test_no_order_is_lost_for_want_of_a_zone_and_a_person_gives_it_one(uow, zones):
    region_id, (_first, second) = zones
    received = receive(uow, region_id, customer_name="孙女士", contact_phone="100")
    assert (received.zone_id, received.needs_zone) == (None, "ambiguous")
    assert waiting(uow) == [received.request_id]
    desk = factories.acting_as(uow, Role.AGENT, Level.REGION, region_id, region_id)
    settled = assign_zone(desk, request_id=received.request_id, zone_id=second)
    assert waiting(uow) == []
    row = queries.request(uow, received.request_id).row
    order = work_orders.order(uow, received.work_order_id).row
    assert (row.zone_id, row.zone_by, row.needs_zone) == (second, "given", None)
    assert (order.zone_id, order.group_id, order.station_id) == (row.zone_id, row.group_id, row.station_id)
    assert customers.site(uow, row.site_id).zone_id == customers.customer(uow, row.customer_id).zone_id == second
    kept = decision(uow, settled.decision_id)
    assert (kept.zone_id, kept.decided_by, kept.address) == (second, desk.actor.user_id, "人民路 3 号")
    leader = factories.acting_as(uow, Role.GROUP_LEADER, Level.GROUP, order.group_id, region_id)
    assert work_orders.order(leader, received.work_order_id).row.id == received.work_order_id


def test_the_same_place_finds_its_zone_by_itself_from_then_on_until_that_is_taken_back(uow, zones):
    region_id, (_, second) = zones
    settled = assign_zone(uow, request_id=receive(uow, region_id).request_id, zone_id=second)
    again = receive(uow, region_id, lat=HERE["lat"] + 0.0001)
    assert (again.zone_id, again.zone_by, again.zone_decision_id) == (second, "decision", settled.decision_id)
    attended = receive(uow, region_id, channel=Channel.PHONE, contact_phone="101")
    assert attended.zone_id == second
    revoke_decision(uow, decision_id=settled.decision_id)
    assert receive(uow, region_id).needs_zone == "ambiguous"


def test_a_zone_named_when_asked_at_the_desk_is_kept_as_well(uow, zones):
    region_id, (first, _) = zones
    desk = factories.acting_as(uow, Role.AGENT, Level.REGION, region_id, region_id)
    named = receive(desk, region_id, channel=Channel.PHONE, zone_id=first)
    assert (named.zone_by, decision(uow, named.zone_decision_id).decided_by) == ("given", desk.actor.user_id)
    assert receive(desk, region_id, channel=Channel.PHONE, contact_phone="102").zone_id == first


def test_asked_again_nothing_happens_and_another_zone_needs_to_be_meant(uow, zones):
    region_id, (first, second) = zones
    received = receive(uow, region_id)
    assign_zone(uow, request_id=received.request_id, zone_id=second)
    assert assign_zone(uow, request_id=received.request_id, zone_id=second).unchanged
    with pytest.raises(DomainError) as refused:
        assign_zone(uow, request_id=received.request_id, zone_id=first)
    assert (refused.value.code, refused.value.fields[0].path) == ("request.zone_settled", "/zone_id")
    assign_zone(uow, request_id=received.request_id, zone_id=first, replace=True)
    assert work_orders.order(uow, received.work_order_id).row.zone_id == first
    assert [one.zone_id for one in decisions(uow, limit=9).items] == [first]


def test_a_place_that_the_map_knows_by_now_and_one_without_any_place_are_not_decided_about(uow, zones):
    region_id, (first, second) = zones
    clear = receive(uow, region_id, lat=40.0)
    group_id = factories.group(uow, factories.station(uow, region_id))
    factories.zone(uow, group_id, boundary=factories.square(40.0, 119.3))
    assert assign_zone(uow, request_id=clear.request_id, zone_id=first).decision_id is None
    nowhere = receive(uow, region_id, lat=None, lon=None, address=None)
    assert nowhere.needs_zone == "unlocated"
    assert assign_zone(uow, request_id=nowhere.request_id, zone_id=first).decision_id is None
    unkept = receive(uow, region_id)
    assert assign_zone(uow, request_id=unkept.request_id, zone_id=second, keep=False).decision_id is None


def test_requests_that_joined_the_order_go_with_it(uow, zones):
    region_id, (_, second) = zones
    first = receive(uow, region_id, contact_phone="100 0000")
    joined = receive(uow, region_id, contact_phone="100 0000")
    assert joined.duplicate_of == first.request_id
    assign_zone(uow, request_id=first.request_id, zone_id=second)
    assert queries.request(uow, joined.request_id).row.zone_id == second
    assert waiting(uow) == []


def test_only_who_has_a_role_at_both_ends_says_the_zone(uow, zones):
    region_id, (_, second) = zones
    received = receive(uow, region_id)
    abroad = factories.places(uow)
    stranger = factories.acting_as(uow, Role.REGIONAL_OPERATIONS, Level.REGION, abroad.region_id, abroad.region_id)
    for who, zone_id, code in (
        (stranger, second, "request.unknown"),
        (uow, abroad.zone_id, "request.zone_not_found"),
    ):
        with pytest.raises(DomainError) as refused:
            assign_zone(who, request_id=received.request_id, zone_id=zone_id)
        assert refused.value.code == code


def test_two_people_who_say_different_zones_at_once_do_not_both_win(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        region_id, drawn = build(uow)
        received = receive(uow, region_id)

    def say(zone_id):
        try:
            with runtime.unit_of_work(system_actor()) as uow:
                return assign_zone(uow, request_id=received.request_id, zone_id=zone_id).zone_id
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(say, drawn))
    assert sorted(map(str, answers)).count("request.zone_settled") == 1
    with runtime.reading(system_actor()) as reading:
        won = next(one for one in answers if one != "request.zone_settled")
        assert work_orders.order(reading, received.work_order_id).row.zone_id == won
        assert len(decisions(reading, limit=9).items) == 1
