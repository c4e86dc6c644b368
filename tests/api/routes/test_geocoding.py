"""From an address over the wire to a zone and a technician: API, worker's job, and a real provider of our own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel import runtime as runtimes
from kernel.clock import FixedClock
from sync import wiring
from sync.reactions import handlers_of
from tests import factories
from tests.api.world import WORK_TYPE, problem
from tests.conftest import NOW
from tests.dispatch.geocoding.provider import house, serving

LAT, LON = 33.77, 119.27


@pytest.fixture
def local():
    with serving() as provider:
        yield provider


@pytest.fixture
def runtime(settings, local):
    """A process that has a geocoder, as web server and as worker at once."""
    known = replace(settings, geocoder="nominatim", geocoder_url=local.url)
    made = runtimes.make(known, clock=FixedClock(NOW), handlers=handlers_of(known), jobs=wiring.jobs_of(known))
    yield made
    made.close()


def work(runtime):
    runtime.clock.at += timedelta(seconds=1)
    runtime.jobs["geocoding.look_up"](runtime)


def test_a_request_told_by_its_address_finds_zone_and_technician_after_the_answer(door, runtime, local):
    near = door.world.places["near"]
    drawn = door.patch("manager", f"/v1/zones/{near.zone_id}", {"boundary": factories.square(LAT, LON)})
    assert drawn.status_code == 200
    local.places["红旗路 8 号"] = house(LAT, LON)
    body = {"work_type": WORK_TYPE, "title": "x", "address": "红旗路 8 号", "customer_name": "孙女士"}
    received = door.post("operations", "/v1/service-requests", body).json
    assert (received["zone_id"], received["needs_zone"]) == (None, "unlocated")
    assert local.asked == []
    for _ in range(2):
        work(runtime)
    shown = door.get("operations", f"/v1/service-requests/{received['request_id']}").json
    assert (shown["zone_id"], shown["zone_by"]) == (str(near.zone_id), "position")
    assert (shown["match_quality"], shown["lat"]) == ("rooftop", LAT)
    order = door.get("operations", f"/v1/work-orders/{received['work_order_id']}").json
    assert (order["zone_id"], order["assignee_id"]) == (str(near.zone_id), str(door.world.people["technician"]))
    site = door.get("operations", f"/v1/sites/{shown['site_id']}").json
    assert (site["match_quality"], site["zone_id"]) == ("rooftop", str(near.zone_id))
    # The request and its site have the same address: it was asked once.
    assert len(local.asked) == 1


def test_a_site_is_looked_up_again_on_demand_by_who_may(door, runtime, local):
    site = f"/v1/sites/{door.world.sites['near']}"
    address = door.get("agent", site).json["address"]
    local.places[address] = house(LAT, LON, **{"class": "highway", "type": "residential", "place_rank": 26})
    asked = door.post("agent", f"{site}/geocode")
    assert (asked.status_code, asked.json["match_quality"]) == (202, None)
    work(runtime)
    found = door.get("agent", site).json
    assert (found["match_quality"], found["match_provider"], found["lat"]) == ("street", "nominatim", None)
    for who in ("nobody", "operations_abroad", "technician", "assessor"):
        assert problem(door.post(who, f"{site}/geocode")) == (404, "customers.site_unknown"), who


def test_without_a_provider_nothing_is_asked_and_that_is_said(plain_door):
    site = f"/v1/sites/{plain_door.world.sites['near']}/geocode"
    assert problem(plain_door.post("agent", site)) == (409, "geocoding.off")
    assert problem(plain_door.post("nobody", site)) == (404, "customers.site_unknown")
