"""The made-up borders are those of a real territory: they cover the ground once."""

import random

import pytest
import shapely
from shapely import Point, Polygon

from cli.demo.borders import GRID_DEGREES, boundaries, geojson, spot_in, tessellate
from cli.demo.places import GUANNAN, LIANSHUI, STATIONS
from dispatch.territory.geometry import read_boundary


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.code)
def test_the_zones_cover_their_station_without_gap_or_overlap(station):
    drawn = boundaries(station)
    assert set(drawn) == {zone.code for zone in station.zones}
    assert shapely.coverage_is_valid(list(drawn.values()))
    whole = shapely.coverage_union_all(list(drawn.values()))
    assert isinstance(whole, Polygon)
    assert not whole.interiors
    assert whole.symmetric_difference(Polygon(station.outline)).area < GRID_DEGREES * whole.length


@pytest.mark.parametrize("station", STATIONS, ids=lambda station: station.code)
def test_each_zone_is_one_piece_around_its_centre_and_fit_for_the_territory(station):
    for zone in station.zones:
        boundary = boundaries(station)[zone.code]
        assert boundary.contains(Point(zone.lon, zone.lat)), zone.name
        assert read_boundary(geojson(boundary))["type"] == "Polygon"


def test_a_spot_lies_within_its_border():
    rng = random.Random("spots")
    boundary = boundaries(LIANSHUI)["gaogou"]
    for _ in range(50):
        lat, lon = spot_in(boundary, rng)
        assert boundary.contains(Point(lon, lat))


def test_the_borders_are_the_same_at_every_call():
    assert tessellate(Polygon(GUANNAN.outline), GUANNAN.zones) == boundaries(GUANNAN)
