"""Which order a request leads to; on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.policies.service import set_policy
from dispatch.requests import service
from dispatch.requests.receiving import NewRequest
from dispatch.work_orders.service import define_work_type
from kernel.actor import system_actor
from kernel.unit_of_work import UnitOfWork
from tests import factories

NEW = NewRequest("repair", "断网")


@pytest.fixture
def place(uow):
    found = factories.places(uow)
    define_work_type(uow, region_id=found.region_id, code="repair", name="repair")
    return found


def receive(uow, **known):
    return service.receive(uow, request=replace(NEW, **known))


def later(uow, **passed):
    return UnitOfWork(uow.session, uow.actor, uow.now + timedelta(**passed), uow.new_id, uow.handlers)


def test_a_second_report_about_the_same_asset_joins_whoever_calls(uow, place):
    asset_id = factories.asset(uow, place.region_id, station_id=place.station_id)
    first = receive(uow, asset_id=asset_id, contact_phone="1", zone_id=place.zone_id)
    second = receive(uow, asset_id=asset_id, contact_phone="2", zone_id=place.zone_id)
    assert (second.work_order_id, second.duplicate_of) == (first.work_order_id, first.request_id)
    other = factories.asset(uow, place.region_id, station_id=place.station_id)
    assert receive(uow, asset_id=other, contact_phone="3", zone_id=place.zone_id).duplicate_of is None


def test_an_asset_says_where_it_stands_and_whose_it_is(uow, place):
    customer_id = factories.customer(uow, place)
    site_id = factories.site(uow, customer_id, place)
    asset_id = factories.asset(uow, place.region_id, site_id=site_id)
    received = receive(uow, asset_id=asset_id)
    assert received.zone_id == place.zone_id
    row = service.ServiceRequest
    stored = uow.session.get(row, received.request_id)
    assert (stored.site_id, stored.customer_id, stored.asset_id) == (site_id, customer_id, asset_id)


def test_the_region_says_for_how_many_hours_a_report_repeats_another(uow, place):
    set_policy(uow, region_id=place.region_id, subject="requests", rules={"repeat_hours": 2})
    call = {"zone_id": place.zone_id, "contact_email": "a@b.c"}
    first = receive(uow, **call)
    assert receive(later(uow, hours=2), **call).duplicate_of == first.request_id
    assert receive(later(uow, hours=5), **call).duplicate_of is None
    set_policy(uow, region_id=place.region_id, subject="requests", rules={"repeat_hours": 0})
    assert receive(uow, **call).duplicate_of is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_same_trouble_reported_by_four_at_once_makes_one_order(runtime):
    with runtime.unit_of_work(system_actor()) as uow:
        place = factories.places(uow)
        define_work_type(uow, region_id=place.region_id, code="repair", name="repair")
        asset_id = factories.asset(uow, place.region_id, station_id=place.station_id)
    orders = []

    def call(nth):
        with runtime.unit_of_work(system_actor()) as uow:
            received = receive(uow, asset_id=asset_id, contact_phone=str(nth), zone_id=place.zone_id)
        orders.append(received.work_order_id)

    threads = [threading.Thread(target=call, args=(nth,)) for nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(orders) == 4
    assert len(set(orders)) == 1
