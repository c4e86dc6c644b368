"""How zones come together in groups of neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.territory.grouping import by_proximity, fill, sizes, unused_codes


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        (0, []),
        (1, [1]),
        (2, [2]),
        (3, [3]),
        (5, [5]),
        (6, [3, 3]),
        (7, [4, 3]),
        (11, [4, 4, 3]),
        (16, [4, 4, 4, 4]),
    ],
)
def test_groups_are_as_even_as_possible(zones, expected):
    assert sizes(zones) == expected


@given(st.integers(3, 500))
def test_three_zones_and_more_always_make_groups_of_three_to_five(zones):
    assert all(3 <= size <= 5 for size in sizes(zones))
    assert sum(sizes(zones)) == zones


spot = st.tuples(st.floats(-60, 60), st.floats(-170, 170))


@given(st.lists(spot, max_size=40))
def test_every_zone_is_in_exactly_one_group_and_the_same_points_give_the_same_groups(points):
    groups = by_proximity(points)
    assert sorted(nth for group in groups for nth in group) == list(range(len(points)))
    assert [len(group) for group in groups] == sizes(len(points))
    assert by_proximity(points) == groups


def test_neighbours_come_together():
    west = [(30.0, 100.0), (30.1, 100.0), (30.0, 100.1)]
    east = [(30.0, 110.0), (30.1, 110.0), (30.0, 110.1)]
    mixed = [point for pair in zip(west, east, strict=True) for point in pair]
    assert by_proximity(mixed) == [[0, 2, 4], [1, 3, 5]]


@pytest.mark.parametrize(
    ("counts", "newcomers", "expected"),
    [
        ([], 0, []),
        ([], 2, [0, 0]),
        ([], 7, [0, 0, 0, 0, 1, 1, 1]),
        ([3, 2], 1, [1]),
        ([3, 2], 3, [1, 0, 1]),
        # Two are left over and find room in groups of four; three make a group.
        ([4, 4], 2, [0, 1]),
        ([4, 4], 3, [2, 2, 2]),
        ([5, 5], 1, [2]),
    ],
)
def test_newcomers_fill_groups_up_before_there_are_new_ones(counts, newcomers, expected):
    assert fill(counts, newcomers) == expected


@given(st.lists(st.integers(0, 7), max_size=6), st.integers(0, 40))
def test_filling_never_makes_a_good_group_too_large(counts, newcomers):
    chosen = fill(counts, newcomers)
    assert len(chosen) == newcomers
    held = list(counts) + [0] * (max([*chosen, -1]) + 1 - len(counts))
    for group in chosen:
        held[group] += 1
    assert all(after <= 5 or after == before for before, after in zip(counts, held, strict=False))
    assert all(after <= 5 for after in held[len(counts) :])


def test_codes_that_are_used_are_passed_over():
    assert unused_codes("G{:02d}", {"G01", "G03"}, 3) == (["G02", "G04", "G05"], [2, 4, 5])
