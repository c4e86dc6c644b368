"""What a looked-up address does to a request that waits for a zone; on both databases."""

from dataclasses import replace

import pytest

from dispatch.geocoding.matches import Match, MatchQuality
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp, Subject, SubjectKind
from dispatch.requests import queries, service
from dispatch.requests.events import RequestsPlaced
from dispatch.requests.locating import on_address_looked_up
from dispatch.requests.receiving import NewRequest
from dispatch.requests.settling import assign_zone
from dispatch.territory.deciding import keep_decision
from dispatch.territory.decisions import Whereabouts
from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.service import define_work_type
from tests import factories

HERE = Match(33.78, 119.26, MatchQuality.ROOFTOP, "3, 人民路")
ADDRESS = "人民路 3 号"


@pytest.fixture
def heard(uow):
    events = []
    note = (lambda _uow, event: events.append(event),)
    uow.handlers = {AddressesToLookUp: note, RequestsPlaced: note}
    return events


@pytest.fixture
def place(uow):
    group_id = factories.places(uow).group_id
    zone_id = factories.zone(uow, group_id, boundary=factories.square(HERE.lat, HERE.lon))
    found = factories.territory_queries.places_of_zone(uow, zone_id)
    define_work_type(uow, region_id=found.region_id, code="repair", name="维修")
    return found


def receive(uow, place, **values):
    new = NewRequest(work_type="repair", title="x", region_id=place.region_id, **{"address": ADDRESS} | values)
    return service.receive(uow, request=new)


def answer(uow, place, received, match, address=ADDRESS):
    subject = Subject(SubjectKind.REQUEST, received.request_id, place.region_id, address)
    on_address_looked_up(uow, AddressLookedUp(subject, "nominatim", match))
    return queries.request(uow, received.request_id)


def test_an_address_without_a_position_is_looked_up(uow, place, heard):
    received = receive(uow, place)
    assert received.needs_zone == "unlocated"
    assert heard[0].subjects == (Subject(SubjectKind.REQUEST, received.request_id, place.region_id, ADDRESS),)
    heard.clear()
    receive(uow, place, lat=HERE.lat, lon=HERE.lon)
    receive(uow, place, zone_id=place.zone_id)
    receive(uow, place, address=None)
    assert heard == []


def test_a_match_on_the_roof_places_the_request_and_its_order(uow, place, heard):
    received = receive(uow, place)
    heard.clear()
    found = answer(uow, place, received, HERE)
    assert (found.row.zone_id, found.row.zone_by, found.row.needs_zone) == (place.zone_id, "position", None)
    assert (found.lat, found.match_quality, found.match_provider) == (33.78, "rooftop", "nominatim")
    assert work_orders.order(uow, received.work_order_id).row.zone_id == place.zone_id
    assert heard == [RequestsPlaced((received.work_order_id,))]


@pytest.mark.parametrize("quality", [MatchQuality.STREET, MatchQuality.TOWN, MatchQuality.UNKNOWN, None])
def test_a_poorer_match_never_picks_a_zone_but_goes_to_the_person(uow, place, heard, quality):
    received = receive(uow, place)
    heard.clear()
    found = answer(uow, place, received, None if quality is None else replace(HERE, quality=quality))
    assert (found.row.zone_id, found.row.needs_zone, found.lat, heard) == (None, "unlocated", None, [])
    assert found.match_quality == (quality or MatchQuality.UNKNOWN).value


def test_a_roof_in_two_zones_or_in_none_goes_to_the_person_with_its_position(uow, place, heard):
    second = factories.zone(uow, factories.group(uow, place.station_id), boundary=factories.square(HERE.lat, HERE.lon))
    ambiguous = answer(uow, place, receive(uow, place), HERE)
    assert (ambiguous.row.needs_zone, ambiguous.lat) == ("ambiguous", 33.78)
    outside = answer(uow, place, receive(uow, place), replace(HERE, lat=40.0))
    assert (outside.row.needs_zone, outside.lat) == ("outside", 40.0)
    where = Whereabouts(HERE.lat, HERE.lon)
    kept = keep_decision(uow, zone_id=second, where=where, zones=[place.zone_id, second])
    decided = answer(uow, place, receive(uow, place), HERE)
    assert (decided.row.zone_id, decided.row.zone_by, decided.zone_decision_id) == (second, "decision", kept)


def test_whoever_said_the_zone_in_the_meantime_is_not_contradicted(uow, place, heard):
    other = factories.places(uow, region_id=place.region_id)
    received = receive(uow, place)
    assign_zone(uow, request_id=received.request_id, zone_id=other.zone_id)
    found = answer(uow, place, received, HERE)
    assert (found.row.zone_id, found.lat, found.match_quality) == (other.zone_id, None, None)
    assert (
        answer(uow, place, receive(uow, place, address="别处"), HERE, address="another").row.needs_zone == "unlocated"
    )
