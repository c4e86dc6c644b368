"""A password that somebody would guess is refused, with what makes it easy."""

import time

import pytest

from dispatch.accounts.strength import check_strength, reasons
from kernel.errors import DomainError

WANG = ("wang.fang1", "王芳", "139 0000 1234")


def refusal(password, about=WANG, least_score=2):
    with pytest.raises(DomainError) as refused:
        check_strength(password, about, least_score=least_score)
    assert [problem.path for problem in refused.value.fields] == ["/password"]
    return refused.value


@pytest.mark.parametrize("password", ["ten chars!", "一二三四五六七八九十", "correct horse 42", "kW3 vq-8Zr!" * 18])
def test_ten_to_two_hundred_characters_that_are_hard_to_guess_will_do(password):
    check_strength(password, WANG, least_score=2)


@pytest.mark.parametrize("password", ["", "nine char", "x" * 201, "wang.fang1", "WANG.FANG1"])
def test_a_password_that_is_short_endless_or_the_login_is_refused(password):
    assert refusal(password).code == "accounts.password_weak"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("password123", "common_password"),
        ("1234567890", "common_password"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abcdefghijkl", "sequence"),
        ("13900001234a", "about_you"),
        ("wang.fang1999", "about_you"),
        ("fieldbeat11", "about_you"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_with_what_makes_it_easy(password, why):
    refused = refusal(password)
    assert refused.code == "accounts.password_guessable"
    assert why in refused.extra["reasons"]
    assert refused.extra["score"] < refused.extra["least_score"] == 2


def test_how_hard_is_for_the_installation_to_say():
    check_strength("password123", WANG, least_score=0)
    assert refusal("woaini1314x", least_score=4).code == "accounts.password_guessable"


def test_no_password_keeps_the_server_busy():
    began = time.process_time()
    for password in ("a1" * 100, "1/1/1999" * 25, "p@ssw0rd" * 25):
        try:
            check_strength(password, WANG, least_score=2)
        except DomainError as refused:
            assert refused.extra["score"] < 2  # noqa: PT017 - refused or not, it must be quick
    assert time.process_time() - began < 1


def test_reasons_are_words_of_ours_whatever_the_estimate_found():
    assert reasons([{"pattern": "bruteforce"}]) == ["short"]
    assert reasons([{"pattern": "spatial"}]) == ["keyboard_row"]
    assert reasons([{"pattern": "dictionary", "dictionary_name": "surnames"}, {"pattern": "regex"}]) == [
        "common_word",
        "date",
    ]
