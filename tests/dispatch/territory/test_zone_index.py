"""Which zones positions lie in."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.territory.geometry import read_boundary
from dispatch.territory.zone_index import ZoneIndex

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def square(west, south, size=1.0):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_hole_stays_a_hole():
    outer, hole = square(0, 0, 4)["coordinates"][0], square(1, 1, 1)["coordinates"][0]
    index = ZoneIndex({A: read_boundary({"type": "Polygon", "coordinates": [outer, hole]})})
    assert index.find(1.5, 1.5) == ()
    assert index.find(3.5, 3.5) == (A,)


def test_a_position_is_found_by_latitude_then_longitude():
    index = ZoneIndex({A: square(100, 30)})
    assert index.find(30.5, 100.5) == (A,)
    assert index.find(100.5, 30.5) == ()


def test_a_border_belongs_to_both_sides():
    index = ZoneIndex({B: square(1, 0), A: square(0, 0)})
    assert index.find(0.5, 1.0) == (A, B)


def test_a_corner_belongs_to_all_around_it():
    index = ZoneIndex({A: square(0, 0), B: square(1, 0), C: square(0, 1)})
    assert index.find(1.0, 1.0) == (A, B, C)


def test_many_positions_are_answered_in_their_order():
    index = ZoneIndex({A: square(0, 0), B: square(5, 5)})
    assert index.find_many([5.5, 50, 0.5], [5.5, 50, 0.5]) == [(B,), (), (A,)]


def test_what_is_no_number_lies_nowhere():
    index = ZoneIndex({A: square(0, 0)})
    assert index.find_many([float("nan"), 0.5], [0.5, 0.5]) == [(), (A,)]


def test_without_zones_and_without_positions_nothing_is_found():
    assert ZoneIndex({}).find(1, 1) == ()
    assert ZoneIndex({A: square(0, 0)}).find_many([], []) == []


def test_the_nearest_zones_are_told_with_the_metres_to_their_borders():
    # At 60 degrees a degree of longitude is half as long as one of latitude: B is nearer than A.
    index = ZoneIndex({A: square(0, 61.2), B: square(1.8, 60), C: square(40, 0)})
    (first, near), (second, far) = index.nearest(60.5, 0.5, 2)
    assert (first, second) == (B, A)
    assert near == pytest.approx(71_400, rel=0.01)
    assert far == pytest.approx(78_000, rel=0.01)
    assert [zone for zone, _ in index.nearest(60.5, 0.5, 9)] == [B, A, C]
    assert ZoneIndex({}).nearest(0, 0, 3) == []


def test_an_index_knows_its_size_its_bounds_and_its_areas():
    parts = {"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], square(8, 8)["coordinates"]]}
    index = ZoneIndex({A: parts, B: square(2, 2, 2)})
    assert (len(index), index.positions) == (2, 15)
    assert index.bounds() == (0, 0, 9, 9)
    assert index.areas() == {A: 2, B: 4}
    assert ZoneIndex({}).bounds() is None


def test_many_threads_ask_a_new_index_at_once_and_all_get_the_truth():
    drawn = {UUID(int=n): square(n % 20, n // 20) for n in range(400)}
    numbers = [*range(400)] * 4
    for _ in range(3):
        index = ZoneIndex(drawn)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(index.find, [n // 20 + 0.5 for n in numbers], [n % 20 + 0.5 for n in numbers]))
        assert answers == [(UUID(int=n),) for n in numbers]


corner = st.integers(-6, 6)
boxes = st.lists(st.tuples(corner, corner, st.integers(1, 4)), max_size=8)
# Halves fall on corners and on sides often enough.
positions = st.lists(st.tuples(*[st.integers(-14, 22).map(lambda n: n / 2)] * 2), max_size=12)


@given(boxes, positions)
def test_the_index_agrees_with_looking_at_every_zone(drawn, asked):
    zones = {UUID(int=i): box for i, box in enumerate(drawn)}
    index = ZoneIndex({key: square(*box) for key, box in zones.items()})
    expected = [
        tuple(
            key
            for key, (west, south, size) in sorted(zones.items())
            if west <= lon <= west + size and south <= lat <= south + size
        )
        for lat, lon in asked
    ]
    assert index.find_many([lat for lat, _ in asked], [lon for _, lon in asked]) == expected
    assert [index.find(lat, lon) for lat, lon in asked] == expected
