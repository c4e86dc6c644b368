from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dispatch.sla.clock import ClockEvent, EventKind, Rules, Terms, evaluate
from dispatch.sla.notices import RETRY, SETTLE_AFTER, Escalation, Notice, due_notice, is_final, next_look

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
BROKEN = START + 4 * HOUR + SECOND
CHAIN = Escalation(30, 90)


def clock(at, *more):
    start = ClockEvent(UUID(int=1), EventKind.START, START, START, Terms(None, 4 * 3600))
    return evaluate([start, *more], {None: Rules()}, at)


def settled():
    return ClockEvent(UUID(int=2), EventKind.BREACH, BROKEN, BROKEN, final=True)


@pytest.mark.parametrize(
    ("after", "notice"),
    [(1, "none"), (2, "blue"), (3, "yellow"), (4, "yellow"), (4.25, "red"), (4.75, "station"), (6, "region")],
)
def test_what_is_due_grows_with_time(after, notice):
    at = START + after * HOUR
    assert due_notice(clock(at), CHAIN, at) == notice
    stop = ClockEvent(UUID(int=3), EventKind.STOP, at, at, reason="done")
    assert due_notice(clock(at, stop), CHAIN, at) is Notice.NONE


@pytest.mark.parametrize(
    ("after", "noticed", "look"),
    [
        (1, Notice.NONE, START + 2 * HOUR),
        (2, Notice.NONE, START + 2 * HOUR),
        (2, Notice.BLUE, START + 3 * HOUR),
        (3, Notice.YELLOW, BROKEN),
        (4.25, Notice.RED, BROKEN + timedelta(minutes=30)),
        (4.75, Notice.STATION, BROKEN + timedelta(minutes=90)),
        (6, Notice.REGION, None),
    ],
)
def test_the_sweep_looks_again_when_something_is_due(after, noticed, look):
    at = START + after * HOUR
    assert next_look(clock(at, settled()), CHAIN, noticed, at) == look


def test_a_breach_that_is_not_settled_is_asked_about_again_and_again():
    at = START + 9 * HOUR
    stop = ClockEvent(UUID(int=3), EventKind.STOP, at, at, reason="done")
    assert next_look(clock(at, stop), CHAIN, Notice.REGION, at) == at + RETRY
    assert next_look(clock(at, stop, settled()), CHAIN, Notice.REGION, at) is None


@pytest.mark.parametrize(
    ("pushed", "holds", "after", "final"),
    [
        (None, False, HOUR, True),
        (None, True, HOUR, False),
        (BROKEN, True, HOUR, False),
        (BROKEN + SECOND, True, HOUR, True),
        (None, True, SETTLE_AFTER, True),
    ],
)
def test_a_breach_is_settled_when_no_phone_can_change_it(pushed, holds, after, final):
    assert is_final(BROKEN, pushed, holds, BROKEN + after) is final
