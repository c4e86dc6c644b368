import secrets
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.accounts.keys.token import PATTERN, is_meant, read, write

KEY = write(bytes(range(32)), bytes(range(100, 132)))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_and_known_at_sight(name, secret):
    made = write(name, secret)
    assert read(made.text) == made
    assert PATTERN.fullmatch(made.text)
    assert is_meant(made.text)


def test_how_a_key_looks_stays_as_it_is():
    """Programs that look for leaked secrets know it by this."""
    assert KEY.text == "fb_0001iyt0xlwr_nO287Qeh4UqV9VbO5CXqtxaW02kfTZJUpBcRh1fRbeb3pNBBG"
    assert KEY.handle == "0001iyt0xlwr"


def test_every_bit_of_the_secret_is_in_it():
    none, all_of_it = bytes(32), b"\xff" * 32
    assert write(none, none).text[16:59] == "0" * 43
    assert len({write(none, bytes([bit]) + all_of_it[1:]).text for bit in range(256)}) == 256


def test_a_slip_of_the_pen_is_noticed_without_looking_anything_up():
    chosen = secrets.SystemRandom()
    for at in range(3, len(KEY.text)):
        other = chosen.choice([one for one in digits + ascii_letters if one != KEY.text[at]])
        assert read(KEY.text[:at] + other + KEY.text[at + 1 :]) is None, at


@pytest.mark.parametrize(
    "text", ["", "fb_", KEY.text[:-1], KEY.text + "0", KEY.text.replace("fb_", "fba_"), f" {KEY.text}", KEY.text + "\n"]
)
def test_what_is_not_whole_is_no_key(text):
    assert read(text) is None


def test_tokens_of_sessions_are_not_meant():
    assert not is_meant("fba_x")
    assert not is_meant("fbr_x")
