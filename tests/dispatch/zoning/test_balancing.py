"""Groups are balanced without coming apart or growing beyond their size."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.territory.group_size import Bounds
from dispatch.zoning.balancing import balance, spread
from dispatch.zoning.packing import counts_for, pack
from tests.dispatch.zoning.test_packing import graphs, is_split


def unevenness(groups, loads):
    return spread([sum(loads[zone] for zone in group) for group in groups])


@settings(max_examples=8)
@given(graphs(most=8), st.data())
def test_a_legal_split_stays_legal_and_never_gets_less_even(joined, data):
    loads = data.draw(st.lists(st.floats(0, 1), min_size=len(joined), max_size=len(joined)))
    bounds = Bounds(2, 5)
    for count in counts_for(len(joined), bounds):
        start = pack(joined, loads, bounds, count)
        if start is None:
            continue
        home = [next(nth for nth, group in enumerate(start) if zone in group) for zone in range(len(joined))]
        found = balance(joined, loads, bounds, start, home)
        is_split(found, joined, bounds, count)
        assert unevenness(found, loads) <= unevenness(start, loads) + 1e-9
        assert balance(joined, loads, bounds, start, home) == found


def test_an_even_split_is_found_where_one_move_alone_would_not_do():
    # A line of six: the heavy ones lie together, and only a swap of ends helps.
    line = tuple(frozenset({(nth - 1) % 6, (nth + 1) % 6}) for nth in range(6))
    loads = [5.0, 5.0, 5.0, 1.0, 1.0, 1.0]
    found = balance(line, loads, Bounds(3, 3), [[0, 1, 2], [3, 4, 5]], [0, 0, 0, 1, 1, 1])
    assert sorted(sum(loads[zone] for zone in group) for group in found) == [7.0, 11.0]


def test_zones_stay_at_home_where_a_change_gains_next_to_nothing():
    line = tuple(frozenset({nth - 1, nth + 1} & set(range(7))) for nth in range(7))
    loads = [1.0, 1.0, 1.0, 0.001, 1.0, 1.0, 1.0]
    start = [[0, 1, 2, 3], [4, 5, 6]]
    assert balance(line, loads, Bounds(), start, [0, 0, 0, 0, 1, 1, 1]) == start


def test_the_spread_is_the_standard_deviation_by_the_mean():
    assert spread([1.0, 1.0]) == 0
    assert spread([0.5, 1.5]) == 0.5
    assert spread([]) == spread([0.0, 0.0]) == 0
