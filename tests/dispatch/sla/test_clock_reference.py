"""The clock agrees with pencil and paper over random histories, zones, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.sla.calendars import AroundTheClock, Shift, WeeklyShifts
from dispatch.sla.clock import ClockEvent, Colour, EventKind, Rules, Terms, evaluate
from dispatch.sla.pauses import Approval, PauseRule
from tests.dispatch.sla.reference import AlwaysOpen, Wall, walk

MINUTE = timedelta(minutes=1)
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
)
STARTS = (
    datetime(2025, 3, 9, 4, 0, tzinfo=UTC),  # New York goes forward
    datetime(2025, 11, 2, 3, 0, tzinfo=UTC),  # and back
    datetime(2025, 3, 30, 0, 0, tzinfo=UTC),  # Berlin forward
    datetime(2025, 10, 25, 20, 0, tzinfo=UTC),  # and back
    datetime(2025, 4, 5, 12, 0, tzinfo=UTC),  # Lord Howe back, by half an hour
    datetime(2025, 10, 4, 12, 0, tzinfo=UTC),
    datetime(2025, 1, 26, 15, 59, tzinfo=UTC),  # 23:59 in China, the evening before a holiday
    datetime(2025, 9, 30, 15, 59, tzinfo=UTC),
    datetime(2024, 12, 31, 12, 0, tzinfo=UTC),
)
REASONS = ("customer_absent", "waiting_parts", "weather", "unnamed")
APPROVER = UUID(int=7)


class Known:
    """All years are known."""

    def __init__(self, days):
        self.days = days

    def knows(self, year):
        return True

    def works(self, day):
        return self.days.get(day)


def hours(draw):
    cuts = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=4, unique=True)))
    found = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    if draw(st.booleans()):  # a night shift
        found = [*found, (max(found[-1][1], 1380), 1440 + draw(st.integers(1, 400)))]
    return tuple(found)


@st.composite
def policies(draw, key):
    pauses = {
        reason: PauseRule(
            reason,
            longest_minutes=draw(st.none() | st.integers(0, 300)),
            total_minutes=draw(st.none() | st.integers(0, 500)),
            approval=draw(st.sampled_from(Approval)),
        )
        for reason in draw(st.sets(st.sampled_from(REASONS[:3])))
    }
    if draw(st.integers(0, 3)) == 0:
        return key, Rules(AroundTheClock(), pauses), AlwaysOpen()
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    week = {day: hours(draw) for day in draw(st.sets(st.integers(0, 6), min_size=2))}
    made_up = hours(draw)
    days = draw(
        st.dictionaries(
            st.sampled_from([date(2025, 1, 27) + timedelta(days=n) for n in range(4)])
            | st.sampled_from(
                [date(2025, m, d) for m, d in ((3, 9), (10, 1), (10, 5), (11, 2), (11, 3), (4, 6), (1, 1))]
            ),
            st.booleans(),
        )
    )
    calendar = WeeklyShifts(
        "x",
        zone,
        {d: tuple(Shift(*one) for one in each) for d, each in week.items()},
        Known(days),
        tuple(Shift(*o) for o in made_up),
    )
    return key, Rules(calendar, pauses), Wall(zone, week, days, made_up)


@st.composite
def histories(draw):
    start = draw(st.sampled_from(STARTS)) + draw(st.integers(0, 1500)) * MINUTE
    found = [draw(policies(UUID(int=n))) for n in (1, 2)]
    rules = {key: one for key, one, _ in found}
    walls = {key: one for key, _, one in found}

    def terms():
        key = draw(st.sampled_from(sorted(rules)))
        kind = draw(st.integers(0, 5))
        if kind == 0:
            return Terms(key)
        if kind == 1:
            return Terms(key, due_at=start + draw(st.integers(-100, 3000)) * MINUTE)
        return Terms(key, target_seconds=draw(st.integers(1, 2000)) * 60)

    events = [ClockEvent(UUID(int=100), EventKind.START, start, start, terms())]
    holds = [UUID(int=50 + n) for n in range(3)]
    for nth in range(draw(st.integers(0, 8))):
        at = start + draw(st.integers(0, 3500)) * MINUTE
        kind = draw(
            st.sampled_from(
                [EventKind.PAUSE] * 4 + [EventKind.RESUME] * 2 + [EventKind.RETARGET, EventKind.STOP, EventKind.START]
            )
        )
        events.append(
            ClockEvent(
                UUID(int=101 + nth),
                kind,
                at,
                start + draw(st.integers(0, 9)) * MINUTE,
                terms() if kind is EventKind.RETARGET or (kind is EventKind.START and draw(st.booleans())) else None,
                key=draw(st.sampled_from(holds))
                if kind is EventKind.PAUSE
                else draw(st.none() | st.sampled_from(holds)),
                reason=draw(st.sampled_from(REASONS)) if kind is EventKind.PAUSE else "done",
                approver_id=draw(st.none() | st.just(APPROVER)),
                until=draw(st.none() | st.just(at + 200 * MINUTE)) if kind is EventKind.PAUSE else None,
            )
        )
    if draw(st.integers(0, 5)) == 0:
        at = start + draw(st.integers(0, 2000)) * MINUTE
        events.append(ClockEvent(UUID(int=120), EventKind.BREACH, at, at, final=True))
    return draw(st.permutations(events)), rules, walls, start + draw(st.integers(0, 4000)) * MINUTE


@settings(max_examples=250)
@given(histories())
def test_the_clock_agrees_with_a_walk_minute_by_minute(history):
    events, rules, walls, now = history
    state = evaluate(events, rules, now)
    expected = walk(events, rules, walls, now)
    assert (state.elapsed_seconds, state.paused_seconds) == (expected.elapsed, expected.paused)
    assert state.breached_at == expected.breached_at
    assert (state.colour is Colour.RED) == expected.red
    until = state.stopped_at or now
    assert sum(one.seconds for one in state.segments) == (until - state.started_at).total_seconds()
    edges = [state.started_at, *(one.end for one in state.segments)]
    assert edges == [*(one.start for one in state.segments), until]


@settings(max_examples=150)
@given(histories())
def test_what_is_foretold_comes_true_if_nothing_more_happens(history):
    events, rules, _, now = history
    state = evaluate(events, rules, now)
    happened = [one for one in events if one.at <= now]
    if state.stopped_at is not None or state.next_look_at is None:
        return
    look = state.next_look_at
    before = evaluate(happened, rules, look - timedelta(seconds=1))
    after = evaluate(happened, rules, look)
    assert before.colour is state.colour
    assert after.colour is not state.colour or state.colour is Colour.RED


@settings(max_examples=100)
@given(histories(), st.integers(1, 3000))
def test_what_is_settled_as_overdue_stays_so_whatever_comes(history, later):
    events, rules, _, now = history
    state = evaluate(events, rules, now)
    if state.breached_at is None:
        return
    settled = ClockEvent(UUID(int=200), EventKind.BREACH, state.breached_at, now, final=True)
    again = evaluate([*events, settled], rules, now + later * MINUTE)
    assert (again.breached_at, again.is_settled, again.colour) == (
        min([state.breached_at, *(e.at for e in events if e.kind is EventKind.BREACH)]),
        True,
        Colour.RED,
    )
