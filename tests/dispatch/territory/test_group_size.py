"""Which groups hold too few or too many zones."""

from uuid import UUID

from dispatch.territory.group_size import OddGroup, out_of_bounds


def test_groups_of_three_to_five_zones_are_fine_and_others_are_reported():
    sizes = {UUID(int=n): n for n in range(8)}
    assert out_of_bounds(sizes) == [OddGroup(UUID(int=n), n) for n in (0, 1, 2, 6, 7)]


def test_a_region_may_have_other_bounds():
    assert out_of_bounds({UUID(int=1): 6}, fewest=2, most=6) == []
