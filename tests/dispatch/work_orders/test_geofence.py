"""Whether somebody is at the site: real distances, and what a doubtful fix is worth."""

import pytest

from dispatch.work_orders.geofence import Position, distance_metres, misses


def test_distances_are_those_on_the_ellipsoid():
    lianshui, huaian = Position(33.781, 119.261), Position(33.597, 119.021)
    assert distance_metres(lianshui, lianshui) == 0
    assert distance_metres(lianshui, huaian) == distance_metres(huaian, lianshui) == pytest.approx(30_194, abs=1)
    # One degree of the equator of WGS 84: 6,378,137 m * pi / 180.
    assert distance_metres(Position(0, 0), Position(0, 1)) == pytest.approx(111_319.5, abs=0.1)


@pytest.mark.parametrize(
    ("metres", "accuracy", "missed"),
    [
        (300, None, False),
        (300.1, None, True),
        (340, 40, False),
        (341, 40, True),
        (600, 10_000, False),
        (601, 10_000, True),
    ],
)
def test_uncertainty_counts_in_favour_but_never_for_more_than_the_radius(metres, accuracy, missed):
    assert misses(metres, accuracy, 300) is missed


def test_without_a_radius_nobody_misses():
    assert not misses(1e6, None, 0)
