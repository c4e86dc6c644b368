"""Where two zones claim the same ground."""

from uuid import UUID

import pytest
from shapely.geometry import Point, shape

from dispatch.territory.coverage import Gaps, gaps, overlaps
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


def cell(west, south, size):
    return square(south + size / 2, west + size / 2, size)


def grid(*cells):
    """Draw squares of a hundredth of a degree, about a kilometre, by column and row."""
    size = 0.01
    return {
        UUID(int=n): cell(119 + column * size, 33 + row * size, size) for n, (column, row) in enumerate(cells, start=1)
    }


RING = [(c, r) for c in range(3) for r in range(3) if (c, r) != (1, 1)]
CELL = 1_036_000
"""Square metres of a cell at 33 degrees north."""


def test_ground_that_zones_enclose_is_a_hole_with_its_neighbours():
    found = gaps(grid(*RING))
    (hole,) = found.holes
    assert hole.square_metres == pytest.approx(CELL, rel=0.01)
    assert shape(hole.geometry).contains(Point(119.015, 33.015))
    # Those beside it share a kilometre of border, those at its corners next to nothing.
    beside = {n for n, cell in zip(grid(*RING), RING, strict=True) if 1 in cell}
    assert set(hole.neighbours[:4]) == beside
    assert len(hole.neighbours) == 8
    assert (found.slivers, found.sliver_square_metres) == (0, 0)


def test_open_ground_outside_is_none_and_a_wide_way_in_opens_a_hole():
    assert gaps(grid((0, 0), (2, 0), (1, 1))).holes == ()
    assert gaps(grid(*[cell for cell in RING if cell != (1, 0)])).holes == ()
    assert gaps({}) == Gaps((), 0, 0.0)


def test_a_slit_between_two_surveys_does_not_open_a_hole():
    zones = grid(*RING)
    for key, (column, row) in zip(list(zones), RING, strict=True):
        if column == 2:  # moved a metre to the east
            zones[key] = cell(119 + column * 0.01 + 0.00001, 33 + row * 0.01, 0.01)
    (hole,) = gaps(zones).holes
    assert hole.square_metres == pytest.approx(CELL, rel=0.01)


def test_a_zone_in_the_middle_of_a_hole_is_no_part_of_it():
    zones = grid(*RING) | {UUID(int=99): cell(119.0125, 33.0125, 0.005)}
    (hole,) = gaps(zones).holes
    assert hole.square_metres == pytest.approx(CELL * 0.75, rel=0.01)
    assert not shape(hole.geometry).contains(Point(119.015, 33.015))
    assert UUID(int=99) in hole.neighbours


def test_what_is_small_or_thin_is_a_sliver_that_is_only_counted():
    # A gap of half a metre by nine hundred between them, closed at both ends.
    ring = [[119.01, 33.0], [119.02, 33.0], [119.02, 33.01], [119.01, 33.01], [119.01, 33.009], [119.010005, 33.009]]
    ring += [[119.010005, 33.001], [119.01, 33.001], [119.01, 33.0]]
    right = {"type": "Polygon", "coordinates": [ring]}
    west = [[119.0, 33.0], [119.01, 33.0], [119.01, 33.01], [119.0, 33.01], [119.0, 33.0]]
    found = gaps({A: {"type": "Polygon", "coordinates": [west]}, B: right})
    assert (found.holes, found.slivers) == ((), 1)
    assert found.sliver_square_metres == pytest.approx(0.46 * 889, rel=0.05)
    assert gaps(grid(*RING), least_square_metres=2 * CELL).slivers == 1


def test_an_overlap_is_drawn():
    (one,) = overlaps({A: cell(0, 0, 2), B: cell(1, 1, 2)})
    assert shape(one.geometry).equals(shape(cell(1, 1, 1)))
