"""What is known of a piece of work, and of somebody who might do it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple
from uuid import UUID

from dispatch.assignment.rules import Nearness
from dispatch.assignment.travel import Point
from dispatch.people.availability import Availability
from dispatch.people.eligibility import HeldSkill
from dispatch.people.spans import Span
from dispatch.territory.places import Places

HOUR = timedelta(hours=1)
SEEN_LATELY = 12 * HOUR
"""For a visit that is further ahead, where somebody was last says nothing."""


class Booking(NamedTuple):
    """An appointment that somebody has already: for which order, from when until when (aware), and where."""

    order_id: UUID
    start_at: datetime
    end_at: datetime
    point: Point | None = None


class Whereabouts(NamedTuple):
    """Where somebody was last, and since when that is known (aware)."""

    point: Point
    at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What has to be done where, and when: at the aware time `at`, by the calendar of `timezone`.

    `window` is what was agreed with the customer; without one, somebody is wanted who is free for `lasts` before `due_at`.
    `deputy_id` answers for the zone while `owner_id` cannot. `declined` have declined the order; `served` have been with this
    customer lately; `crew` are in the order's crew, which is to be of `crew_size` with its lead.
    """

    places: Places
    owner_id: UUID | None
    skill: str | None
    at: datetime
    timezone: tzinfo
    window: Span | None = None
    due_at: datetime | None = None
    lasts: timedelta = HOUR
    deputy_id: UUID | None = None
    order_id: UUID | None = None
    point: Point | None = None
    declined: frozenset[UUID] = frozenset()
    served: frozenset[UUID] = frozenset()
    crew: frozenset[UUID] = frozenset()
    crew_size: int = 1
    # How far people are looked for, and what the region's rules of orders leave between two appointments.
    reach: Nearness = Nearness.STATION
    gap: timedelta = field(default=timedelta(0))


class Person(NamedTuple):
    """Somebody who might do it. `load` is how many orders they have, `recent` how many they were given lately.

    One who is not `active` cannot sign in. Nothing known about when they are `there` means that nobody has planned. `base` is
    where their days begin.
    """

    id: UUID
    name: str
    station_id: UUID
    group_id: UUID
    skills: tuple[HeldSkill, ...] = ()
    load: int = 0
    left: bool = False
    active: bool = True
    region_id: UUID | None = None
    there: Availability | None = None
    bookings: tuple[Booking, ...] = ()
    seen: Whereabouts | None = None
    base: Point | None = None
    recent: int = 0


class Start(NamedTuple):
    """From where somebody would come: the `previous` appointment, where they were `seen` last, or their `base`."""

    kind: str
    point: Point


def start_of(work: Work, person: Person) -> Start | None:
    """Say from where somebody would come; None when nobody knows.

    An appointment before it on the same day goes first, then where they were last seen unless the visit is hours away.
    """
    seen = person.seen
    if person.bookings:
        before = _before(work, person.bookings)
        if before is not None and before.point is not None and (seen is None or seen.at < before.end_at):
            return Start("previous", before.point)
    if seen is not None and work.at - seen.at <= SEEN_LATELY:
        return Start("seen", seen.point)
    return None if person.base is None else Start("base", person.base)


def _before(work: Work, bookings: tuple[Booking, ...]) -> Booking | None:
    day = work.at.astimezone(work.timezone).date()
    found = None
    for one in bookings:
        if one.point is None or one.end_at > work.at or one.order_id == work.order_id:
            continue
        if one.end_at.astimezone(work.timezone).date() == day and (found is None or one.end_at > found.end_at):
            found = one
    return found
