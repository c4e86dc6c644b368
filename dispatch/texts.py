"""What a short line of text must look like before it is stored: names, codes, phone numbers, addresses."""

import unicodedata

from kernel.errors import INVALID


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
