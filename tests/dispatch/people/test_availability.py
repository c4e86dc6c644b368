from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.availability import Absence, AbsenceKind, Availability, Gap, Unavailability
from dispatch.people.spans import Span

START = datetime(2026, 11, 22, tzinfo=UTC)
DAY = Span(START, START + timedelta(hours=24))


def at(hour):
    return START + timedelta(hours=hour)


def span(first, last):
    return Span(at(first), at(last))


def away(first, last, kind=AbsenceKind.SICK):
    return Absence(UUID(int=1), kind, at(first), at(last))


ROSTERED = Availability(DAY, (span(8, 16),), (), (DAY,))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (8, 16, None),
        (9, 9, None),
        (8, 8, None),
        (16, 16, Unavailability(Gap.OFF_SHIFT, at(16), at(16))),
        (15, 17, Unavailability(Gap.OFF_SHIFT, at(16), at(17))),
        (7, 9, Unavailability(Gap.OFF_SHIFT, at(7), at(8))),
        (20, 21, Unavailability(Gap.OFF_SHIFT, at(20), at(21))),
    ],
)
def test_a_visit_lies_within_shifts(first, last, expected):
    assert ROSTERED.gap(at(first), at(last)) == expected


def test_two_shifts_that_touch_are_one():
    relay = Availability(DAY, (span(8, 12), span(12, 16)), (), (DAY,))
    assert relay.gap(at(11), at(13)) is None


def test_who_is_in_no_roster_counts_as_on_shift_and_that_is_said():
    unplanned = Availability(DAY)
    assert not unplanned.rostered
    assert unplanned.gap(at(3), at(5)) is None
    assert unplanned.free() == (DAY,)
    assert ROSTERED.rostered


def test_only_the_days_of_a_roster_are_planned():
    until_noon = Availability(DAY, (), (), (span(-12, 12),))
    assert until_noon.gap(at(12), at(14)) is None
    assert until_noon.gap(at(11), at(14)) == Unavailability(Gap.OFF_SHIFT, at(11), at(12))
    assert until_noon.free() == (span(12, 24),)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (8, 10, None),
        (12, 13, None),
        (9, 11, Unavailability(Gap.ABSENT, at(10), at(11), AbsenceKind.SICK)),
        (10, 10, Unavailability(Gap.ABSENT, at(10), at(10), AbsenceKind.SICK)),
        (12, 12, None),
        (11, 20, Unavailability(Gap.ABSENT, at(11), at(12), AbsenceKind.SICK)),
    ],
)
def test_being_away_goes_before_being_off(first, last, expected):
    sick = Availability(DAY, (span(8, 16),), (away(10, 12),), (DAY,))
    assert sick.gap(at(first), at(last)) == expected
    assert sick.free() == (span(8, 10), span(12, 16))


def test_who_is_in_no_roster_may_still_be_away():
    leave = Availability(DAY, absences=(away(0, 24, AbsenceKind.LEAVE),))
    gap = leave.gap(at(9), at(10))
    assert gap is not None
    assert (gap.why, gap.kind) == (Gap.ABSENT, AbsenceKind.LEAVE)
    assert leave.free() == ()


hours = st.tuples(st.integers(0, 24), st.integers(0, 24)).map(lambda two: span(*sorted(two)))


@settings(max_examples=150)
@given(st.lists(hours, max_size=4), st.lists(hours, max_size=3), st.lists(hours, max_size=3), hours)
def test_a_visit_has_no_gap_exactly_when_all_of_it_is_free(shifts, absences, covered, visit):
    one = Availability(
        DAY,
        tuple(shifts),
        tuple(Absence(UUID(int=1), AbsenceKind.OTHER, *each) for each in absences if each.start < each.end),
        tuple(covered),
    )
    if visit.start < visit.end:
        inside = any(free.start <= visit.start and visit.end <= free.end for free in one.free())
        assert (one.gap(*visit) is None) == inside
