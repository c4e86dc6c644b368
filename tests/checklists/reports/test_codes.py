import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.reports.codes import ALPHABET, LENGTH, code_from, plain_code, shown_code


@given(st.binary(min_size=10, max_size=32))
def test_a_code_survives_being_printed_and_typed(secret):
    code = code_from(secret)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert plain_code(shown_code(code)) == code
    assert plain_code(f" {code.lower()} ") == code


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_other_secrets_give_other_codes(one, other):
    assert (code_from(one) == code_from(other)) == (one == other)


@pytest.mark.parametrize(
    ("typed", "read"), [("OIL0-0000-0000-0000", "0110000000000000"), ("U" * 16, None), ("", None), ("A" * 15, None)]
)
def test_lookalikes_are_forgiven_and_nothing_else(typed, read):
    assert plain_code(typed) == read
