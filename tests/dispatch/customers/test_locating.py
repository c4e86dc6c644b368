"""What a looked-up address does to a site; on both databases."""

from dataclasses import replace

import pytest

from dispatch.customers import queries, service
from dispatch.customers.events import SiteChanged
from dispatch.customers.locating import look_up_again, on_address_looked_up
from dispatch.geocoding.matches import Match, MatchQuality
from dispatch.geocoding.subjects import AddressesToLookUp, AddressLookedUp, Subject, SubjectKind
from dispatch.territory.coordinates import CoordinateSystem
from dispatch.territory.places import Places
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories

HERE = Match(33.78, 119.26, MatchQuality.ROOFTOP, "3, 人民路")
ADDRESS = "人民路 3 号"


@pytest.fixture
def asked(uow):
    """The subjects whose addresses were to be looked up."""
    found = []
    uow.handlers = {AddressesToLookUp: (lambda _uow, event: found.extend(event.subjects),)}
    return found


@pytest.fixture
def place(uow):
    group_id = factories.places(uow).group_id
    zone_id = factories.zone(uow, group_id, boundary=factories.square(HERE.lat, HERE.lon))
    return factories.territory_queries.places_of_zone(uow, zone_id)


def site(uow, where, lat=None, lon=None):
    return factories.site(uow, factories.customer(uow, where), where, address=ADDRESS, lat=lat, lon=lon)


def answer(uow, site_id, match, address=ADDRESS):
    row = queries.site(uow, site_id)
    subject = Subject(SubjectKind.SITE, site_id, row.region_id, address)
    on_address_looked_up(uow, AddressLookedUp(subject, "nominatim", match))
    return queries.site(uow, site_id)


def edit(uow, site_id, **changes):
    row = queries.site(uow, site_id)
    present = {"address": row.address, "zone_id": row.zone_id, "lat": row.lat, "lon": row.lon}
    service.edit_site(uow, site_id=site_id, **present | changes)


def test_only_sites_without_a_position_are_looked_up(uow, place, asked):
    wanted = site(uow, place)
    site(uow, place, 33.0, 119.0)
    assert asked == [Subject(SubjectKind.SITE, wanted, place.region_id, ADDRESS)]


def test_a_match_on_the_roof_becomes_the_position_and_finds_the_zone(uow, place):
    site_id = site(uow, Places(place.region_id))
    found = answer(uow, site_id, HERE)
    assert (found.lat, found.lon, found.match_quality, found.match_provider) == (33.78, 119.26, "rooftop", "nominatim")
    assert (found.zone_id, found.station_id) == (place.zone_id, place.station_id)


@pytest.mark.parametrize("quality", [MatchQuality.STREET, MatchQuality.TOWN, MatchQuality.UNKNOWN, None])
def test_a_poorer_one_is_noted_and_never_picks_a_zone(uow, place, quality):
    site_id = site(uow, Places(place.region_id))
    found = answer(uow, site_id, None if quality is None else replace(HERE, quality=quality))
    assert (found.lat, found.zone_id) == (None, None)
    assert found.match_quality == (quality or MatchQuality.UNKNOWN).value


def test_a_zone_that_is_known_stays_and_phones_learn_the_position(uow, place):
    other = factories.places(uow, region_id=place.region_id)
    site_id = site(uow, other)
    heard = []
    uow.handlers = {SiteChanged: (lambda _uow, event: heard.append(event.site_id),)}
    assert answer(uow, site_id, HERE).zone_id == other.zone_id
    answer(uow, site_id, HERE)
    assert heard == [site_id]


def test_what_somebody_gave_and_what_was_changed_meanwhile_stays(uow, place):
    given = site(uow, place, 33.0, 119.0)
    assert (answer(uow, given, HERE).lat, queries.site(uow, given).match_quality) == (33.0, None)
    moved = site(uow, place)
    assert answer(uow, moved, HERE, address="another").lat is None
    nobody = AddressLookedUp(Subject(SubjectKind.SITE, uow.new_id(), place.region_id, "x"), "nominatim", HERE)
    on_address_looked_up(uow, nobody)


def test_another_address_drops_the_position_of_the_old_one_and_asks_anew(uow, place, asked):
    site_id = site(uow, place)
    answer(uow, site_id, HERE)
    asked.clear()
    edit(uow, site_id, address="人民路 4 号")
    found = queries.site(uow, site_id)
    assert (found.lat, found.match_quality) == (None, None)
    assert [one.address for one in asked] == ["人民路 4 号"]
    edit(uow, site_id, lat=33.0, lon=119.0, coordinate_system=CoordinateSystem.WGS84)
    asked.clear()
    edit(uow, site_id, address="人民路 5 号")
    assert (queries.site(uow, site_id).lat, asked) == (33.0, [])


def test_asked_again_a_new_answer_replaces_an_old_one(uow, place, asked):
    site_id = site(uow, place)
    answer(uow, site_id, HERE)
    asked.clear()
    look_up_again(uow, site_id=site_id)
    assert [one.id for one in asked] == [site_id]
    assert answer(uow, site_id, replace(HERE, lat=33.785)).lat == 33.785
    assert answer(uow, site_id, None).lat is None


def test_only_who_looks_after_the_customer_asks_again(uow, place):
    site_id = site(uow, place)
    other = factories.places(uow, region_id=place.region_id)
    stranger = factories.acting_as(uow, Role.AGENT, Level.GROUP, other.group_id, place.region_id)
    with pytest.raises(DomainError) as refused:
        look_up_again(stranger, site_id=site_id)
    assert refused.value.code == "customers.site_unknown"
