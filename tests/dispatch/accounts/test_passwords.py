import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from dispatch.accounts.passwords import HashedAhead, Passwords
from tests.factories import CHEAP


def test_a_password_matches_its_own_hash_and_no_other():
    stored = CHEAP.hash("correct horse 42")
    assert CHEAP.matches("correct horse 42", stored)
    assert not CHEAP.matches("correct horse 43", stored)
    assert not CHEAP.matches("", stored)


def test_the_same_password_is_stored_differently_each_time():
    assert CHEAP.hash("correct horse 42") != CHEAP.hash("correct horse 42")


def test_the_standard_is_the_second_recommendation_of_rfc_9106():
    used = extract_parameters(Passwords().hash("correct horse 42"))
    assert (used.type, used.memory_cost, used.time_cost, used.parallelism) == (Type.ID, 65536, 3, 4)


@pytest.mark.parametrize("memory_kib", [64, 128])
def test_without_a_stored_password_the_same_work_is_done_for_nothing(memory_kib):
    passwords = Passwords(memory_kib)
    assert extract_parameters(passwords.unknown) == extract_parameters(passwords.hash("correct horse 42"))
    assert not passwords.matches("correct horse 42", None)


def test_a_stored_text_that_is_no_hash_matches_nothing():
    assert not CHEAP.matches("correct horse 42", "correct horse 42")


def test_other_parameters_make_a_hash_outdated_but_still_good():
    stored = CHEAP.hash("correct horse 42")
    stronger = Passwords(128)
    assert not CHEAP.is_outdated(stored)
    assert stronger.is_outdated(stored)
    assert stronger.matches("correct horse 42", stored)


def test_a_password_may_be_typed_in_another_normal_form():
    assert CHEAP.matches("pa\u0301ssword12", CHEAP.hash("p\u00e1ssword12"))
    assert not CHEAP.matches("half \ud800 password", CHEAP.hash("correct horse 42"))


def test_a_password_hashed_ahead_is_that_password_and_no_other():
    once = HashedAhead.of(Passwords(64), "correct horse 42")
    assert once.hash("whatever") == once.hash("correct horse 42")
    assert once.matches("correct horse 42", once.hash("whatever"))
    assert not once.matches("whatever", once.hash("whatever"))
