"""Who sees which requests, page by page; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.requests import queries, service
from dispatch.requests.channels import Channel
from dispatch.requests.receiving import NewRequest
from dispatch.work_orders.service import define_work_type
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.statements import recorded

PLAIN = NewRequest(work_type="repair", title="No picture")
ALL = queries.RequestFilter()


@pytest.fixture
def here(uow):
    place = factories.places(uow)
    define_work_type(uow, region_id=place.region_id, code="repair", name="维修")
    return place


def receive(uow, zone_id, **changes):
    return service.receive(uow, request=replace(PLAIN, zone_id=zone_id, **changes)).request_id


def ids(reading, filters=ALL, **page):
    return [row.id for row in queries.page_of_requests(reading, filters=filters, limit=9, **page).items]


def test_everybody_sees_the_requests_of_their_places_and_those_that_they_took(uow, here):
    there = factories.places(uow, region_id=here.region_id)
    mine, other = receive(uow, here.zone_id), receive(uow, there.zone_id)
    region_id = here.region_id
    manager = factories.acting_as(uow, Role.STATION_MANAGER, Level.STATION, here.station_id, region_id)
    assert ids(manager) == [mine]
    with pytest.raises(DomainError) as caught:
        queries.request(manager, other)
    assert caught.value.code == "request.unknown"
    technician = factories.acting_as(uow, Role.TECHNICIAN, Level.GROUP, here.group_id, region_id)
    assert ids(technician) == []
    agent = factories.acting_as(uow, Role.AGENT, Level.STATION, there.station_id, region_id)
    taken = receive(agent, there.zone_id)
    moved_on = factories.acting(uow, type(agent.actor).person(agent.actor.user_id, region_id, []))
    assert ids(moved_on) == [taken]


def test_lists_page_from_the_latest_on(uow, here):
    made = [receive(uow, here.zone_id, received_at=uow.now - timedelta(hours=n)) for n in range(5)]
    first = queries.page_of_requests(uow, filters=ALL, limit=2)
    second = queries.page_of_requests(uow, filters=ALL, limit=9, after=first.after)
    assert [row.id for row in (*first.items, *second.items)] == made
    assert second.after is None


def test_lists_are_filtered(uow, here):
    phone = receive(uow, here.zone_id, channel=Channel.PHONE, received_at=uow.now - timedelta(days=2))
    web = receive(uow, here.zone_id, channel=Channel.WEB, title="Modem dark", source="shop", external_ref="W-100%")
    for filters, expected in (
        ({"channel": Channel.WEB}, [web]),
        ({"source": "shop"}, [web]),
        ({"received_from": uow.now - timedelta(days=1)}, [web]),
        ({"received_to": uow.now - timedelta(days=1)}, [phone]),
        ({"q": "w-100%"}, [web]),
        ({"q": "picture"}, [phone]),
        ({"q": "%"}, []),
        ({"zone_id": here.zone_id}, [web, phone]),
        ({"station_id": here.group_id}, []),
        ({"work_order_id": queries.request(uow, web).row.work_order_id}, [web]),
    ):
        assert ids(uow, queries.RequestFilter(**filters)) == expected, filters


def test_a_page_takes_one_statement(uow, here):
    receive(uow, here.zone_id)
    with recorded(uow.session) as statements:
        ids(uow)
    assert len(statements) == 1
