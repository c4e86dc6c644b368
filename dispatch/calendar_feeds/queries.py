"""What can be asked about calendars: whose an address is, since when one has one, and what is in it."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.accounts.queries import actors_of_users
from dispatch.calendar_feeds import errors
from dispatch.calendar_feeds.agenda import AHEAD, BACK, Agenda, agenda_of
from dispatch.calendar_feeds.models import CalendarFeed
from dispatch.territory.names import names_of
from dispatch.territory.queries import timezones_of
from dispatch.work_orders.itinerary import itinerary_of
from kernel.actor import Actor, Level, Role
from kernel.identifiers import secret_digest
from kernel.unit_of_work import Reading

MOST = 2_000
"""Visits in one calendar; what is further ahead comes as time goes on."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """That somebody has an address, and since when (aware UTC); never the address."""

    created_at: datetime


def my_feed(reading: Reading) -> FeedRow:
    """Return since when the caller's calendar has its address. Raises NotFound (calendar_feed.unknown)."""
    found = reading.session.scalar(select(CalendarFeed.created_at).where(CalendarFeed.user_id == reading.actor.user_id))
    if found is None:
        raise errors.UNKNOWN()
    return FeedRow(found)


def owner_of(session: Session, token: str, now: datetime) -> Actor:
    """Return the person to whose calendar a secret leads, while they are a technician whose account is open.

    Raises NotFound (calendar_feed.unknown).
    """
    user_id = session.scalar(select(CalendarFeed.user_id).where(CalendarFeed.token_hash == secret_digest(token)))
    # Whose account is closed has no roles.
    actor = None if user_id is None else actors_of_users(session, [user_id], now).get(user_id)
    if actor is None or Role.TECHNICIAN not in actor.roles:
        raise errors.UNKNOWN()
    return actor


def my_agenda(reading: Reading) -> Agenda:
    """Return the caller's calendar in their language. Three statements."""
    # By whole days, so that a calendar in which nothing changed is the same all day long.
    today = datetime.combine(reading.now.date(), time(), reading.now.tzinfo)
    stops = itinerary_of(reading, today - BACK, today + AHEAD, limit=MOST)
    zones = names_of(reading, Level.ZONE, {stop.zone_id for stop in stops if stop.zone_id is not None})
    home = reading.actor.region_id
    timezone = "UTC" if home is None else timezones_of(reading, [home]).get(home, "UTC")
    return agenda_of(stops, zones=zones, timezone=timezone, locale=reading.actor.locale, now=reading.now)
