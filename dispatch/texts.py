"""What a short line of text must look like before it is stored: names, codes, phone numbers, addresses."""

import re
import unicodedata

from kernel.errors import INVALID

HIDDEN = "…"
"""Stands for what lists leave out of a telephone number or an e-mail address; no whole one has it."""


def line(text: str, *, longest: int, path: str) -> str:
    """Return a text without the blanks around it.

    Raises:
        Invalid (invalid), with `path`: nothing is left, more than `longest` characters are, or it is not a single line.
    """
    stripped = text.strip()
    if not stripped:
        raise INVALID("must not be empty", path=path)
    return _checked(stripped, longest, path)


def optional_line(text: str | None, *, longest: int, path: str) -> str | None:
    """Return a text without the blanks around it, or None when nothing is left. Raises what `line` raises."""
    stripped = (text or "").strip()
    return _checked(stripped, longest, path) if stripped else None


def _checked(text: str, longest: int, path: str) -> str:
    if len(text) > longest:
        raise INVALID(f"must have at most {longest} characters", path=path)
    # Cc: control characters, which no name has and PostgreSQL's text cannot hold (NUL); Cs: halves of characters.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise INVALID("must be a single line without control characters", path=path)
    return text


def optional_phone(text: str | None, *, longest: int, path: str) -> str | None:
    """Return what `optional_line` does. Raises Invalid (invalid), too, for a number as lists show it: its end only."""
    if HIDDEN in (text or ""):
        raise INVALID("must be the whole number; lists show the end of it", path=path)
    return optional_line(text, longest=longest, path=path)


def plain_phone(text: str | None) -> str | None:
    """Return a telephone number without the signs that people put between its digits, and without China's own prefix.

    What lists show of one is none.
    """
    if HIDDEN in (text or ""):
        return None
    digits = re.sub(r"[^\d+]", "", text or "")
    return re.sub(r"^(\+|00)86(?=\d{6,})", "", digits) or None


def number_of(text: str) -> str | None:
    """Return the telephone number in a text as it is compared; None: it has no digit."""
    number = plain_phone(text)
    return number if number and number != "+" else None


def end_of_number(text: str) -> str | None:
    """Return the last four digits of a telephone number, by which people name it; None: it is too short for that."""
    number = number_of(text)
    return number[-4:] if number is not None and (len(number) >= 7 or len(number) == 4) else None
