"""Who is told what about a clock, each once: half gone, nearly due, overdue, and then step by step up the chain."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.sla.clock import ClockState, ClockStatus, Colour

SETTLE_AFTER = timedelta(days=5)
"""A breach is settled at the latest so long after it happened, whatever a phone may still hold (as long as the sync waits)."""
RETRY = timedelta(minutes=10)
"""How often the sweep asks whether the phone of a provisional breach has reported."""


class Notice(StrEnum):
    """What was last told about a clock, in the order of gravity."""

    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"
    STATION = "station"
    REGION = "region"


RANK = {notice: nth for nth, notice in enumerate(Notice)}
_OF_COLOUR = {
    Colour.CLEAR: Notice.NONE,
    Colour.BLUE: Notice.BLUE,
    Colour.YELLOW: Notice.YELLOW,
    Colour.RED: Notice.RED,
}


@dataclass(frozen=True, slots=True)
class Escalation:
    """How many minutes after a breach the station is told, and then the region."""

    station_minutes: int = 30
    region_minutes: int = 60


def due_notice(state: ClockState, escalation: Escalation, now: datetime) -> Notice:
    """Return the gravest notice that is due. Nobody is told about a clock that has stopped."""
    if state.status in (ClockStatus.STOPPED, ClockStatus.VOID):
        return Notice.NONE
    if state.breached_at is None:
        return _OF_COLOUR[state.colour]
    since = now - state.breached_at
    if since >= timedelta(minutes=escalation.region_minutes):
        return Notice.REGION
    return Notice.STATION if since >= timedelta(minutes=escalation.station_minutes) else Notice.RED


def next_look(state: ClockState, escalation: Escalation, noticed: Notice, now: datetime) -> datetime | None:
    """Return when the sweep must look at a clock again, or None when there is nothing to wait for."""
    ahead: list[datetime] = []
    breached = state.breached_at
    if breached is not None and not state.is_settled:
        ahead.append(now + RETRY)
    if state.status not in (ClockStatus.STOPPED, ClockStatus.VOID):
        if breached is None:
            if RANK[due_notice(state, escalation, now)] > RANK[noticed]:
                ahead.append(now)
            if state.next_look_at is not None:
                ahead.append(state.next_look_at)
        elif RANK[noticed] < RANK[Notice.REGION]:
            minutes = {Notice.RED: escalation.station_minutes, Notice.STATION: escalation.region_minutes}.get(
                noticed, 0
            )
            ahead.append(max(now, breached + timedelta(minutes=minutes)))
    return min(ahead, default=None)


def is_final(breached_at: datetime, last_push_at: datetime | None, holds_phone: bool, now: datetime) -> bool:
    """Tell whether a breach is settled: no phone is responsible, or it has reported since, or it had time enough to."""
    if not holds_phone or now - breached_at >= SETTLE_AFTER:
        return True
    return last_push_at is not None and last_push_at > breached_at
