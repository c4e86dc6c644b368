"""A NUL in a text is found, and what only looks like one is not."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.json_texts import holds_nul

PIECES = st.lists(st.sampled_from(["\x00", "\\", "u0000", "\\u0000", '"', "a"]), max_size=8).map("".join)


@given(st.dictionaries(PIECES, PIECES, max_size=3))
def test_it_tells_what_the_texts_hold_however_they_are_escaped(document):
    held = any("\x00" in text for pair in document.items() for text in pair)
    assert holds_nul(orjson.dumps(document)) == held


@pytest.mark.parametrize(
    ("json", "held"),
    [
        (rb'"\u0000"', True),
        (rb'"\\u0000"', False),
        (rb'"\\\u0000"', True),
        (rb'"\\\\u0000"', False),
        (rb'"\\u0000 \u0000"', True),
        (b'"' + rb"\\" * 100_000 + b'u0000"', False),
        (b'"u0000"', False),
    ],
)
def test_a_backslash_before_it_that_is_escaped_makes_it_a_text(json, held):
    assert holds_nul(json) == held
