"""What boundaries may look like, and which zones positions lie in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from dispatch.territory.coordinates import CoordinateSystem, from_wgs84
from dispatch.territory.geometry import MOST_POSITIONS, as_shape, centre, read_boundary
from kernel.errors import DomainError


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


def test_the_part_that_crosses_itself_is_named():
    bow_tie = [[[9, 9], [10, 10], [10, 9], [9, 10], [9, 9]]]
    problem = refusal({"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], bow_tie]})
    assert (problem.code, problem.path) == ("territory.boundary_crosses", "/boundary/coordinates/1")
    assert "Self-intersection" in problem.detail


def test_parts_that_claim_the_same_ground_and_holes_outside_are_refused_with_the_reason():
    over = {"type": "MultiPolygon", "coordinates": [square(0, 0, 4)["coordinates"], square(1, 1, 4)["coordinates"]]}
    assert refusal(over).code == "territory.boundary_crosses"
    outside = {"type": "Polygon", "coordinates": [square(0, 0)["coordinates"][0], square(5, 5)["coordinates"][0]]}
    problem = refusal(outside)
    assert problem.code == "territory.boundary_crosses"
    assert "Hole lies outside shell" in problem.detail


def test_a_zone_across_the_180th_meridian_is_taken_in_two_parts_and_refused_in_one():
    ring = [[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]
    problem = refusal({"type": "Polygon", "coordinates": [ring]})
    assert (problem.code, problem.path) == ("territory.boundary_antimeridian", "/boundary/coordinates")
    halves = {"type": "MultiPolygon", "coordinates": [square(179, 0)["coordinates"], square(-180, 0)["coordinates"]]}
    assert read_boundary(halves) == halves


def test_a_speck_is_refused():
    assert refusal(square(119, 33, 0.000001)).code == "territory.boundary_tiny"


def test_bombs_are_refused_before_they_cost_anything():
    ring = [[n / MOST_POSITIONS, 0] for n in range(MOST_POSITIONS)]
    too_many = {"type": "Polygon", "coordinates": [[*ring, [1, 1], ring[0]]]}
    assert refusal(too_many).code == "territory.boundary_large"
    # Every side crosses about a third of all others: a repair would take minutes.
    star = [[50 + n * 7919 % 997 / 1000, n * 104729 % 1009 / 1000] for n in range(3000)]
    began = time.process_time()
    problem = refusal({"type": "Polygon", "coordinates": [[*star, star[0]]]})
    assert problem.code == "territory.boundary_crosses"
    assert time.process_time() - began < 2
    deep = [0]
    for _ in range(500):
        deep = [deep]
    assert refusal({"type": "MultiPolygon", "coordinates": deep}).code == "territory.boundary_position"
    assert len(refusal({"type": "x" * 10_000}).detail) < 100


def test_a_boundary_declared_in_another_system_becomes_wgs_84():
    ring = square(119.26, 33.76, 0.02)["coordinates"][0]
    for system in CoordinateSystem:
        x, y = from_wgs84(system, [lon for lon, _ in ring], [lat for _, lat in ring])
        shifted = {"type": "Polygon", "coordinates": [[list(one) for one in zip(x.tolist(), y.tolist(), strict=True)]]}
        found = read_boundary(shifted, system=system)["coordinates"][0]
        assert found == [[pytest.approx(lon, abs=1e-7), pytest.approx(lat, abs=1e-7)] for lon, lat in ring]


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
