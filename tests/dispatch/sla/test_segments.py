from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.sla.calendars import AroundTheClock, Shift, WeeklyShifts
from dispatch.sla.segments import Break, SegmentKind, cut, disjoint, moments

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
OFFICE = WeeklyShifts("office", ZoneInfo("UTC"), dict.fromkeys(range(5), (Shift(480, 1020),)))


def test_overlapping_holds_count_once_and_the_first_gives_the_reason():
    breaks = disjoint(
        [
            Break(START + 2 * HOUR, START + 4 * HOUR, SegmentKind.PAUSED, "b"),
            Break(START + HOUR, START + 3 * HOUR, SegmentKind.PAUSED, "a"),
            Break(START + 2 * HOUR, START + 3 * HOUR, SegmentKind.PAUSED, "c"),
            Break(START + 5 * HOUR, None, SegmentKind.PAUSED, "d"),
            Break(START + 6 * HOUR, START + 7 * HOUR, SegmentKind.PAUSED, "e"),
        ]
    )
    found = [
        (one.kind.value, one.reason, one.seconds // 3600)
        for one in cut(AroundTheClock(), START, START + 8 * HOUR, breaks)
    ]
    assert found == [
        ("running", None, 1),
        ("paused", "a", 2),
        ("paused", "b", 1),
        ("running", None, 1),
        ("paused", "d", 3),
    ]


def test_the_evening_and_the_weekend_do_not_count():
    kinds = [(one.kind.value, one.seconds // 3600) for one in cut(OFFICE, START, START + 30 * HOUR, [])]
    assert kinds == [("running", 9), ("off_hours", 15), ("running", 6)]


def test_a_target_used_up_at_the_end_of_a_shift_is_exceeded_with_the_next():
    found, unknown = moments(OFFICE, START, [], [8 * 3600, 9 * 3600, 45 * 3600])
    assert found == [START + 8 * HOUR, START + 24 * HOUR, START + 7 * 24 * HOUR]
    assert unknown is None


def test_nothing_is_exceeded_while_a_pause_has_no_end():
    assert moments(AroundTheClock(), START, [Break(START + HOUR, None, SegmentKind.PAUSED)], [1800, 7200])[0] == [
        START + HOUR / 2,
        None,
    ]
