"""What happens to the text of a table's cell before it is stored, and before it is written for a person to open."""

import re
import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r")
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


def defused(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; numbers, negative ones too, stay as they are."""
    return "'" + text if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def fused(text: str) -> str:
    """Take back what `defused` did."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
