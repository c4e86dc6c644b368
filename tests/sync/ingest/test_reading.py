"""Reading JSON and what comes close to it: alike, whichever parser had to do it."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ingest.reading import MOST_LEVELS, MOST_VALUES, is_crowded, is_deep, parse

NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@given(VALUES)
def test_a_value_is_the_same_whether_or_not_its_neighbour_is_sound(value):
    text = json.dumps(value)
    alone, (beside, half) = parse(text.encode()), parse(f'[{text},"\\ud83d"]'.encode())
    assert written(alone) == written(beside)
    assert half == "\ud83d"


def levels(number: int) -> bytes:
    return b"[" * number + b"]" * number


@pytest.mark.parametrize("number", [1100, 5000, 100_000])
def test_nesting_without_end_leaves_its_neighbours_as_they_are(number):
    before, deep, after = parse(b'[{"a":"[{\\"]"},{"x":' + levels(number) + b',"y":1},[2,3]]')
    assert (before, after) == ({"a": '[{"]'}, [2, 3])
    assert deep["y"] == 1
    assert is_deep(deep)
    assert not is_deep([before, after])


def test_how_deep_is_deep():
    assert not is_deep(parse(levels(MOST_LEVELS)))
    assert is_deep(parse(levels(MOST_LEVELS + 1)))
    orjson.dumps(parse(levels(MOST_LEVELS)))


def test_what_is_no_text_is_kept_apart_and_a_byte_order_mark_is_passed_over():
    assert parse(b'["\xff", 1]') == ["\udcff", 1]
    assert parse(b"\xef\xbb\xbf[1]") == [1]
    assert str(parse(b"[NaN, -Infinity, 1e999]")) == "[nan, -inf, inf]"


@pytest.mark.parametrize(
    "plain", [b"", b"[", b"[1,]", b"[" * 3000, b"]" * 3000, levels(3000) + b"]", '[""]'.encode("utf-16")]
)
def test_what_is_not_json_is_refused(plain):
    with pytest.raises(ValueError, match=r"."):
        parse(plain)


def test_a_body_is_crowded_when_it_may_hold_too_many_values():
    assert not is_crowded(b'{"text":"' + b"x" * 4_000_000 + b'"}')
    assert not is_crowded(b"[" + b"1," * (MOST_VALUES - 2) + b"1]")
    assert is_crowded(b"[" + b"1," * MOST_VALUES + b"1]")
    assert is_crowded(levels(MOST_VALUES + 1))
