"""What happens to the text of a table's cell before it is stored, and before it is written for a person to open."""

import re
import unicodedata

FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet may take for a formula: blanks, and then one of these, of full width too (OWASP)."""
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?")


def cut(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, the last of them … if it was longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def one_line(text: str, longest: int) -> str | None:
    """Return a text as one line without control characters, cut to a length; None when nothing is left."""
    return cut(" ".join(_clean(text).split()), longest) or None


def paragraph(text: str, longest: int) -> str | None:
    """Return a text with its line ends but without other control characters, cut to a length; None when nothing is left."""
    return cut("\n".join(_clean(line).strip() for line in text.splitlines()).strip(), longest) or None


def _clean(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)


def has_foreign_bytes(text: str) -> bool:
    """Tell whether there are lone surrogates: bytes that were not of the file's encoding."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def risky(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula, with or without apostrophes before it; a plain number is none.

    The apostrophes do not count, so that a text that came with one gains a second, and taking one off leaves what it was.
    """
    bare = text.lstrip("'")
    return FORMULA.match(bare) is not None and not NUMBER.fullmatch(bare)


def defused(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; numbers, negative ones too, stay as they are."""
    return "'" + text if risky(text) else text


def fused(text: str) -> str:
    """Take back what `defused` did. Call it before blanks are cut off: they are part of what was defused."""
    return text[1:] if text.startswith("'") and risky(text[1:]) else text
