"""Where two zones claim the same ground."""

from uuid import UUID

import pytest

from dispatch.territory.coverage import overlaps
from tests.factories import square

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def test_an_overlap_is_measured_in_square_metres_and_as_a_share():
    zones = {A: square(0, 0, 0.02), B: square(0, 0.01, 0.02), C: square(5, 5, 0.02)}
    (found,) = overlaps(zones)
    assert (found.first, found.second) == (A, B)
    assert found.share == pytest.approx(0.5)
    # 0.01 by 0.02 degrees at the equator: 1,112 m by 2,224 m.
    assert found.square_metres == pytest.approx(1_112 * 2_224, rel=0.001)


def test_further_north_a_degree_of_longitude_is_shorter():
    (found,) = overlaps({A: square(60, 0, 0.02), B: square(60, 0.01, 0.02)})
    assert found.square_metres == pytest.approx(0.5 * 1_112 * 2_224, rel=0.002)


def test_a_common_border_is_no_overlap_and_a_sliver_is_not_worth_a_report():
    assert overlaps({A: square(0, 0, 0.02), B: square(0, 0.02, 0.02)}) == []
    nearly = {A: square(0, 0, 0.02), B: square(0, 0.019999, 0.02)}
    assert overlaps(nearly) == []
    assert len(overlaps(nearly, least_share=0)) == 1


def test_the_largest_overlap_comes_first():
    zones = {A: square(0, 0, 0.02), B: square(0, 0.018, 0.02), C: square(0, -0.01, 0.02)}
    assert [(one.first, one.second) for one in overlaps(zones)] == [(A, C), (A, B)]


def test_no_zones_do_not_overlap():
    assert overlaps({}) == []
