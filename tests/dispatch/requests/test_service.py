"""Requests received one by one: where they go, whom they belong to, and what they repeat; on both databases."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from dispatch.customers import queries as customers
from dispatch.requests import queries, service
from dispatch.requests.receiving import NewRequest
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.lifecycle import Command, Evidence
from dispatch.work_orders.service import command, define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork
from tests import factories

PLAIN = NewRequest(work_type="repair", title="No picture")
HERE = {"lat": 33.80, "lon": 119.30}


@pytest.fixture
def place(uow):
    """A zone around a position, in a region with two work types."""
    group_id = factories.group(uow, factories.station(uow, factories.region(uow)))
    zone_id = factories.zone(uow, group_id, boundary=factories.square(HERE["lat"], HERE["lon"]))
    found = factories.territory_queries.places_of_zone(uow, zone_id)
    define_work_type(uow, region_id=found.region_id, code="repair", name="维修")
    define_work_type(uow, region_id=found.region_id, code="install", name="安装")
    return found


@pytest.fixture
def desk(uow, place):
    return factories.acting_as(uow, Role.AGENT, Level.REGION, place.region_id, place.region_id)


def receive(uow, **changes):
    return service.receive(uow, request=replace(PLAIN, **changes))


def refusal(uow, **changes):
    with pytest.raises(DomainError) as caught:
        receive(uow, **changes)
    return caught.value


def later(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def test_a_position_finds_its_zone_and_the_request_gets_an_order_there(desk, place):
    received = receive(desk, **HERE, contact_name="王芳", contact_phone="138 0000-0000", description="since  noon")
    assert received.zone_id == place.zone_id
    order = work_orders.order(desk, received.work_order_id)
    assert (order.row.status, order.row.zone_id, order.row.title) == ("open", place.zone_id, "No picture")
    detail = queries.request(desk, received.request_id)
    assert (detail.row.work_order_id, detail.row.contact_phone) == (received.work_order_id, "13800000000")
    assert (detail.row.source, detail.row.external_ref) == ("fieldbeat", str(received.request_id))
    assert (detail.lat, detail.lon, detail.description) == (33.8, 119.3, "since  noon")


def test_whoever_takes_a_request_owns_it_first(desk):
    received = receive(desk, **HERE)
    assert queries.request(desk, received.request_id).row.first_owner_id == desk.actor.user_id
    assert work_orders.order(desk, received.work_order_id).first_owner_id == desk.actor.user_id


def test_the_product_itself_owns_nothing(uow, place):
    received = receive(uow, zone_id=place.zone_id)
    assert queries.request(uow, received.request_id).row.first_owner_id is None


def test_a_position_in_no_zone_lies_in_the_region_at_large(desk, place):
    received = receive(desk, lat=40.0, lon=100.0)
    assert received.zone_id is None
    assert work_orders.order(desk, received.work_order_id).row.region_id == place.region_id


def test_a_position_in_two_zones_is_asked_back_with_both(desk, uow, place):
    factories.zone(uow, place.group_id, name="Second", boundary=factories.square(HERE["lat"], HERE["lon"]))
    refused = refusal(desk, **HERE)
    assert (refused.code, refused.fields[0].path) == ("request.zone_ambiguous", "/zone_id")
    assert {zone["name"] for zone in refused.extra["zones"]} == {"涟城一片区", "Second"}
    assert receive(desk, **HERE, zone_id=place.zone_id).zone_id == place.zone_id


def test_a_site_tells_the_customer_and_the_zone(desk, uow, place):
    customer_id = factories.customer(uow, place)
    site_id = factories.site(uow, customer_id, place)
    received = receive(desk, site_id=site_id)
    order = work_orders.order(desk, received.work_order_id).row
    assert (order.zone_id, order.customer_id, order.site_id) == (place.zone_id, customer_id, site_id)
    assert refusal(desk, site_id=site_id, customer_id=factories.customer(uow, place)).code == "request.site_wrong"


def test_a_known_customer_tells_the_zone_and_an_address_becomes_a_site(desk, uow, place):
    customer_id = factories.customer(uow, place)
    received = receive(desk, customer_id=customer_id, address="红日大道 8 号")
    order = work_orders.order(desk, received.work_order_id).row
    assert order.zone_id == place.zone_id
    assert customers.site(desk, order.site_id).address == "红日大道 8 号"


def test_an_unknown_customer_is_made_with_a_site(desk, place):
    received = receive(desk, **HERE, customer_name="赵秀英", contact_phone="13900000000", address="红日大道 8 号")
    order = work_orders.order(desk, received.work_order_id).row
    made = customers.customer(desk, order.customer_id)
    assert (made.name, made.phone, made.zone_id) == ("赵秀英", "13900000000", place.zone_id)
    assert [(site.id, site.lat) for site in made.sites] == [(order.site_id, 33.8)]


def test_a_second_call_about_the_same_is_kept_and_joins_the_order(desk, place):
    first = receive(desk, **HERE, contact_phone="138 0000 0000", customer_name="赵秀英")
    again = receive(later(desk, hours=2), **HERE, contact_phone="+86 13800000000", title="Still no picture")
    assert (again.work_order_id, again.duplicate_of) == (first.work_order_id, first.request_id)
    assert again.request_id != first.request_id
    entry = work_orders.timeline(desk, first.work_order_id, limit=10).items[-1]
    assert (entry.kind, entry.data["request_id"]) == ("request.repeated", str(again.request_id))
    assert queries.request(desk, first.request_id).joined == (again.request_id,)


def test_a_second_call_about_the_same_site_joins_it_too(desk, uow, place):
    site_id = factories.site(uow, factories.customer(uow, place), place)
    first = receive(desk, site_id=site_id)
    assert receive(desk, site_id=site_id, contact_phone="1").duplicate_of == first.request_id


def test_other_work_another_day_or_after_the_order_is_done_makes_an_order_of_its_own(desk, uow, place):
    calls = {"contact_phone": "13800000000", "zone_id": place.zone_id}
    first = receive(desk, **calls)
    assert receive(desk, **calls, work_type="install").duplicate_of is None
    assert receive(later(desk, hours=25), **calls).duplicate_of is None
    for order_id in {one.work_order_id for one in queries.page_of_requests(desk, filters=ALL, limit=9).items}:
        command(
            uow,
            order_id=order_id,
            command=Command.CANCEL,
            command_id=uow.new_id(),
            data={"reason": "mended itself"},
            evidence=Evidence(),
        )
    after = receive(desk, **calls)
    assert after.duplicate_of is None
    assert after.work_order_id != first.work_order_id


ALL = queries.RequestFilter()


def test_an_order_that_the_caller_may_not_see_is_not_joined(uow, place):
    receive(uow, zone_id=place.zone_id, contact_phone="13800000000")
    other = factories.places(uow, region_id=place.region_id)
    stranger = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, other.station_id, place.region_id)
    assert receive(stranger, zone_id=other.zone_id, contact_phone="13800000000").duplicate_of is None


def test_the_same_reference_is_the_same_request(desk, place):
    sent = {"zone_id": place.zone_id, "source": "billing", "external_ref": "77"}
    first = receive(desk, **sent)
    again = receive(desk, **sent)
    assert (again.request_id, again.work_order_id, again.unchanged) == (first.request_id, first.work_order_id, True)
    assert receive(desk, **(sent | {"source": "web"})).request_id != first.request_id
    refused = refusal(desk, **sent, title="Something else")
    assert (refused.code, refused.fields[0].path) == ("request.reference_used", "/external_ref")


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"title": " "}, "invalid", "/title"),
        ({"title": "x" * 201}, "invalid", "/title"),
        ({"description": "x" * 4001}, "invalid", "/description"),
        ({"lat": 33.8}, "customers.position_wrong", "/lon"),
        ({"lat": 133.8, "lon": 119.3}, "customers.position_wrong", "/lat"),
        ({"work_type": "magic"}, "work_order.work_type_unknown", "/work_type"),
        ({"zone_id": UUID(int=5)}, "request.zone_not_found", "/zone_id"),
    ],
)
def test_what_cannot_be_received_is_refused_with_its_path(desk, changes, code, path):
    refused = refusal(desk, **changes)
    assert (refused.code, refused.fields[0].path) == (code, path)


def test_without_any_place_the_region_is_asked_for(uow):
    assert refusal(uow).code == "request.place_missing"


def test_requests_are_taken_by_the_desk_and_only_within_its_places(uow, place):
    region_id = place.region_id
    elsewhere = factories.places(uow, region_id=region_id)
    for role, level, place_id, code in (
        (Role.AGENT, Level.STATION, place.station_id, None),
        (Role.GROUP_LEADER, Level.GROUP, place.group_id, None),
        (Role.AGENT, Level.STATION, elsewhere.station_id, "forbidden"),
        (Role.TECHNICIAN, Level.GROUP, place.group_id, "forbidden"),
        (Role.ASSESSOR, Level.REGION, region_id, "forbidden"),
    ):
        someone = factories.acting_as(uow, role, level, place_id, region_id)
        if code is None:
            receive(someone, **HERE)
        else:
            assert refusal(someone, **HERE).code == code
