"""Whether a value is an answer to its item, and whether it passes."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from checklists.runs import errors
from checklists.templates.answer_types import NUMBERS, AnswerType
from checklists.templates.steps import EvidenceWhen, Item

LONGEST_TEXT = 2000
LONGEST_CODE = 128
LONGEST_MEDIA_ID = 64
_GEO_MEMBERS = frozenset({"lat", "lon", "acc_m", "mock", "fix_at"})


class Verdict(IntEnum):
    """What an answer says about its item; a larger one is worse.

    EMPTY is no answer, or one that was taken back, or fewer photos than wanted.
    """

    PASSED = 0
    EMPTY = 1
    FAILED = 2


def check(item: Item, value: Any, media: tuple[str, ...] = (), unit: str | None = None) -> Any:
    """Return the value as it is recorded: as it was given, so that a phone can compute the same digest.

    None takes an answer back. A photo item whose value is left out takes the answer's `media`. A number outside its bounds is an
    answer, which fails; one that cannot be at all, or something that is no answer to this item, is refused. `unit` is what the
    number was measured in, where that is told.

    Raises:
        Invalid (checklist.wrong_type): with the path `/answers/<key>/value`, and in `wanted` what the item takes.
        Invalid (checklist.out_of_bounds): with that path, and the `lowest` and `highest` that can be.
        Invalid (checklist.wrong_unit): with the path `/answers/<key>/unit`, and in `wanted` the item's.
    """
    if unit is not None and unit != item.unit:
        raise errors.WRONG_UNIT(f"{item.key} is in {item.unit}", path=f"/answers/{item.key}/unit", wanted=item.unit)
    if value is None:
        if item.type is not AnswerType.PHOTO or not media:
            return None
        value = list(media)
    if _FITS[item.type](item, value):
        _check_possible(item, value)
        return value
    wanted = _WANTED[item.type]
    raise errors.WRONG_TYPE(f"{item.key} takes {wanted}", path=f"/answers/{item.key}/value", wanted=item.type.value)


def _check_possible(item: Item, value: Any) -> None:
    below = item.lowest is not None and value < item.lowest
    if below or (item.highest is not None and value > item.highest):
        raise errors.OUT_OF_BOUNDS(
            f"{item.key} lies between {item.lowest} and {item.highest}",
            path=f"/answers/{item.key}/value",
            lowest=item.lowest,
            highest=item.highest,
        )


def check_beside(note: str | None, media: tuple[str, ...]) -> None:
    """See that the note and the media ids that come with an answer can be kept.

    Raises:
        Invalid (checklist.wrong_type): at `/note` or `/media`.
    """
    if note is not None and not _is_text(note, LONGEST_TEXT):
        raise errors.WRONG_TYPE(f"a note has at most {LONGEST_TEXT} characters", path="/note")
    if not all(_is_text(one, LONGEST_MEDIA_ID) for one in media):
        raise errors.WRONG_TYPE(f"a media id has at most {LONGEST_MEDIA_ID} characters", path="/media")


def judge(item: Item, value: Any) -> Verdict:
    """Say whether a recorded value passes its item."""
    if value is None:
        return Verdict.EMPTY
    return Verdict.FAILED if (rule := _FAILS.get(item.type)) is not None and rule(item, value) else _full(item, value)


def _full(item: Item, value: Any) -> Verdict:
    if item.type is AnswerType.PHOTO:
        return Verdict.PASSED if len(value) >= item.photos_min else Verdict.EMPTY
    return Verdict.EMPTY if value in ("", []) else Verdict.PASSED


def badness(item: Item, value: Any) -> tuple[int, float]:
    """Return how bad a recorded value is, for `worst_wins`: failed, then empty, then passed.

    Among equals: a number further beyond its bounds (or nearer to one, within them), or a choice further down the list.
    """
    degree = _DEGREE.get(item.type)
    return judge(item, value), 0.0 if value is None or degree is None else degree(item, value)


def warns(item: Item, value: Any) -> bool:
    """Tell whether a recorded number passes, but lies in the band that its item warns of."""
    if item.type not in NUMBERS or value is None or judge(item, value) is not Verdict.PASSED:
        return False
    below = item.warn_minimum is not None and value < item.warn_minimum
    return below or (item.warn_maximum is not None and value > item.warn_maximum)


def photos_wanted(item: Item, value: Any) -> int:
    """Return how many photos must come with a recorded value as evidence."""
    rule = item.evidence
    if rule is None or value is None:
        return 0
    wanted = rule.when is EvidenceWhen.ALWAYS or judge(item, value) is Verdict.FAILED
    return rule.photos if wanted else 0


def _is_text(value: Any, longest: int) -> bool:
    # PostgreSQL cannot keep the character NUL.
    return isinstance(value, str) and len(value) <= longest and "\0" not in value


def _fits_number(_item: Item, value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) <= 1e15
    )


def _fits_multiple(item: Item, value: Any) -> bool:
    known = {choice.value for choice in item.choices}
    return (
        isinstance(value, list)
        and all(isinstance(one, str) and one in known for one in value)
        and len(set(value)) == len(value)
    )


def _fits_date_time(_item: Item, value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 40:
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _fits_photo(item: Item, value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(_is_text(one, LONGEST_MEDIA_ID) and one for one in value)
        and len(set(value)) == len(value) <= item.photos_max
    )


def _fits_barcode(_item: Item, value: Any) -> bool:
    return _is_text(value, LONGEST_CODE) and (not value or value.isprintable())


def _fits_geo_point(item: Item, value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= _GEO_MEMBERS
        and all(_fits_number(item, value.get(name)) for name in ("lat", "lon"))
        and abs(value["lat"]) <= 90
        and abs(value["lon"]) <= 180
        and (value.get("acc_m") is None or (_fits_number(item, value["acc_m"]) and value["acc_m"] >= 0))
        and value.get("mock") in (None, True, False)
        and (value.get("fix_at") is None or _fits_date_time(item, value["fix_at"]))
    )


_FITS: Mapping[AnswerType, Callable[[Item, Any], bool]] = MappingProxyType(
    {
        AnswerType.YES_NO: lambda _, value: isinstance(value, bool),
        AnswerType.PASS_FAIL: lambda _, value: isinstance(value, str) and value in ("pass", "fail"),
        AnswerType.SINGLE_CHOICE: lambda item, value: (
            isinstance(value, str) and any(choice.value == value for choice in item.choices)
        ),
        AnswerType.MULTIPLE_CHOICE: _fits_multiple,
        AnswerType.NUMBER: _fits_number,
        AnswerType.METER_READING: lambda item, value: _fits_number(item, value) and value >= 0,
        AnswerType.TEXT: lambda _, value: _is_text(value, LONGEST_TEXT),
        AnswerType.DATE_TIME: _fits_date_time,
        AnswerType.PHOTO: _fits_photo,
        AnswerType.BARCODE: _fits_barcode,
        AnswerType.GEO_POINT: _fits_geo_point,
    }
)

_WANTED: Mapping[AnswerType, str] = MappingProxyType(
    {
        AnswerType.YES_NO: "true or false",
        AnswerType.PASS_FAIL: "pass or fail",
        AnswerType.SINGLE_CHOICE: "one of its choices",
        AnswerType.MULTIPLE_CHOICE: "a list of its choices, each at most once",
        AnswerType.NUMBER: "a number",
        AnswerType.METER_READING: "a meter reading, a number that is not negative",
        AnswerType.TEXT: f"a text of at most {LONGEST_TEXT} characters",
        AnswerType.DATE_TIME: "a time with its zone, ISO 8601",
        AnswerType.PHOTO: "a list of media ids, each once, not more than its limit",
        AnswerType.BARCODE: f"a code of at most {LONGEST_CODE} printable characters",
        AnswerType.GEO_POINT: "an object with lat and lon in degrees, perhaps acc_m, mock and fix_at",
    }
)


def _number_fails(item: Item, value: float) -> bool:
    return (item.minimum is not None and value < item.minimum) or (item.maximum is not None and value > item.maximum)


def _number_degree(item: Item, value: float) -> float:
    beyond = []
    if item.minimum is not None:
        beyond.append(item.minimum - value)
    if item.maximum is not None:
        beyond.append(value - item.maximum)
    return max(beyond, default=0.0)


def _worst_choice(item: Item, value: str | list[str]) -> float:
    chosen = [value] if isinstance(value, str) else value
    return max((index for index, choice in enumerate(item.choices) if choice.value in chosen), default=-1)


def _choice_fails(item: Item, value: str | list[str]) -> bool:
    chosen = [value] if isinstance(value, str) else value
    return any(choice.fails and choice.value in chosen for choice in item.choices)


_FAILS: Mapping[AnswerType, Callable[[Item, Any], bool]] = MappingProxyType(
    {
        AnswerType.YES_NO: lambda item, value: item.expects is not None and value is not item.expects,
        AnswerType.PASS_FAIL: lambda _, value: value == "fail",
        AnswerType.SINGLE_CHOICE: _choice_fails,
        AnswerType.MULTIPLE_CHOICE: _choice_fails,
        AnswerType.NUMBER: _number_fails,
        AnswerType.METER_READING: _number_fails,
    }
)

_DEGREE: Mapping[AnswerType, Callable[[Item, Any], float]] = MappingProxyType(
    {
        AnswerType.NUMBER: _number_degree,
        AnswerType.METER_READING: _number_degree,
        AnswerType.SINGLE_CHOICE: _worst_choice,
        AnswerType.MULTIPLE_CHOICE: _worst_choice,
    }
)
