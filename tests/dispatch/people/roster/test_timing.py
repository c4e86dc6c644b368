from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.timing import Clash, TimedShift, clashes, difference, holes, timed
from dispatch.people.spans import Span, overlaps

ANN, BEN = UUID(int=1), UUID(int=2)
START = datetime(2026, 11, 22, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def span(first, last):
    return Span(START + timedelta(hours=first), START + timedelta(hours=last))


def test_overlaps_of_one_person_are_found_by_number():
    shifts = [(ANN, span(8, 16)), (BEN, span(8, 16)), (ANN, span(16, 24)), (ANN, span(15, 17)), (ANN, span(5, 5))]
    assert clashes(shifts) == [Clash(3, 0), Clash(3, 2)]
    assert clashes([(ANN, span(0, 24)), (ANN, span(1, 2)), (ANN, span(3, 4))]) == [Clash(1, 0), Clash(2, 0)]


spans = st.tuples(st.integers(0, 30), st.integers(0, 10)).map(lambda two: span(two[0], two[0] + two[1]))


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from([ANN, BEN]), spans), max_size=7))
def test_there_are_clashes_exactly_when_two_shifts_of_one_person_overlap(shifts):
    real = [one for one in shifts if one[1].start < one[1].end]
    slow = any(one[0] == other[0] and overlaps(one[1], other[1]) for n, one in enumerate(real) for other in real[:n])
    assert bool(clashes(shifts)) == slow
    for clash in clashes(shifts):
        assert overlaps(shifts[clash.nth][1], shifts[clash.other][1])


def test_only_what_differs_is_added_and_removed():
    def shift(who, code):
        return TimedShift(who, TODAY, code, span(8, 16))

    present = {UUID(int=7): shift(ANN, "day"), UUID(int=8): shift(BEN, "day")}
    change = difference(present, [shift(ANN, "day"), shift(BEN, "late")])
    assert change.added == (shift(BEN, "late"),)
    assert (change.removed, change.kept) == ((UUID(int=8),), 1)
    assert difference(present, list(present.values())).added == ()


def test_shifts_get_their_times_and_those_that_the_clocks_skip_vanish():
    night = date(2026, 3, 8)
    plan = [PlannedShift(ANN, night, "skipped"), PlannedShift(ANN, night, "day")]
    found = timed(plan, {"skipped": ("02:00", "03:00"), "day": ("08:00", "16:00")}, ZoneInfo("America/New_York"))
    assert [one.code for one in found] == ["day"]


def test_holes_say_whether_a_roster_was_published_for_them():
    found = holes(span(0, 48), [span(8, 24)], [span(0, 24)])
    assert found == [(span(0, 8), True), (span(24, 48), False)]
    assert holes(span(0, 24), [span(0, 24)], []) == []
