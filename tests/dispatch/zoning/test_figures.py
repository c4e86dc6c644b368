"""Splits in figures."""

from dispatch.zoning.figures import effort_of, figures_of
from dispatch.zoning.plan import Edit, as_today, edited
from tests.dispatch.zoning.ground import basis, board, person_id, zone_id

BASIS = basis(
    board(6, 1),
    [0, 0, 0, 1, 1, 1],
    [100, 100, 100, 100, 200, 300],
    people=[0, 1],
    minutes=[60] * 6,
    managers=[0, 0, 0, 1, 1, None],
)


def test_today_is_counted_by_group_and_by_person():
    found = figures_of(BASIS, as_today(BASIS))
    first, second = found.groups
    assert (first.share.zones, first.share.subscribers, first.share.minutes) == (3, 300, 180)
    assert round(first.share.load + second.share.load, 9) == 1
    assert (first.within_bounds, first.contiguous, first.people) == (True, True, 1)
    assert [(one.group_code, one.share.zones) for one in found.people] == [("G01", 3), ("G02", 2)]
    assert found.unmanaged == 1
    assert round(found.among_groups.largest_by_smallest, 6) == round(second.share.load / first.share.load, 6)


def test_a_group_that_comes_apart_or_gets_too_small_shows_and_so_does_the_effort():
    plan = edited(as_today(BASIS), BASIS, (Edit(zone_id(1), "G02", person_id(1)),))
    first, second = figures_of(BASIS, plan).groups
    assert (first.within_bounds, first.contiguous) == (False, False)
    assert (second.within_bounds, second.contiguous) == (True, False)
    effort = effort_of(BASIS, plan)
    assert (effort.zones_moved, effort.managers_changed, effort.people_moved) == (1, 1, 0)
