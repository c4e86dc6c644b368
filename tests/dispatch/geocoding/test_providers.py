"""Each provider through geopy's own adapter, against a server of our own that speaks its JSON."""

import warnings

import pytest

from dispatch.geocoding.matches import MatchQuality
from dispatch.geocoding.provider import LookUpFailedError, ProviderAccess, provider_of
from dispatch.geocoding.providers import PROVIDERS
from dispatch.territory.coordinates import CoordinateSystem, from_wgs84
from kernel.settings import Settings
from tests.dispatch.geocoding.provider import house

ADDRESS = "涟城街道人民路 3 号"
LAT, LON = 33.7812345, 119.2612345


def reach(local, name, **changes):
    values = {"url": local.url, "key": "k-1", "user_agent": "fieldbeat-test", "timeout_seconds": 2.0}
    return PROVIDERS[name](ProviderAccess(**values | changes))


def shifted(system):
    x, y = from_wgs84(system, [LON], [LAT])
    return float(y[0]), float(x[0])


def test_nominatim_looks_first_where_the_region_is_and_says_who_asks(local):
    local.places[ADDRESS] = house(LAT, LON)
    match = reach(local, "nominatim").look_up(ADDRESS, (119.0, 33.5, 119.5, 34.0))
    assert (match.lat, match.lon, match.quality) == (LAT, LON, MatchQuality.ROOFTOP)
    assert match.label == "3, 人民路"
    ((path, query, agent),) = local.asked
    assert (path, agent, query["q"]) == ("/search", "fieldbeat-test", ADDRESS)
    assert [float(one) for one in query["viewbox"].split(",")] == [119.0, 33.5, 119.5, 34.0]
    assert "bounded" not in query


def test_baidus_positions_become_wgs_84(local):
    lat, lon = shifted(CoordinateSystem.BD09)
    local.places[ADDRESS] = {
        "location": {"lng": lon, "lat": lat},
        "precise": 1,
        "confidence": 95,
        "comprehension": 100,
        "level": "门址",
    }
    match = reach(local, "baidu").look_up(ADDRESS, None)
    assert (match.lat, match.lon) == (pytest.approx(LAT, abs=1e-7), pytest.approx(LON, abs=1e-7))
    assert (match.quality, match.label) == (MatchQuality.ROOFTOP, "门址")
    assert local.asked[0][:2] == ("/geocoding/v3/", {"ak": "k-1", "output": "json", "address": ADDRESS})


def test_amaps_positions_become_wgs_84(local):
    lat, lon = shifted(CoordinateSystem.GCJ02)
    local.places[ADDRESS] = {
        "location": f"{lon},{lat}",
        "level": "道路",
        "formatted_address": "江苏省淮安市涟水县人民路",
    }
    match = reach(local, "amap").look_up(ADDRESS, None)
    assert (match.lat, match.lon) == (pytest.approx(LAT, abs=1e-7), pytest.approx(LON, abs=1e-7))
    assert (match.quality, match.label) == (MatchQuality.STREET, "江苏省淮安市涟水县人民路")
    assert local.asked[0][:2] == ("/v3/geocode/geo", {"key": "k-1", "address": ADDRESS, "output": "JSON"})


@pytest.mark.parametrize("name", ["nominatim", "amap"])
def test_an_address_that_is_not_known_is_an_answer(local, name):
    assert reach(local, name).look_up("nowhere", None) is None


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("body", [b"<html>", b"[]]", b'{"result": 7, "status": "0"}', b'["x"]', b"true"])
def test_nonsense_is_a_failure_and_nothing_is_known(local, name, body):
    local.body = body
    with pytest.raises(LookUpFailedError):
        reach(local, name).look_up(ADDRESS, None)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_that_is_away_or_refuses_is_a_failure(local, name):
    for status in (401, 403, 500, 503):
        local.status = status
        with pytest.raises(LookUpFailedError):
            reach(local, name).look_up(ADDRESS, None)
    with pytest.raises(LookUpFailedError):
        reach(local, name, url="http://127.0.0.1:9").look_up(ADDRESS, None)


def test_a_provider_that_wants_a_pause_says_how_long(local):
    local.status, local.retry_after = 429, "120"
    with pytest.raises(LookUpFailedError) as failed:
        reach(local, "nominatim").look_up(ADDRESS, None)
    assert failed.value.retry_after_seconds == 120


def test_baidus_own_refusals_are_failures(local):
    for status in (1, 4, 101, 240, 302):
        local.body = f'{{"status": {status}}}'.encode()
        with pytest.raises(LookUpFailedError):
            reach(local, "baidu").look_up(ADDRESS, None)
    local.body = b'{"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}'
    with pytest.raises(LookUpFailedError, match="10001"):
        reach(local, "amap").look_up(ADDRESS, None)


def test_a_position_that_is_not_on_earth_is_a_failure(local):
    local.places[ADDRESS] = house(95, 10)
    with warnings.catch_warnings(), pytest.raises(LookUpFailedError):
        warnings.simplefilter("ignore")  # geopy warns before it refuses
        reach(local, "nominatim").look_up(ADDRESS, None)


def test_the_settings_name_the_provider_or_none():
    assert provider_of(Settings.from_environment({})) is None
    made = provider_of(Settings.from_environment({"FIELDBEAT_GEOCODER": "baidu", "FIELDBEAT_GEOCODER_KEY": "k"}))
    assert made.name == "baidu"


def test_without_an_address_of_its_own_each_provider_is_asked_where_it_is(local):
    access = ProviderAccess("", "k", "fieldbeat", 1.0)
    assert [make(access).name for make in PROVIDERS.values()] == list(PROVIDERS)
