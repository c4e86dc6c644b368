"""The made-up borders are those of a real territory: they cover the ground once."""

import random

import pytest
import shapely
from shapely import Point, Polygon

from cli.demo.places import GRID_DEGREES, GUANNAN, LIANSHUI, STATIONS, geojson, spot_in, tessellate
from dispatch.territory.geometry import read_boundary


def test_lianshui_has_its_sixteen_townships_in_groups_of_three_to_five():
    assert len(LIANSHUI.zones) == 16
    assert len({zone.name for zone in LIANSHUI.zones}) == 16
    assert all(3 <= len(group.zones) <= 5 for station in STATIONS for group in station.groups)


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.code)
def test_the_zones_cover_their_station_without_gap_or_overlap(station):
    boundaries = station.boundaries
    assert set(boundaries) == {zone.code for zone in station.zones}
    assert shapely.coverage_is_valid(list(boundaries.values()))
    whole = shapely.coverage_union_all(list(boundaries.values()))
    assert isinstance(whole, Polygon)
    assert not whole.interiors
    assert whole.symmetric_difference(Polygon(station.outline)).area < GRID_DEGREES * whole.length


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.code)
def test_each_zone_is_one_piece_around_its_centre_and_fit_for_the_territory(station):
    for zone in station.zones:
        boundary = station.boundaries[zone.code]
        assert boundary.contains(Point(zone.lon, zone.lat)), zone.name
        assert read_boundary(geojson(boundary))["type"] == "Polygon"


def test_the_two_stations_lie_apart():
    assert not Polygon(LIANSHUI.outline).intersects(Polygon(GUANNAN.outline).buffer(-1e-4))


def test_a_spot_lies_within_its_border():
    rng = random.Random("spots")
    boundary = LIANSHUI.boundaries["gaogou"]
    for _ in range(50):
        lat, lon = spot_in(boundary, rng)
        assert boundary.contains(Point(lon, lat))


def test_the_borders_are_the_same_at_every_call():
    assert tessellate(Polygon(GUANNAN.outline), GUANNAN.zones) == GUANNAN.boundaries
