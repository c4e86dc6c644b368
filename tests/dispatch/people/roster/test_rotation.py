from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.roster.rotation import Member, PlannedShift, check_cycle, planned
from tests.dispatch.people.refusing import refused_at

ANN, BEN = UUID(int=1), UUID(int=2)
FIRST = date(2026, 12, 1)


def day(n):
    return FIRST + timedelta(days=n)


def test_four_on_two_off():
    found = planned(["day"] * 4 + [None] * 2, FIRST, [Member(ANN)], FIRST, day(11))
    assert [one.day for one in found] == [day(n) for n in (0, 1, 2, 3, 6, 7, 8, 9)]


def test_members_stand_at_their_own_place_in_the_cycle():
    cycle = ["day", "night", None]
    found = planned(cycle, FIRST, [Member(ANN), Member(BEN, 1)], FIRST, day(1))
    assert found == [
        PlannedShift(ANN, FIRST, "day"),
        PlannedShift(BEN, FIRST, "night"),
        PlannedShift(ANN, day(1), "night"),
    ]


@settings(max_examples=80)
@given(st.integers(-400, 400), st.integers(0, 200), st.integers(1, 60))
def test_a_month_planned_at_once_or_in_parts_is_the_same(ahead, offset, split):
    cycle = ["day", "day", "evening", "evening", "night", "night", None, None]
    anchor, last, middle = day(-ahead), day(60), day(split - 1)
    crew = [Member(ANN, offset), Member(BEN, offset + 2)]
    whole = planned(cycle, anchor, crew, FIRST, last)
    assert whole == planned(cycle, anchor, crew, FIRST, middle) + planned(
        cycle, anchor, crew, middle + timedelta(days=1), last
    )
    every = planned(cycle, anchor, [Member(UUID(int=9 + n), offset + n) for n in range(8)], FIRST, last)
    counted = Counter((one.day, one.code) for one in every)
    assert set(counted.values()) == {2}
    assert len(counted) == 61 * 3


@pytest.mark.parametrize(
    ("cycle", "paths"),
    [
        ([], ["/cycle"]),
        ([None, None], ["/cycle"]),
        (["day"] * 367, ["/cycle"]),
        (["day", "noon", None, "x"], ["/cycle/1", "/cycle/3"]),
    ],
)
def test_a_rotation_that_never_fires_or_is_not_understood_is_refused(cycle, paths):
    assert check_cycle(["day", None], {"day"}) == ["day", None]
    assert refused_at(check_cycle, cycle, {"day"}) == ("people.rotation_wrong", paths)
