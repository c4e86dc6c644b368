"""Zones drawn from a file, and drawn again; on both databases, and with the real zones of Los Angeles where they are."""

import json

import pytest

from dispatch.territory import queries
from dispatch.territory.features import Properties
from dispatch.territory.importing import ensure_station, import_zones
from kernel.actor import Level, Role
from kernel.errors import DomainError
from tests import factories
from tests.conftest import ROOT
from tests.statements import recorded

REAL = ROOT.parent / "shared" / "data" / "requests" / "la_neighborhood_councils_2019.geojson"


def collection(*zones, **more):
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Zone {code}", **more},
            "geometry": factories.square(0, 0.02 * place),
        }
        for place, code in enumerate(zones)
    ]
    return {"type": "FeatureCollection", "features": features}


def imported(uow, document, station_id, **options):
    return import_zones(uow, station_id=station_id, document=document, **options)


@pytest.fixture
def station_id(uow):
    return factories.station(uow, factories.region(uow))


def test_zones_are_drawn_in_new_groups_of_neighbours(uow, station_id):
    result = imported(uow, collection(*"abcdefg"), station_id)
    assert (result.drawn, result.redrawn, result.untouched, result.groups_opened) == (7, 0, 0, 2)
    groups = queries.groups(uow, station_id=station_id, limit=9).items
    assert [(group.code, group.name) for group in groups] == [("G01", "维护1组"), ("G02", "维护2组")]
    assert [row.code for row in queries.zones(uow, group_id=groups[0].id, limit=9).items] == ["a", "b", "c", "d"]
    assert result.odd_groups == ()


def test_run_again_it_does_nothing(uow, station_id):
    imported(uow, collection(*"abcd"), station_id)
    again = imported(uow, collection(*"abcd"), station_id)
    assert (again.drawn, again.redrawn, again.untouched, again.groups_opened) == (0, 0, 4, 0)
    assert {row.version for row in queries.zones(uow, station_id=station_id, limit=9).items} == {1}


def test_what_changed_is_redrawn_and_what_is_new_gets_a_group_of_its_own(uow, station_id):
    imported(uow, collection(*"abc"), station_id)
    document = collection(*"abcdef")
    document["features"][1]["properties"]["name"] = "Another"
    again = imported(uow, document, station_id)
    assert (again.drawn, again.redrawn, again.untouched, again.groups_opened) == (3, 1, 2, 1)
    rows = {row.code: row for row in queries.zones(uow, station_id=station_id, limit=9).items}
    assert (rows["b"].name, rows["b"].version, rows["a"].version) == ("Another", 2, 1)
    assert rows["a"].group_id != rows["d"].group_id


def test_the_file_may_name_the_groups(uow, station_id):
    names = Properties(group="team")
    first = imported(uow, collection(*"abc", team="East"), station_id, properties=names)
    second = imported(uow, collection(*"abcd", team="East"), station_id, properties=names)
    (group,) = queries.groups(uow, station_id=station_id, limit=9).items
    assert (group.code, first.groups_opened, second.groups_opened) == ("East", 1, 0)
    assert len(queries.zones(uow, group_id=group.id, limit=9).items) == 4


def test_too_small_groups_and_overlaps_are_reported_by_their_codes(uow, station_id):
    document = collection("a", "b")
    document["features"][1]["geometry"] = factories.square(0, 0.01)
    result = imported(uow, document, station_id)
    assert [(result.names[one.group_id], one.zones) for one in result.odd_groups] == [("G01", 2)]
    assert [{result.names[one.first], result.names[one.second]} for one in result.overlaps] == [{"a", "b"}]


def test_a_bad_feature_is_reported_and_the_others_are_drawn(uow, station_id):
    document = collection(*"abc")
    document["features"][1]["geometry"] = None
    result = imported(uow, document, station_id)
    assert result.drawn == 2
    assert [(one.index, one.path) for one in result.problems] == [(1, "/features/1/geometry")]


def test_a_zone_of_another_station_is_left_alone(uow, station_id):
    region_id = queries.station(uow, station_id).region_id
    other = factories.station(uow, region_id)
    imported(uow, collection(*"abc"), other)
    result = imported(uow, collection(*"cde"), station_id)
    assert (result.drawn, result.redrawn) == (2, 0)
    assert [(one.index, one.code) for one in result.problems] == [(0, "territory.code_taken")]


def test_the_number_of_statements_does_not_grow_with_the_file(uow, station_id):
    counts = []
    for codes in ("abc", "abcdefghijklmnopqrst"):
        with recorded(uow.session) as statements:
            imported(uow, collection(*codes), station_id)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_only_those_in_charge_of_the_station_import_zones(uow, station_id):
    region_id = queries.station(uow, station_id).region_id
    for role, level, place_id, code in (
        (Role.AGENT, Level.REGION, region_id, "forbidden"),
        (Role.STATION_MANAGER, Level.STATION, factories.station(uow, region_id), "territory.station_unknown"),
    ):
        someone = factories.acting_as(uow, role, level, place_id, region_id)
        with pytest.raises(DomainError) as caught:
            imported(someone, collection("a"), station_id)
        assert caught.value.code == code


def test_region_and_station_are_opened_once_and_found_after_that(uow):
    wanted = {"region": "LA", "station": "S1", "region_name": "Los Angeles", "timezone": "America/Los_Angeles"}
    first = ensure_station(uow, **wanted)
    assert ensure_station(uow, **wanted) == first
    assert queries.region(uow, first.region_id).timezone == "America/Los_Angeles"
    assert ensure_station(uow, **(wanted | {"station": "S2"})).region_id == first.region_id


@pytest.mark.skipif(not REAL.exists(), reason="the real zones of Los Angeles are not here")
def test_the_99_zones_of_los_angeles_are_drawn_in_groups_of_three_to_five(uow):
    place = ensure_station(uow, region="LA", station="LA", timezone="America/Los_Angeles")
    document = json.loads(REAL.read_text("utf-8"))
    names = Properties(code="nc_id")
    result = imported(uow, document, place.station_id, properties=names)
    assert (result.drawn, result.groups_opened, result.odd_groups) == (99, 25, ())
    assert [problem.code for problem in result.problems] == ["territory.name_cut"]
    again = imported(uow, document, place.station_id, properties=names)
    assert (again.drawn, again.redrawn, again.untouched) == (0, 0, 99)
    (echo_park,) = (zone for zone in queries.zones(uow, region_id=place.region_id, code="44", limit=2).items)
    assert queries.zone_index(uow, place.region_id).find(34.073216645, -118.266861909) == (echo_park.id,)
