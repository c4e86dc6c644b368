"""The first split: found whenever there is one."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.territory.group_size import Bounds
from dispatch.zoning.packing import counts_for, hangs_together, masks_of, pack


@st.composite
def graphs(draw, most=9):
    """Draw a map that hangs together: each zone but the first is joined to one before it, and perhaps to others."""
    size = draw(st.integers(3, most))
    joined = [set() for _ in range(size)]
    pairs = [(nth, draw(st.integers(0, nth - 1))) for nth in range(1, size)]
    pairs += draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=6))
    for a, b in pairs:
        if a != b:
            joined[a].add(b)
            joined[b].add(a)
    return tuple(frozenset(others) for others in joined)


def is_split(found, joined, bounds, count):
    near = masks_of(joined)
    assert sorted(itertools.chain(*found)) == list(range(len(joined)))
    assert len(found) == count
    for group in found:
        assert bounds.hold(len(group))
        assert hangs_together(sum(1 << zone for zone in group), near)


def splittable(joined, bounds, count):
    """Say by trying everything whether there is a split."""
    near = masks_of(joined)
    whole = range(len(joined))

    def fill(left, groups):
        if not left:
            return groups == 0
        if groups == 0:
            return False
        first, rest = min(left), sorted(left - {min(left)})
        return any(
            hangs_together(sum(1 << zone for zone in (first, *others)), near)
            and fill(left - {first, *others}, groups - 1)
            for size in range(bounds.fewest - 1, bounds.most)
            for others in itertools.combinations(rest, size)
        )

    return fill(frozenset(whole), count)


@settings(max_examples=60)
@given(graphs(), st.integers(2, 3), st.integers(0, 2))
def test_a_split_is_found_exactly_when_there_is_one(joined, fewest, more):
    bounds = Bounds(fewest, fewest + more)
    for count in counts_for(len(joined), bounds):
        found = pack(joined, [1.0] * len(joined), bounds, count)
        assert (found is not None) == splittable(joined, bounds, count)
        if found is not None:
            is_split(found, joined, bounds, count)


def test_groups_that_are_kept_stay_as_they_are():
    line = tuple(frozenset({nth - 1, nth + 1} & set(range(9))) for nth in range(9))
    assert pack(line, [1.0] * 9, Bounds(), 3, [[3, 4, 5]]) == [[3, 4, 5], [0, 1, 2], [6, 7, 8]]
    assert pack(line, [1.0] * 9, Bounds(), 2, [[3, 4, 5]]) is None


def test_the_number_of_groups_follows_from_the_bounds():
    assert list(counts_for(99, Bounds())) == list(range(20, 34))
    assert list(counts_for(2, Bounds())) == []
    assert list(counts_for(5, Bounds(4, 4))) == []
