"""How an answer reads in a report."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any

from checklists.reports.words import text_of, word
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Item

CLOCK = "%Y-%m-%d %H:%M"


def local(moment: datetime, timezone: tzinfo) -> str:
    """Write an aware moment as a wall clock of the zone shows it."""
    return moment.astimezone(timezone).strftime(CLOCK)


def plain_number(value: float) -> str:
    """Write a number without a fraction that says nothing: 3.0 as 3."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def answer_text(item: Item, value: Any, locale: str, timezone: tzinfo) -> str:
    """Write a recorded value as a person reads it; an empty one as nothing."""
    if value is None or value in ("", []):
        return ""
    return _WRITE.get(item.type, _as_it_is)(item, value, locale, timezone)


def _as_it_is(_item: Item, value: Any, _locale: str, _timezone: tzinfo) -> str:
    return str(value)


def _choice(item: Item, value: Any, locale: str, _timezone: tzinfo) -> str:
    labels = {choice.value: text_of(choice.label, locale) for choice in item.choices}
    chosen = [value] if isinstance(value, str) else value
    return ("、" if locale != "en" else ", ").join(labels.get(one, one) for one in chosen)


def _number(item: Item, value: float, _locale: str, _timezone: tzinfo) -> str:
    return plain_number(value) + (f" {item.unit}" if item.unit else "")


def _moment(_item: Item, value: str, _locale: str, timezone: tzinfo) -> str:
    return local(datetime.fromisoformat(value), timezone)


def _point(_item: Item, value: Mapping[str, Any], _locale: str, _timezone: tzinfo) -> str:
    accuracy = f" ±{value['acc_m']:g} m" if value.get("acc_m") is not None else ""
    return f"{value['lat']:.5f}, {value['lon']:.5f}{accuracy}"


_WRITE: Mapping[AnswerType, Callable[[Item, Any, str, tzinfo], str]] = MappingProxyType(
    {
        AnswerType.YES_NO: lambda _i, value, locale, _t: word("yes" if value else "no", locale),
        AnswerType.PASS_FAIL: lambda _i, value, locale, _t: word(value, locale),
        AnswerType.SINGLE_CHOICE: _choice,
        AnswerType.MULTIPLE_CHOICE: _choice,
        AnswerType.NUMBER: _number,
        AnswerType.METER_READING: _number,
        AnswerType.DATE_TIME: _moment,
        AnswerType.PHOTO: lambda _i, value, locale, _t: word("photo_count", locale).format(n=len(value)),
        AnswerType.GEO_POINT: _point,
    }
)
