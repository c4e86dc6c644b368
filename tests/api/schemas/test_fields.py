from datetime import UTC, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema, ValidationError, fields

from api.pages import Cursor
from api.schemas.fields import (
    MAX_NUMBER,
    Clock,
    Degrees,
    Flag,
    Hex,
    Json,
    JsonList,
    JsonValue,
    Moment,
    Secret,
    Text,
    Whole,
    Word,
    check_json,
    page_of,
    page_query,
)
from kernel.errors import DomainError


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Form(Schema):
    text = Text(5)
    secret = Secret(5)
    moment = Moment()
    clock = Clock(allow_none=True)
    word = Word(Colour)
    whole = Whole(0, 9)
    flag = Flag()
    degrees = Degrees(90)
    json = Json()
    hex = Hex()
    anything = JsonValue(allow_none=True)
    several = JsonList()


def load(**values: Any) -> Any:
    return Form().load(values)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"text": " 涟水 "}, {"text": "涟水"}),
        ({"secret": " a "}, {"secret": " a "}),
        ({"moment": "2026-11-22T09:00:00+08:00"}, {"moment": datetime(2026, 11, 22, 1, tzinfo=UTC)}),
        ({"clock": "07:30"}, {"clock": time(7, 30)}),
        ({"clock": None}, {"clock": None}),
        ({"word": "red"}, {"word": Colour.RED}),
        ({"whole": 9}, {"whole": 9}),
        ({"flag": False}, {"flag": False}),
        ({"anything": None}, {"anything": None}),
        ({"anything": [1, "a"]}, {"anything": [1, "a"]}),
        ({"several": [{}]}, {"several": [{}]}),
        ({"degrees": -90}, {"degrees": -90.0}),
        ({"json": {"a": [1, "b", None, {"c": 1.5}]}}, {"json": {"a": [1, "b", None, {"c": 1.5}]}}),
    ],
)
def test_good_values_are_read(given, expected):
    assert load(**given) == expected


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "   "},
        {"text": "abcdef"},
        {"text": "a\0b"},
        {"text": 7},
        {"text": None},
        {"moment": "2026-11-22T09:00:00"},
        {"moment": "2026-11-22"},
        {"moment": "0001-01-01T00:00:00+14:00"},
        {"moment": 7},
        {"word": "RED"},
        {"word": None},
        {"whole": "7"},
        {"whole": 7.5},
        {"whole": True},
        {"whole": 10},
        {"whole": -1},
        {"flag": "yes"},
        {"flag": 1},
        {"flag": None},
        {"degrees": 90.1},
        {"degrees": float("nan")},
        {"degrees": "x"},
        {"json": []},
        {"json": {"a": "b\0"}},
        {"json": {"a\0": 1}},
        {"json": {"a": 2**53}},
        {"json": {"a": -(2**53)}},
        {"anything": "b\0"},
        {"anything": [{"n": 2**60}]},
        {"several": {}},
        {"several": None},
        {"several": ["b\0"]},
    ],
)
def test_bad_values_are_refused(given):
    with pytest.raises(ValidationError):
        load(**given)


def test_depth_has_an_end():
    value: Any = 1
    for _ in range(60):
        value = [value]
    with pytest.raises(ValidationError, match="depth"):
        check_json(value)
    check_json({"n": [MAX_NUMBER, -MAX_NUMBER]})


def test_values_are_shown_in_one_way():
    beijing = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    shown = Form().dump({"moment": beijing, "word": "blue", "hex": b"\x01\xff", "secret": "x", "flag": True})
    assert shown == {"moment": "2026-11-22T01:00:00.123Z", "word": "blue", "hex": "01ff", "flag": True}
    assert Form().dump({"moment": None, "word": None, "hex": None}) == {"moment": None, "word": None, "hex": None}


def test_a_page_is_asked_with_its_own_cursor():
    cursor = Cursor("things", UUID)
    query = page_query(cursor, "ThingQuery", colour=Word(Colour))()
    assert query.load({}) == {"limit": 50, "after": None}
    key = UUID(int=7)
    assert query.load({"limit": "7", "after": cursor.write((key,)), "colour": "red"}) == {
        "limit": 7,
        "after": (key,),
        "colour": Colour.RED,
    }
    with pytest.raises(DomainError):
        query.load({"after": Cursor("others", UUID).write((key,))})


def test_a_page_shows_its_items_and_where_the_next_begins():
    class Thing(Schema):
        id = fields.Integer()

    page = page_of(Thing, "ThingPage")()
    assert page.dump({"items": [{"id": 1}], "next": None}) == {"items": [{"id": 1}], "next": None}


@pytest.mark.parametrize("given", ["24:00", "7:30", "07:30:15", "0730", "07:60", "noon", ""])
def test_a_time_of_the_day_is_hours_and_minutes(given):
    with pytest.raises(ValidationError):
        load(clock=given)
    assert Form().dump({"clock": time(7, 5, 59)}) == {"clock": "07:05"}
