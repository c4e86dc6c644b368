from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from flask import Flask

from api.json_provider import FastJson


@pytest.fixture
def json():
    return FastJson(Flask("x"))


def test_text_is_written_as_it_is_read(json):
    assert json.dumps({"名": "涟水"}) == '{"名":"涟水"}'


def test_times_and_ids_are_written_plainly(json):
    at = datetime(2026, 11, 22, 9, tzinfo=timezone(timedelta(hours=8))).astimezone(UTC)
    assert json.dumps([at, UUID(int=7)]) == '["2026-11-22T01:00:00Z","00000000-0000-0000-0000-000000000007"]'


def test_what_is_no_json_is_refused(json):
    for text in ("{", "NaN", "[1,]", b"\xff"):
        with pytest.raises(ValueError, match=r"\w"):
            json.loads(text)


def test_an_answer_carries_its_value(json):
    response = json.response({"a": 1})
    assert (response.data, response.mimetype) == (b'{"a":1}', "application/json")
