from uuid import UUID

import pytest

from dispatch.territory.group_size import Bounds, OddGroup, out_of_bounds

GROUPS = {UUID(int=n): n for n in range(7)}


def test_groups_of_three_to_five_zones_are_in_bounds():
    assert out_of_bounds(GROUPS) == [OddGroup(UUID(int=n), n) for n in (0, 1, 2, 6)]


def test_a_region_may_have_other_bounds():
    assert out_of_bounds(GROUPS, fewest=0, most=6) == []


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        (0, 1, False),
        (1, 2, False),
        (3, 2, True),
        (2, 1, True),
        (1, 0, False),
        (5, 0, False),
        (5, 6, True),
        (6, 7, True),
        (7, 6, False),
        (3, 5, False),
        (6, 6, False),
    ],
)
def test_a_change_takes_a_reason_when_it_leads_further_out(before, after, broken):
    assert Bounds().broken_by(before, after) == broken
