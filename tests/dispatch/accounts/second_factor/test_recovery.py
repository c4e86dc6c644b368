import re
from uuid import UUID

import pytest

from dispatch.accounts.second_factor import codes, recovery

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_codes_are_all_different_and_easy_to_read():
    made = recovery.new_codes()
    assert len(set(made)) == recovery.COUNT == 10
    for code in made:
        assert re.fullmatch("[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}", code), code
        assert not codes.is_of_app(codes.spelt(code))


@pytest.mark.parametrize(
    "typed", ["7k2m-x0qd-9f1v-1hbn", "7K2M X0QD 9F1V 1HBN", "7k2mxoqd9flvihbn", " ７k2m-x0qd-9f1v-1hbn "]
)
def test_however_it_was_typed_it_is_the_same_code(typed):
    assert recovery.digest(ONE, typed) == recovery.digest(ONE, "7k2m-x0qd-9f1v-1hbn")


def test_what_is_kept_is_of_one_person():
    assert recovery.digest(ONE, "7k2m-x0qd-9f1v-1hbn") != recovery.digest(OTHER, "7k2m-x0qd-9f1v-1hbn")
    assert len(recovery.digest(ONE, "half a character: \ud800")) == 32
