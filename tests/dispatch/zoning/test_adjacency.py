"""Which zones are neighbours."""

import json
from pathlib import Path

import pytest

from dispatch.territory.geometry import read_boundary
from dispatch.zoning.adjacency import components, neighbours
from tests.dispatch.zoning.ground import SIZE_DEGREES, board, square

CITY = Path(__file__).parents[4] / "shared" / "data" / "requests" / "la_neighborhood_councils_2019.geojson"


def test_squares_touch_along_their_sides_and_not_across_a_corner():
    found = neighbours([square(*cell) for cell in board(3, 3)], [0] * 9)
    assert found.touching[4] == {1, 3, 5, 7}
    assert found.touching[0] == {1, 3}
    assert not any(found.bridged)


def test_a_gap_of_a_few_metres_is_a_border_all_the_same_and_one_of_a_hundred_is_none():
    def beside(gap_degrees):
        ring = [[x + gap_degrees, y] for x, y in square(1, 0)["coordinates"][0]]
        return neighbours([square(0, 0), {"type": "Polygon", "coordinates": [ring]}], [0, 0])

    assert beside(0.0001).touching == (frozenset({1}), frozenset({0}))
    far = beside(0.001)
    assert (far.touching, far.bridged) == ((frozenset(), frozenset()), (frozenset({1}), frozenset({0})))


def test_an_island_is_joined_to_the_zone_nearest_to_it():
    found = neighbours([square(0, 0), square(1, 0), square(4, 0)], [0, 0, 0])
    assert found.bridged == (frozenset(), frozenset({2}), frozenset({1}))
    assert len(components(found.joined)) == 1


def test_what_is_not_drawn_is_joined_to_its_group():
    found = neighbours([square(0, 0), square(1, 0), None, None], [0, 1, 1, 7])
    assert found.bridged[2] >= {1}
    assert len(components(found.joined)) == 1
    assert neighbours([None, None, None], [0, 0, 0]).joined == (
        frozenset({1, 2}),
        frozenset({0, 2}),
        frozenset({0, 1}),
    )


def test_parts_that_hang_together_are_told_apart():
    assert components([{1}, {0}, set(), {4}, {3}]) == [[0, 1], [2], [3, 4]]
    assert SIZE_DEGREES > 0


@pytest.mark.skipif(not CITY.exists(), reason="the city's map is not here")
def test_the_councils_of_a_city_hang_together():
    features = json.loads(CITY.read_text())["features"]
    found = neighbours([read_boundary(one["geometry"]) for one in features], [0] * len(features))
    assert len(components(found.touching)) == 1
    assert sum(map(len, found.touching)) == 440
