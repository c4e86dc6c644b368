"""What a calendar shows of somebody's visits: when, what kind of work, in which zone, and nothing about customers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from dispatch.work_orders.itinerary import Stop
from dispatch.work_orders.visits import VisitState

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
"""How far a calendar reaches from today."""
STRUCK_FOR = timedelta(days=14)
"""For how long a visit that was agreed and then dropped or moved is shown as such."""


class EventStatus(StrEnum):
    """The states of an event (RFC 5545, 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


STATUS: Mapping[VisitState, EventStatus] = {
    VisitState.PROPOSED: EventStatus.TENTATIVE,
    VisitState.AGREED: EventStatus.CONFIRMED,
    VisitState.KEPT: EventStatus.CONFIRMED,
    VisitState.MISSED: EventStatus.CONFIRMED,
    VisitState.RESCHEDULED: EventStatus.CANCELLED,
    VisitState.CANCELLED: EventStatus.CANCELLED,
}
_TITLES: Mapping[VisitState, tuple[str, str]] = {
    # Said in words as well: many phones show nothing of an event's status.
    VisitState.PROPOSED: ("待客户确认：{}", "To be confirmed: {}"),
    VisitState.RESCHEDULED: ("已改期：{}", "Moved: {}"),
    VisitState.CANCELLED: ("已取消：{}", "Cancelled: {}"),
}
_NAMES = ("我的预约", "My appointments")


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a calendar; times are aware. `revision` grows with each change of the visit itself."""

    id: UUID
    revision: int
    changed_at: datetime
    start_at: datetime
    end_at: datetime
    status: EventStatus
    title: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """A calendar: how it is called, in which time zone (IANA) it is best shown, and its events, the earliest first."""

    name: str
    timezone: str
    events: tuple[Event, ...]


def agenda_of(stops: Iterable[Stop], *, zones: Mapping[UUID, str], timezone: str, locale: str, now: datetime) -> Agenda:
    """Return the calendar of these visits in a language. `zones` are the names of places."""
    english = locale == "en"
    events = tuple(_event(stop, zones, english) for stop in stops if is_shown(stop, now))
    return Agenda(_NAMES[english], timezone, events)


def is_shown(stop: Stop, now: datetime) -> bool:
    """Tell whether a visit is in the calendar: dropped and moved ones for a while, if they were ever agreed."""
    if STATUS[stop.state] is not EventStatus.CANCELLED:
        return True
    return stop.agreed_at is not None and stop.changed_at > now - STRUCK_FOR


def _event(stop: Stop, zones: Mapping[UUID, str], english: bool) -> Event:
    work = (stop.work_name_en if english else None) or stop.work_name or stop.work_type
    title = f"{work} {stop.number}"
    if stop.state in _TITLES:
        title = _TITLES[stop.state][english].format(title)
    place = None if stop.zone_id is None else zones.get(stop.zone_id)
    return Event(stop.id, stop.revision, stop.changed_at, stop.start_at, stop.end_at, STATUS[stop.state], title, place)
