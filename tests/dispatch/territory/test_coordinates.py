"""Positions of Chinese maps against the reference points that open implementations share, and there and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.territory.coordinates import (
    CoordinateSystem,
    from_wgs84,
    point_to_wgs84,
    position_to_wgs84,
    to_wgs84,
)

GCJ02, BD09, WGS84 = CoordinateSystem.GCJ02, CoordinateSystem.BD09, CoordinateSystem.WGS84

# From the tests of googollee/eviltransform: latitude and longitude in WGS 84, then in GCJ-02.
REFERENCE = {
    "shanghai": ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    "shenzhen": ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    "beijing": ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
}


@pytest.mark.parametrize("town", REFERENCE)
def test_the_reference_points_of_gcj_02_are_met_in_both_directions(town):
    (lat, lon), (shifted_lat, shifted_lon) = REFERENCE[town]
    x, y = from_wgs84(GCJ02, [lon], [lat])
    assert (y[0], x[0]) == (pytest.approx(shifted_lat, abs=1e-9), pytest.approx(shifted_lon, abs=1e-9))
    assert point_to_wgs84(GCJ02, shifted_lat, shifted_lon) == (
        pytest.approx(lat, abs=1e-8),
        pytest.approx(lon, abs=1e-8),
    )


def test_bd_09_is_made_of_gcj_02_as_published():
    # From the documentation of the Rust crate coord_transform: longitude and latitude in GCJ-02, then in BD-09.
    x, y = from_wgs84(BD09, *to_wgs84(GCJ02, [118.0], [32.0]))
    assert (x[0], y[0]) == (pytest.approx(118.00653128313961, abs=1e-8), pytest.approx(32.00581846664105, abs=1e-8))


@pytest.mark.parametrize("system", [GCJ02, BD09])
def test_outside_of_china_nothing_moves(system):
    for lat, lon in ((34.05, -118.24), (51.5, 0.0), (-33.9, 151.2), (90.0, 180.0), (0.0, 0.0)):
        assert point_to_wgs84(system, lat, lon) == (lat, lon)


def test_wgs_84_and_missing_positions_stay_as_they_are():
    assert position_to_wgs84(WGS84, 33.78, 119.26) == (33.78, 119.26)
    assert position_to_wgs84(GCJ02, None, None) == (None, None)
    x, y = to_wgs84(GCJ02, [float("nan"), 119.26], [1.0, 33.78])
    assert np.isnan(x[0])
    assert abs(x[1] - 119.26) > 0.001
    assert abs(y[1] - 33.78) > 0.0001


inland = st.tuples(st.floats(75, 134), st.floats(18, 53.5))


@settings(max_examples=60)
@given(st.lists(inland, min_size=1, max_size=20), st.sampled_from([GCJ02, BD09]))
def test_there_and_back_is_less_than_a_ten_millionth_of_a_degree(points, system):
    lons, lats = np.array(points).T
    x, y = to_wgs84(system, *from_wgs84(system, lons, lats))
    assert np.abs(x - lons).max() < 1e-7
    assert np.abs(y - lats).max() < 1e-7
