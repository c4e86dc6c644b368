"""Proposals as a whole: contiguous, of the right size, evenly loaded, and the same every time."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.territory.geometry import centre, read_boundary
from dispatch.territory.group_size import Bounds
from dispatch.territory.grouping import by_proximity
from dispatch.zoning.adjacency import neighbours
from dispatch.zoning.figures import effort_of, figures_of
from dispatch.zoning.packing import counts_for
from dispatch.zoning.plan import as_today
from dispatch.zoning.proposing import propose
from kernel.errors import DomainError
from tests.dispatch.zoning import ground
from tests.dispatch.zoning.ground import basis, board, group_id, person_id

CITY = Path(__file__).parents[4] / "shared" / "data" / "requests" / "la_neighborhood_councils_2019.geojson"


def fine(figures):
    working = [group for group in figures.groups if group.share.zones]
    return all(group.within_bounds for group in working), all(group.contiguous for group in working)


@settings(max_examples=25)
@given(st.integers(1, 5), st.integers(1, 4), st.data())
def test_a_board_is_split_into_groups_that_hang_together_whatever_the_groups_of_today(columns, rows, data):
    cells = board(columns, rows)
    subscribers = [data.draw(st.integers(0, 5000)) for _ in cells]
    groups = [data.draw(st.integers(0, 3)) for _ in cells]
    people = [data.draw(st.sampled_from(sorted(set(groups)))) for _ in range(3)]
    given_ = basis(cells, groups, subscribers, people=people)
    plan = propose(given_)
    figures, today = figures_of(given_, plan), figures_of(given_, as_today(given_))
    assert sorted(zone for group in plan.groups for zone in group.zones) == [zone.id for zone in given_.zones]
    assert sorted(person for group in plan.groups for person in group.people) == [one.id for one in given_.people]
    within, contiguous = fine(figures)
    # Of one or two zones no group of three can be made; every other board can be split as it should be.
    assert within == bool(counts_for(len(cells), Bounds()))
    assert contiguous
    if fine(today) == (True, True):
        assert figures.among_groups.spread <= today.among_groups.spread + 1e-9
    assert propose(given_) == plan


def test_groups_that_are_legal_and_even_stay_as_they_are():
    cells = board(3, 2)
    given_ = basis(cells, [0, 0, 0, 1, 1, 1], [100] * 6, people=[0, 1], managers=[0, 0, 0, 1, 1, 1])
    assert propose(given_) == as_today(given_)
    assert set(vars_of(effort_of(given_, propose(given_)))) == {0}


def vars_of(effort):
    return [getattr(effort, name) for name in effort.__dataclass_fields__]


def test_a_group_that_is_too_large_is_split_and_the_new_one_gets_a_free_code_and_people():
    given_ = basis(board(3, 3), [0] * 9, [100] * 9, people=[0, 0, 0], managers=[0] * 9)
    plan = propose(given_, used_codes={"G02"})
    assert [(group.code, len(group.zones), len(group.people)) for group in plan.groups] in (
        [("G01", 5, 2), ("G03", 4, 1)],
        [("G01", 4, 1), ("G03", 5, 2)],
    )
    assert [group.group_id for group in plan.groups] == [group_id(0), None]
    assert len(set(plan.managers.values())) == 3


def test_groups_that_are_too_small_are_put_together_and_the_rest_is_left_empty():
    given_ = basis(board(4, 1), [0, 0, 1, 1], [100] * 4, people=[0, 1])
    plan = propose(given_)
    assert sorted(len(group.zones) for group in plan.groups) == [0, 4]
    assert effort_of(given_, plan).groups_emptied == 1
    (full,) = [group for group in plan.groups if group.zones]
    assert full.people == (person_id(0), person_id(1))


def test_as_many_groups_as_asked_for_are_made_or_the_number_is_refused():
    given_ = basis(board(4, 3), [nth // 4 for nth in range(12)], [100] * 12)
    assert sum(bool(group.zones) for group in propose(given_, groups=4).groups) == 4
    with pytest.raises(DomainError) as caught:
        propose(given_, groups=5)
    assert (caught.value.code, caught.value.fields[0].path) == ("zoning.groups_impossible", "/groups")


def test_islands_go_with_what_is_nearest_and_the_figures_say_so():
    cells = [(0, 0), (1, 0), (3, 0), (6, 0), (7, 0), (9, 0)]
    given_ = basis(cells, [0] * 6, [100] * 6)
    figures = figures_of(given_, propose(given_))
    assert [group.share.zones for group in figures.groups] == [3, 3]
    assert [group.contiguous for group in figures.groups] == [False, False]


def test_a_star_is_split_though_nothing_hangs_together():
    # A centre with arms of one: whoever is not with the centre has no neighbour at all.
    cells = [(2, 2), (1, 2), (3, 2), (2, 1), (2, 3), None, None]
    given_ = basis(cells, [0, 0, 0, 0, 0, 1, 1], [100] * 7)
    assert fine(figures_of(given_, propose(given_)))[0]


def test_work_counts_as_much_as_subscribers():
    minutes = [900, 100, 100, 100, 100, 100]
    given_ = basis(board(6, 1), [0, 0, 0, 1, 1, 1], [100] * 6, minutes=minutes)
    loads = given_.loads()
    assert sum(loads) == pytest.approx(1)
    assert loads[0] == pytest.approx(0.5 / 6 + 0.5 * 900 / 1400)


@pytest.mark.skipif(not CITY.exists(), reason="the city's map is not here")
def test_the_councils_of_a_city_are_split_far_more_evenly_than_by_proximity():
    features = json.loads(CITY.read_text())["features"]
    boundaries = [read_boundary(one["geometry"]) for one in features]
    groups = [0] * len(boundaries)
    for nth, members in enumerate(by_proximity([centre(one) for one in boundaries])):
        for zone in members:
            groups[zone] = nth
    rng = random.Random(7)
    subscribers = [rng.randint(3_000, 60_000) for _ in boundaries]
    plain = ground.basis([None] * len(boundaries), groups, subscribers)
    found = neighbours(boundaries, groups)
    zones = tuple(
        replace(
            zone,
            touching=tuple(ground.zone_id(other) for other in sorted(found.touching[nth])),
            bridged=tuple(ground.zone_id(other) for other in sorted(found.bridged[nth])),
        )
        for nth, zone in enumerate(plain.zones)
    )
    given_ = replace(plain, zones=zones)
    today, proposed = figures_of(given_, as_today(given_)), figures_of(given_, propose(given_))
    assert fine(today)[1] is False
    assert fine(proposed) == (True, True)
    assert proposed.among_groups.spread < 0.7 * today.among_groups.spread
