"""Puts a notice into a language: its text with all values in their places."""

from collections.abc import Mapping
from datetime import datetime
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.notifications.catalogue import CATALOGUE, Catalogue, Text
from dispatch.notifications.notice import Term

LONGEST_TITLE, LONGEST_BODY = 200, 2000


def places_in(text: Text) -> frozenset[str]:
    """Return the names of the values that a text has places for."""
    parts = (*Formatter().parse(text.title), *Formatter().parse(text.body))
    return frozenset(name for _, name, _, _ in parts if name is not None)


def word(
    template: str, language: str, values: Mapping[str, Any], timezone: str | None, catalogue: Catalogue = CATALOGUE
) -> Text:
    """Put a text into a language. Moments are shown in this zone (IANA), or in UTC where there is none.

    Raises KeyError: there is no such text or term, or one of its values is missing; whoever tells is mistaken.
    """
    if template not in catalogue.texts:
        raise KeyError(f"there is no text {template!r} for a notice; add it to dispatch/notifications/texts")
    text = catalogue.texts[template][language]
    shown = {name: show(value, language, timezone, catalogue) for name, value in values.items()}
    return Text(
        _cut(text.title.format_map(shown), LONGEST_TITLE),
        _cut(text.body.format_map(shown), LONGEST_BODY),
    )


def show(value: Any, language: str, timezone: str | None, catalogue: Catalogue = CATALOGUE) -> str:
    """Write one value for a reader of this language, in this zone."""
    if isinstance(value, Term):
        return catalogue.terms[value.key][language]
    if isinstance(value, datetime):
        if timezone is None:
            return f"{value:%Y-%m-%d %H:%M} UTC"
        return f"{value.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
    return str(value)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
