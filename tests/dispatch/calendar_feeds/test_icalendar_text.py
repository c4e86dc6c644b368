"""The text is read again by another library than the one that wrote it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import vobject  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.calendar_feeds.agenda import Agenda, Event, EventStatus
from dispatch.calendar_feeds.icalendar_text import tag_of, write

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=120)
"""What names and titles may hold: no control characters, which `dispatch.texts` refuses."""


def event(**changes):
    known = {
        "id": UUID(int=1),
        "revision": 3,
        "changed_at": NOW - timedelta(days=1),
        "start_at": NOW,
        "end_at": NOW + timedelta(hours=2),
        "status": EventStatus.CONFIRMED,
        "title": "维修 WO-1",
        "place": "涟城一片区",
    }
    return Event(**{**known, **changes})


def read(*events, name="我的预约"):
    written = write(Agenda(name, "Asia/Shanghai", events))
    return written, vobject.readOne(written.decode())


def test_an_event_says_all_that_calendars_go_by():
    written, calendar = read(event())
    lines = written.split(b"\r\n")
    assert lines[:2] == [b"BEGIN:VCALENDAR", b"VERSION:2.0"]
    assert b"METHOD" not in written, "with a method the stamp would mean another thing"
    for line in (
        b"UID:00000000-0000-0000-0000-000000000001",
        b"SEQUENCE:3",
        b"DTSTAMP:20261121T010000Z",
        b"LAST-MODIFIED:20261121T010000Z",
        b"DTSTART:20261122T010000Z",
        b"DTEND:20261122T030000Z",
        b"STATUS:CONFIRMED",
        b"TRANSP:OPAQUE",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT30M",
        b"X-WR-TIMEZONE:Asia/Shanghai",
    ):
        assert line in lines
    assert calendar.vevent.dtstart.value == NOW
    assert calendar.x_wr_calname.value == "我的预约"
    assert b"TRANSP:TRANSPARENT" in read(event(status=EventStatus.CANCELLED))[0], "what is off keeps nobody busy"


@example("A\\N", "\\n;,\\\\")
@given(TEXT, TEXT)
def test_any_text_is_folded_and_escaped_so_that_it_comes_back_whole(title, place):
    written, calendar = read(event(title=title, place=place), name=title)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert (calendar.vevent.summary.value, calendar.vevent.location.value) == (title, place)


def test_a_calendar_without_events_is_one_all_the_same():
    written, calendar = read()
    assert calendar.contents.get("vevent") is None
    assert written.endswith(b"END:VCALENDAR\r\n")


def test_a_tag_tells_any_change():
    plain = Agenda("x", "UTC", (event(),))
    others = (Agenda("y", "UTC", (event(),)), Agenda("x", "UTC", ()), Agenda("x", "UTC", (event(revision=4),)))
    assert len({tag_of(one) for one in (plain, *others)}) == 4
    assert tag_of(plain) == tag_of(Agenda("x", "UTC", (event(),)))
