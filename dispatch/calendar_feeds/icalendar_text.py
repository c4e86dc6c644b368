"""Writes a calendar as iCalendar (RFC 5545)."""

import hashlib
from datetime import timedelta
from typing import cast

from icalendar import Calendar, vText
from icalendar import Event as CalendarEvent

from dispatch.calendar_feeds.agenda import Agenda, Event, EventStatus

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Fieldbeat//Appointments//EN"
ASK_EVERY = timedelta(minutes=30)
"""How often a calendar asks for itself to be fetched; what does so more often is slowed (FIELDBEAT_LIMIT_CALENDAR)."""
FORM = 1
"""Grows when the same agenda is written in another way, so that whoever keeps the old text fetches the new one."""


class _Text(vText):
    """A text of one line as it stands: the library's own takes a backslash before an N for the end of a line."""

    def to_ical(self) -> bytes:
        return str(self).replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").encode()


def tag_of(agenda: Agenda) -> str:
    """Return what tells two texts apart without writing them: most who ask have the calendar already."""
    return hashlib.sha256(repr((FORM, agenda)).encode()).hexdigest()


def write(agenda: Agenda) -> bytes:
    """Write a calendar. Times are in UTC, which needs no VTIMEZONE and is right whatever rules of summer time change."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    # Each thing twice: as RFC 7986 has it, and as programs have read it since before.
    calendar.add("name", _Text(agenda.name))
    calendar.add("x-wr-calname", _Text(agenda.name))
    calendar.add("x-wr-timezone", agenda.timezone)
    calendar.add("refresh-interval", ASK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{int(ASK_EVERY.total_seconds()) // 60}M")
    for event in agenda.events:
        calendar.add_component(_event(event))
    return cast(bytes, calendar.to_ical())


def _event(event: Event) -> CalendarEvent:
    written = CalendarEvent()
    written.add("uid", str(event.id))
    written.add("sequence", event.revision)
    # Without a METHOD the stamp tells when the event was changed last (RFC 5545, 3.8.7.2), and not when it was asked for.
    written.add("dtstamp", event.changed_at)
    written.add("last-modified", event.changed_at)
    written.add("dtstart", event.start_at)
    written.add("dtend", event.end_at)
    written.add("status", event.status.value)
    written.add("transp", "TRANSPARENT" if event.status is EventStatus.CANCELLED else "OPAQUE")
    written.add("summary", _Text(event.title))
    if event.place:
        written.add("location", _Text(event.place))
    written.add("class", "PRIVATE")
    return written
