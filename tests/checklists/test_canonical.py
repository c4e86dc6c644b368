import hashlib
import json
import math
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.canonical import canonical_json, digest_of

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        # The numbers of RFC 8785, appendix B.
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"),
        (-9007199254740992, "-9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1.0000000000000001e23, "1.0000000000000001e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
        # Ours.
        (62.0, "62"),
        (-25.5, "-25.5"),
        (2**60, "1152921504606847000"),
        (1e-7, "1e-7"),
    ],
)
def test_numbers_are_written_as_javascript_prints_them(value, written):
    assert canonical_json(value) == written.encode()


def test_the_members_are_sorted_by_utf16_code_units():
    # The example of RFC 8785, 3.2.3: the emoji lies beyond the basic plane, and sorts before the last member.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical_json(value)).values()) == [2, 4, 6, 7, 1, 5, 3]


def test_texts_are_escaped_as_little_as_possible():
    assert canonical_json('€$\u000f\nA\'B"\\\\"/ 片区\u007f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/ 片区\x7f"'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="not a JSON number"):
        canonical_json(value)


def test_something_that_is_not_json_is_refused():
    with pytest.raises(TypeError):
        canonical_json({"at": object()})


def test_empty_and_nested_values_are_written_without_spaces():
    assert canonical_json({"b": [], "a": {}, "c": [{"d": None}, True, False, (1, "x")]}) == (
        b'{"a":{},"b":[],"c":[{"d":null},true,false,[1,"x"]]}'
    )


@given(JSON)
def test_what_is_written_reads_back_and_is_written_the_same_again(value):
    written = canonical_json(value)
    assert json.loads(written, parse_int=float) == value
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(TEXTS, JSON, max_size=5))
def test_the_order_of_the_members_does_not_matter(value):
    assert digest_of(dict(reversed(value.items()))) == digest_of(value)


def test_the_digest_is_the_sha256_of_what_is_written():
    assert digest_of({"b": 1, "a": "片"}) == hashlib.sha256('{"a":"片","b":1}'.encode()).digest()


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no JavaScript here to compare with")
def test_javascript_prints_the_same_numbers():
    numbers = [1.5 * 10.0**power for power in range(-30, 30)] + [0.1 + 0.2, 1 / 3, 2 / 3 * 1e21, 123456789.125]
    script = "console.log(JSON.stringify(JSON.parse(process.argv[1])))"
    printed = subprocess.run(
        ["node", "-e", script, json.dumps(numbers)], check=True, capture_output=True, text=True
    ).stdout
    assert canonical_json(numbers).decode() == printed.strip()
