import base64
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Float, MetaData, String, Table, Uuid

from api.pages import MAX_CURSOR, Cursor
from kernel.database import UTCDateTime
from kernel.errors import DomainError
from kernel.ordering import Sorts

EVENTS = Cursor("events", datetime, UUID)
CODES = Cursor("codes", str, int)
KEY = (datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC), UUID("01930000-0000-7000-8000-00000000000a"))


def refused(cursor: Cursor, text: str) -> str:
    with pytest.raises(DomainError) as caught:
        cursor.read(text)
    assert [field.path for field in caught.value.fields] == ["/after"]
    return caught.value.code


def forged(cursor: Cursor, values: object) -> str:
    """What somebody writes who has read our source."""
    body = orjson.dumps(values)
    return base64.urlsafe_b64encode(cursor._check(body, None) + body).rstrip(b"=").decode()


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_key_comes_back_exactly(moment, key):
    assert EVENTS.read(EVENTS.write((moment, key))) == (moment, key)


@given(st.text(max_size=60), st.integers(-(2**53), 2**53))
def test_text_and_numbers_come_back_exactly(text, number):
    assert CODES.read(CODES.write((text, number))) == (text, number)


@given(st.dates())
def test_days_come_back_exactly(day):
    days = Cursor("days", date, str)
    assert days.read(days.write((day, "x"))) == (day, "x")


def test_a_cursor_can_be_put_into_an_address_as_it_is():
    assert set(CODES.write(("涟城?&=/+ ", 1))).isdisjoint("?&=/+% ")


@given(st.integers(0, 200), st.sampled_from("ABCDEFGHabcdefgh0123456789-_"))
def test_one_changed_character_is_noticed(place, character):
    good = EVENTS.write(KEY)
    bad = good[: place % len(good)] + character + good[place % len(good) + 1 :]
    if base64.urlsafe_b64decode(bad + "==") != base64.urlsafe_b64decode(good + "=="):
        assert refused(EVENTS, bad) == "malformed"


@pytest.mark.parametrize("text", ["", "x", "next", "=", "a" * (MAX_CURSOR + 1), "涟水", EVENTS.write(KEY)[:-3], "\0"])
def test_what_is_no_cursor_is_refused(text):
    assert refused(EVENTS, text) == "malformed"


def test_the_cursor_of_another_list_is_refused():
    assert refused(Cursor("others", datetime, UUID), EVENTS.write(KEY)) == "malformed"


@pytest.mark.parametrize(
    "values",
    [
        [],
        {},
        None,
        ["2026-11-22T01:00:00Z"],
        ["2026-11-22T01:00:00", str(KEY[1])],
        ["yesterday", str(KEY[1])],
        [0, str(KEY[1])],
        ["2026-11-22T01:00:00Z", 7],
        ["2026-11-22T01:00:00Z", None],
        ["2026-11-22T01:00:00Z", str(KEY[1]), 1],
    ],
)
def test_a_forged_cursor_with_values_of_the_wrong_kind_is_refused(values):
    assert refused(EVENTS, forged(EVENTS, values)) == "malformed"


@pytest.mark.parametrize("values", [[1, 1], ["a", True], ["a", 1.5], ["a", "1"], [None, 1]])
def test_text_is_text_and_a_number_is_a_number(values):
    assert refused(CODES, forged(CODES, values)) == "malformed"


TIERS = ("emergency", "priority", "routine")
JOBS = Table(
    "jobs",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("at", UTCDateTime(), nullable=False),
    Column("due", Date),
    Column("tier", String(20), nullable=False),
    Column("score", Float),
)
BY = {"at": JOBS.c.at, "due": JOBS.c.due, "tier": JOBS.c.tier, "score": JOBS.c.score}
SORTS = Sorts(JOBS.c.at, JOBS.c.id, by=BY, ranks={"tier": TIERS})
SORTED = Cursor("jobs", sorts=SORTS)
VALUES = {"at": KEY[0], "due": date(2026, 11, 22), "tier": "routine", "score": 87.5}


@given(st.sampled_from(SORTS.words), st.sampled_from([None, *SORTS.words]))
def test_a_cursor_is_of_one_order(word, other):
    text = SORTED.write((VALUES[word.strip("-")], KEY[1]), word)
    assert SORTED.read(text, word) == (VALUES[word.strip("-")], KEY[1])
    if other != word:
        with pytest.raises(DomainError) as caught:
            SORTED.read(text, other)
        assert caught.value.code == "malformed"
        assert "another order" in caught.value.fields[0].detail


@pytest.mark.parametrize("word", ["due", "-due", "score"])
def test_where_nothing_is_the_cursor_says_so(word):
    assert SORTED.read(SORTED.write((None, KEY[1]), word), word) == (None, KEY[1])


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("at", [None, str(KEY[1])]),
        ("tier", ["vip", str(KEY[1])]),
        ("tier", [None, str(KEY[1])]),
        ("score", ["high", str(KEY[1])]),
        ("score", [True, str(KEY[1])]),
        ("due", [None]),
        ("due", [None, None]),
        ("due", []),
        ("due", {}),
    ],
)
def test_a_forged_cursor_of_an_order_is_refused(word, values):
    body = orjson.dumps(values)
    text = base64.urlsafe_b64encode(SORTED._check(body, word) + body).rstrip(b"=").decode()
    with pytest.raises(DomainError) as caught:
        SORTED.read(text, word)
    assert caught.value.code == "malformed"
