"""What boundaries may look like, and which zones positions lie in."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from dispatch.territory.geometry import ZoneIndex, as_shape, centre, read_boundary
from kernel.errors import DomainError

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def square(west, south, size=1.0):
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def refusal(document, path="/boundary"):
    with pytest.raises(DomainError) as caught:
        read_boundary(document, path)
    return caught.value.fields[0]


def test_a_plain_polygon_is_kept_as_it_is():
    assert read_boundary(square(0, 0)) == square(0, 0)


def test_heights_are_dropped():
    ring = [[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]]
    assert read_boundary({"type": "Polygon", "coordinates": [ring]})["coordinates"] == [
        [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    ]


def test_a_hole_stays_a_hole():
    outer, hole = square(0, 0, 4)["coordinates"][0], square(1, 1, 1)["coordinates"][0]
    index = ZoneIndex({A: read_boundary({"type": "Polygon", "coordinates": [outer, hole]})})
    assert index.find(1.5, 1.5) == ()
    assert index.find(3.5, 3.5) == (A,)


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (None, "boundary_type", "/boundary"),
        ([], "boundary_type", "/boundary"),
        ({"type": "Point", "coordinates": [0, 0]}, "boundary_type", "/boundary"),
        ({"type": "Polygon"}, "boundary_type", "/boundary/coordinates"),
        ({"type": "Polygon", "coordinates": []}, "boundary_type", "/boundary/coordinates"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "boundary_type", "/boundary/coordinates/0"),
        ({"type": "Polygon", "coordinates": ["x"]}, "boundary_ring", "/boundary/coordinates/0"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "boundary_ring", "/boundary/coordinates/0"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            "boundary_ring",
            "/boundary/coordinates/0",
        ),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], ["1", 1], [0, 0]]]},
            "boundary_position",
            "/boundary/coordinates/0/2",
        ),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [True, 0], [1, 1], [0, 0]]]},
            "boundary_position",
            "/boundary/coordinates/0/1",
        ),
        (
            {"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], [[[0, 0], [181, 0]]]]},
            "boundary_position",
            "/boundary/coordinates/1/0/1",
        ),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [float("nan"), 0], [1, 1], [0, 0]]]},
            "boundary_position",
            "/boundary/coordinates/0/1",
        ),
        # A bow tie: which of its two halves is meant, nobody can tell.
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "boundary_crosses",
            "/boundary",
        ),
        # No ground at all.
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "boundary_crosses", "/boundary"),
    ],
)
def test_what_is_no_boundary_is_refused_with_the_path_of_the_part(document, code, path):
    problem = refusal(document)
    assert (problem.code, problem.path) == (f"territory.{code}", path)


def test_swapped_coordinates_are_pointed_out():
    ring = [[34.0, -118.2], [34.1, -118.2], [34.1, -118.1], [34.0, -118.2]]
    problem = refusal({"type": "Polygon", "coordinates": [ring]}, path="/features/3/geometry")
    assert problem.path == "/features/3/geometry/coordinates/0/0"
    assert "swapped" in problem.detail


def test_a_spike_is_repaired_because_no_ground_is_lost():
    ring = [[0, 0], [1, 0], [1, 1], [3, 3], [1, 1], [0, 1], [0, 0]]
    repaired = shape(read_boundary({"type": "Polygon", "coordinates": [ring]}))
    assert repaired.is_valid
    assert repaired.equals(shape(square(0, 0)))


def test_two_parts_that_share_a_side_are_repaired_into_one():
    whole = shape(
        read_boundary(
            {"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], square(1, 0)["coordinates"]]}
        )
    )
    assert whole.is_valid
    assert whole.area == pytest.approx(2)


def test_the_centre_lies_inside_even_of_a_crescent():
    ring = [[0, 0], [4, 0], [4, 4], [3, 4], [3, 1], [0, 1], [0, 0]]
    lat, lon = centre({"type": "Polygon", "coordinates": [ring]})
    assert shape({"type": "Polygon", "coordinates": [ring]}).contains(Point(lon, lat))


def test_a_boundary_with_parts_and_holes_becomes_the_shape_that_it_draws():
    hole = square(1, 1, 1)["coordinates"][0]
    parts = [[*square(0, 0, 4)["coordinates"], hole], square(9, 9)["coordinates"]]
    boundary = read_boundary({"type": "MultiPolygon", "coordinates": parts})
    assert as_shape(boundary).equals(shape(boundary))
    assert as_shape(boundary).area == 16


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


degree = st.floats(-80, 80, allow_nan=False)


@given(st.lists(st.tuples(degree, degree), min_size=3, max_size=12))
def test_whatever_is_accepted_is_sound_and_stays_as_it_is_when_read_again(points):
    ring = [list(point) for point in (*points, points[0])]
    try:
        once = read_boundary({"type": "Polygon", "coordinates": [ring]})
    except DomainError:
        return
    assert shape(once).is_valid
    assert shape(once).area > 0
    assert read_boundary(once) == once
