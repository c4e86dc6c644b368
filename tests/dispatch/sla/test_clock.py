"""The cases that service clocks are most often wrong about; random ones are compared in test_clock_reference."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dispatch.sla.calendars import Shift, WeeklyShifts
from dispatch.sla.clock import ClockEvent, ClockStatus, Colour, EventKind, Rules, Terms, evaluate
from dispatch.sla.pauses import PauseRule
from dispatch.sla.published_days import ChinesePublicHolidays
from tests.dispatch.sla.reference import AlwaysOpen, Wall, walk

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
PAUSES = {"customer_absent": PauseRule("customer_absent"), "parts": PauseRule("parts")}
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = {None: Rules(pauses=PAUSES)}


def event(number, kind, at, **more):
    return ClockEvent(UUID(int=number), kind, at, more.pop("recorded_at", at), **more)


def start(at=START, hours=4, **more):
    return event(1, EventKind.START, at, terms=Terms(None, hours * 3600), **more)


def both(events, rules, wall, now):
    """Ask the clock and the reference, which must agree; return what the clock says."""
    state = evaluate(events, rules, now)
    expected = walk(events, rules, {None: wall}, now)
    assert (state.elapsed_seconds, state.paused_seconds, state.breached_at) == (
        expected.elapsed,
        expected.paused,
        expected.breached_at,
    )
    return state


def test_a_pause_at_23_59_before_a_holiday():
    round_the_clock = ((0, 1440),)
    week = dict.fromkeys(range(7), round_the_clock)
    shifts = {day: (Shift(0, 1440),) for day in range(7)}
    rules = {None: Rules(WeeklyShifts("x", SHANGHAI, shifts, ChinesePublicHolidays(), (Shift(0, 1440),)), PAUSES)}
    days = {datetime(2025, 10, day).date(): False for day in range(1, 9)} | {datetime(2025, 9, 28).date(): True}  # noqa: DTZ001
    begun = datetime(2025, 9, 30, 12, 0, tzinfo=SHANGHAI).astimezone(UTC)
    late = datetime(2025, 9, 30, 23, 59, tzinfo=SHANGHAI).astimezone(UTC)
    back = datetime(2025, 10, 9, 8, 0, tzinfo=SHANGHAI).astimezone(UTC)
    events = [start(begun, 24), event(2, EventKind.PAUSE, late, reason="parts"), event(3, EventKind.RESUME, back)]
    state = both(events, rules, Wall(SHANGHAI, week, days, round_the_clock), back + 2 * HOUR)
    assert state.elapsed_seconds == 12 * 3600 - 60 + 2 * 3600
    assert [one.kind.value for one in state.segments] == ["running", "paused", "running"]


def test_the_clocks_go_forward_and_back():
    rules = {None: Rules(WeeklyShifts("x", NEW_YORK, {6: (Shift(0, 360),)}), PAUSES)}
    wall = Wall(NEW_YORK, {6: ((0, 360),)}, {})
    for day, hours in (((2025, 3, 9), 5), ((2025, 11, 2), 7)):
        begun = datetime(*day, tzinfo=NEW_YORK).astimezone(UTC)
        assert both([start(begun, 100)], rules, wall, begun + 10 * HOUR).elapsed_seconds == hours * 3600


def test_overlapping_holds_end_with_the_last_of_them():
    first, second = UUID(int=8), UUID(int=9)
    events = [
        start(),
        event(2, EventKind.PAUSE, START + HOUR, reason="parts", key=first),
        event(3, EventKind.PAUSE, START + 2 * HOUR, reason="customer_absent", key=second),
        event(4, EventKind.RESUME, START + 3 * HOUR, key=first),
        event(5, EventKind.RESUME, START + 4 * HOUR, key=second),
    ]
    state = both(events, PLAIN, AlwaysOpen(), START + 5 * HOUR)
    assert (state.paused_seconds, state.elapsed_seconds) == (3 * 3600, 2 * 3600)
    assert [(one.reason, one.seconds) for one in state.segments if one.kind.value == "paused"] == [
        ("parts", 2 * 3600),
        ("customer_absent", 3600),
    ]


def test_a_pause_after_the_breach_changes_nothing_about_it():
    events = [start(), event(2, EventKind.PAUSE, START + 5 * HOUR, reason="parts")]
    state = both(events, PLAIN, AlwaysOpen(), START + 9 * HOUR)
    assert state.breached_at == START + 4 * HOUR + timedelta(seconds=1)
    assert (state.status, state.colour, state.remaining_seconds) == (ClockStatus.PAUSED, Colour.RED, -3600)


def test_a_settled_breach_stands_against_a_pause_that_is_entered_afterwards():
    broken = START + 4 * HOUR + timedelta(seconds=1)
    settled = event(3, EventKind.BREACH, broken, final=True)
    late = event(4, EventKind.PAUSE, START + HOUR, reason="parts", recorded_at=START + 9 * HOUR)
    longer = event(5, EventKind.RETARGET, START + 9 * HOUR, terms=Terms(None, 100 * 3600))
    state = evaluate([start(), settled, late, longer], PLAIN, START + 10 * HOUR)
    assert (state.breached_at, state.is_settled, state.colour) == (broken, True, Colour.RED)
    provisional = evaluate([start(), replace(settled, final=False), late], PLAIN, START + 10 * HOUR)
    assert provisional.breached_at is None


def test_the_colours_come_at_half_and_three_quarters_and_after_the_end():
    moments = [(119, "clear"), (120, "blue"), (179, "blue"), (180, "yellow"), (240, "yellow"), (241, "red")]
    found = [
        (minute, evaluate([start()], PLAIN, START + timedelta(minutes=minute)).colour.value) for minute, _ in moments
    ]
    assert found == moments


def test_on_the_dot_is_in_time():
    stop = event(2, EventKind.STOP, START + 4 * HOUR, reason="done")
    assert evaluate([start(), stop], PLAIN, START + 9 * HOUR).breached_at is None
    late = replace(stop, at=START + 4 * HOUR + timedelta(seconds=1))
    assert evaluate([start(), late], PLAIN, START + 9 * HOUR).breached_at == late.at


def test_work_that_was_done_is_late_under_shorter_terms_only_once_it_goes_on():
    done = event(2, EventKind.STOP, START + 2 * HOUR, reason="done")
    shorter = event(3, EventKind.RETARGET, START + 3 * HOUR, terms=Terms(None, 3600))
    again = event(4, EventKind.START, START + 4 * HOUR)
    assert both([start(), done, shorter], PLAIN, AlwaysOpen(), START + 9 * HOUR).breached_at is None
    assert both([start(), done, shorter, again], PLAIN, AlwaysOpen(), START + 9 * HOUR).breached_at == again.at


def test_without_a_notice_for_next_year_no_due_time_is_made_up():
    rules = {
        None: Rules(WeeklyShifts("x", SHANGHAI, dict.fromkeys(range(5), (Shift(540, 1020),)), ChinesePublicHolidays()))
    }
    begun = datetime(2026, 12, 31, 7, 0, tzinfo=UTC)
    state = evaluate([start(begun, 8)], rules, begun + HOUR)
    assert (state.due_at, state.unknown_from) == (None, datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert state.next_look_at == state.unknown_from
    later = evaluate([start(begun, 8)], rules, begun + 100 * HOUR)
    assert (later.elapsed_seconds, later.segments[-1].kind.value) == (2 * 3600, "unknown")


def test_nothing_is_shown_before_the_start():
    assert evaluate([start()], PLAIN, START - HOUR) is None
