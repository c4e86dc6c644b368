"""Distances and areas against figures that are published or computed otherwise."""

import pytest
import shapely

from dispatch.territory.distances import metres_between, square_metres


def test_distances_are_those_of_the_ellipsoid():
    # A degree along the equator and along a meridian at 45 degrees, WGS 84.
    assert metres_between(0, 0, 0, 1) == pytest.approx(111_319.49, abs=0.01)
    assert metres_between(44.5, 9, 45.5, 9) == pytest.approx(111_131.8, abs=1)
    assert metres_between(0, 179.9, 0, -179.9) == pytest.approx(22_263.9, abs=0.1)


def test_areas_are_about_those_of_the_ellipsoid():
    # A square degree at the equator and at 60 degrees north: 12,308.8 and 6,174 square kilometres.
    assert square_metres(shapely.box(0, 0, 1, 1)) == pytest.approx(12_308.8e6, rel=0.006)
    assert square_metres(shapely.box(10, 59.5, 11, 60.5)) == pytest.approx(6_216e6, rel=0.01)


def test_many_areas_are_answered_at_once_and_holes_are_left_out():
    ring = shapely.Polygon(shapely.box(0, 0, 3, 3).exterior, [shapely.box(1, 1, 2, 2).exterior])
    whole, hole, both = square_metres([shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2), ring])
    assert both == pytest.approx(whole - hole)
