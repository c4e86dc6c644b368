"""Which passwords are too easy: by their length, and by how many guesses it takes to find them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from dispatch.accounts import errors

SHORTEST, LONGEST = 10, 200
WEIGHED = 64
"""Characters that are weighed: the estimate takes seconds for the longest ones, and what is long by then is good enough."""

_OF_PATTERN: Mapping[str, str] = {
    "repeat": "repeats",
    "sequence": "sequence",
    "spatial": "keyboard_row",
    "date": "date",
    "regex": "date",
}
_OF_DICTIONARY: Mapping[str, str] = {"passwords": "common_password", "user_inputs": "about_you"}


def spelt(password: str) -> str:
    """Return a password as it is weighed and hashed: however it was typed, the same characters are the same password."""
    # A half of a character cannot be encoded at all.
    return unicodedata.normalize("NFKC", password).encode(errors="replace").decode()


def check_strength(password: str, about: Iterable[str | None], *, least_score: int) -> None:
    """Refuse a password that is too easy. `about` are the login first, then whatever else is known of the person.

    Raises Invalid, each with the path `/password`:
        accounts.password_weak: too short, too long, or the login.
        accounts.password_guessable: zxcvbn's `score` (0 to 4) is too low; `reasons` says what makes it easy.
    """
    login, *others = about
    if not SHORTEST <= len(password) <= LONGEST:
        raise errors.PASSWORD_WEAK(f"must have {SHORTEST} to {LONGEST} characters", path="/password")
    if spelt(password).casefold() == (login or "").casefold():
        raise errors.PASSWORD_WEAK("must not be the login", path="/password")
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its lists of words weigh 12 MiB

    found = zxcvbn(spelt(password)[:WEIGHED], user_inputs=_words(login, *others))
    if found["score"] < least_score:
        raise errors.PASSWORD_GUESSABLE(
            path="/password", score=found["score"], least_score=least_score, reasons=reasons(found["sequence"])
        )


def _words(*about: str | None) -> list[str]:
    """Return what a guesser would try first of this person, whole and in its parts."""
    words = ["fieldbeat"]
    for text in filter(None, about):
        parts = re.split(r"[\W_]+", text)
        words += [text, "".join(parts), *(part for part in parts if len(part) > 2)]
    return words


def reasons(sequence: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what makes a password easy, as stable words, by the parts that it was taken to consist of."""
    found = set()
    for part in sequence:
        if part["pattern"] == "dictionary":
            found.add(_OF_DICTIONARY.get(part["dictionary_name"], "common_word"))
        elif part["pattern"] in _OF_PATTERN:
            found.add(_OF_PATTERN[part["pattern"]])
    return sorted(found) or ["short"]
