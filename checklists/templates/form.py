"""The stored form of a checklist: a list of the five steps, read into items with everything that is wrong in it."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from checklists.templates.steps import AnswerType, Checklist, Choice, ConflictPolicy, Item, Step
from kernel.errors import FieldProblem

LIMITS = {"items": 500, "choices": 50, "photos": 50, "label": 200, "help": 2000, "unit": 16, "choice": 64}
"""The most items of a version, choices of an item, photos of an answer, and characters of each text."""

LOCALES = ("zh-CN", "en")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
_CHOICES = frozenset({AnswerType.SINGLE_CHOICE, AnswerType.MULTIPLE_CHOICE})
_COMMON = frozenset({"key", "type", "label", "help", "required", "critical", "policy"})
_OWN = {
    AnswerType.NUMBER: frozenset({"unit", "minimum", "maximum"}),
    AnswerType.YES_NO: frozenset({"expects"}),
    AnswerType.PHOTO: frozenset({"photos_min", "photos_max"}),
    **dict.fromkeys(_CHOICES, frozenset({"choices"})),
}


def parse_steps(document: Any) -> tuple[Checklist | None, tuple[FieldProblem, ...]]:
    """Read the stored form: `[{"step": "identity", "items": [{"key", "type", "label", …}]}, …]`.

    Returns the checklist, or None and every problem with its JSON pointer into the document.
    """
    reader = _Reader()
    items = list(reader.steps(document))
    return (None if reader.problems else Checklist.of(items)), tuple(reader.problems)


def read_published(document: list[Any]) -> Checklist:
    """Read a version that was checked when it was created."""
    checklist, problems = parse_steps(document)
    if checklist is None:
        raise ValueError(f"a stored template version cannot be read: {problems[0]}")
    return checklist


def write_steps(checklist: Checklist) -> list[dict[str, Any]]:
    """Write a checklist in its stored form; members at their default are left out."""
    return [
        {"step": step.value, "items": [_write_item(item) for item in checklist.items if item.step is step]}
        for step in Step
    ]


_DEFAULTS = {
    "required": True,
    "critical": False,
    "policy": ConflictPolicy.LATEST,
    "expects": True,
    "photos_min": 1,
    "photos_max": 10,
}


def _write_item(item: Item) -> dict[str, Any]:
    written: dict[str, Any] = {"key": item.key, "type": item.type.value, "label": dict(item.label)}
    if item.help:
        written["help"] = dict(item.help)
    if item.choices:
        written["choices"] = [
            {"value": choice.value, "label": dict(choice.label)} | ({"fails": True} if choice.fails else {})
            for choice in item.choices
        ]
    for name in ("unit", "minimum", "maximum"):
        if (value := getattr(item, name)) is not None:
            written[name] = value
    for name, default in _DEFAULTS.items():
        if (value := getattr(item, name)) != default:
            written[name] = value.value if isinstance(value, ConflictPolicy) else value
    return written


@dataclass
class _Reader:
    """Reads on after a problem, so that the author learns of all of them at once."""

    problems: list[FieldProblem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    signatures: int = 0

    def problem(self, path: str, code: str, detail: str) -> None:
        self.problems.append(FieldProblem(path, f"template.{code}", detail))

    def steps(self, document: Any) -> Iterator[Item]:
        names = (
            [one.get("step") if isinstance(one, dict) else None for one in document]
            if isinstance(document, list)
            else []
        )
        if names != [step.value for step in Step]:
            self.problem("", "step_order", f"the steps must be {', '.join(Step)}, in this order")
            return
        for index, step in enumerate(Step):
            path = f"/{index}"
            self.unknown(document[index], {"step", "items"}, path)
            items = document[index].get("items")
            if not isinstance(items, list) or not items:
                self.problem(f"{path}/items", "items_missing", "a step has at least one item")
                continue
            for at, one in enumerate(items):
                item = self.item(one, step, f"{path}/items/{at}")
                if item is not None:
                    yield item
        if len(self.keys) > LIMITS["items"]:
            self.problem("", "too_many", f"a version has at most {LIMITS['items']} items")

    def item(self, one: Any, step: Step, path: str) -> Item | None:
        if not isinstance(one, dict):
            self.problem(path, "wrong_type", "an item is an object")
            return None
        before = len(self.problems)
        kind = self.kind(one, path)
        if kind is not None:
            self.unknown(one, _COMMON | _OWN.get(kind, frozenset()), path)
        members: dict[str, Any] = {
            "key": self.key(one, path),
            "label": self.texts(one, "label", path, LIMITS["label"], wanted=True),
            "help": self.texts(one, "help", path, LIMITS["help"], wanted=False),
            "required": self.flag(one, "required", path, default=True),
            "critical": self.flag(one, "critical", path, default=False),
            "policy": self.policy(one, path),
        }
        if kind in _CHOICES:
            members["choices"] = self.choices(one, path)
        elif kind is AnswerType.NUMBER:
            members |= self.bounds(one, path)
        elif kind is AnswerType.YES_NO and one.get("expects", True) is not None:
            members["expects"] = self.flag(one, "expects", path, default=True)
        elif kind is AnswerType.YES_NO:
            members["expects"] = None
        elif kind is AnswerType.PHOTO:
            members |= self.photos(one, path)
        elif kind is AnswerType.SIGNATURE:
            self.signature(step, path)
        return None if kind is None or len(self.problems) > before else Item(step=step, type=kind, **members)

    def kind(self, one: dict[str, Any], path: str) -> AnswerType | None:
        given = one.get("type")
        if isinstance(given, str) and given in AnswerType._value2member_map_:
            return AnswerType(given)
        self.problem(f"{path}/type", "unknown_type", f"the type must be one of {', '.join(AnswerType)}")
        return None

    def policy(self, one: dict[str, Any], path: str) -> ConflictPolicy:
        given = one.get("policy", ConflictPolicy.LATEST.value)
        if isinstance(given, str) and given in ConflictPolicy._value2member_map_:
            return ConflictPolicy(given)
        self.problem(f"{path}/policy", "unknown_policy", f"the policy must be one of {', '.join(ConflictPolicy)}")
        return ConflictPolicy.LATEST

    def key(self, one: dict[str, Any], path: str) -> str:
        given = one.get("key")
        if not isinstance(given, str) or not _KEY.fullmatch(given):
            self.problem(f"{path}/key", "key_malformed", "a key is a-z, 0-9 and _, starts with a letter, at most 48")
            return ""
        if given in self.keys:
            self.problem(f"{path}/key", "duplicate_key", f"{given} is the key of an earlier item")
        self.keys.add(given)
        return given

    def texts(self, one: dict[str, Any], name: str, path: str, longest: int, *, wanted: bool) -> dict[str, str]:
        given = one.get(name)
        if given is None and not wanted:
            return {}
        path = f"{path}/{name}"
        if not isinstance(given, dict):
            self.problem(path, "label_missing", "texts are an object by locale, zh-CN at least")
            return {}
        self.unknown(given, set(LOCALES), path)
        if "zh-CN" not in given:
            self.problem(f"{path}/zh-CN", "label_missing", "the text in zh-CN is missing")
        for locale, text in given.items():
            if not isinstance(text, str) or not text.strip() or len(text) > longest or "\0" in text:
                self.problem(f"{path}/{locale}", "text_unfit", f"a text of 1 to {longest} characters")
        return given

    def flag(self, one: dict[str, Any], name: str, path: str, *, default: bool) -> bool:
        given = one.get(name, default)
        if not isinstance(given, bool):
            self.problem(f"{path}/{name}", "wrong_type", f"{name} is true or false")
        return bool(given)

    def choices(self, one: dict[str, Any], path: str) -> tuple[Choice, ...]:
        given = one.get("choices")
        path = f"{path}/choices"
        if not isinstance(given, list) or not 2 <= len(given) <= LIMITS["choices"]:
            self.problem(path, "choices_missing", f"between 2 and {LIMITS['choices']} choices")
            return ()
        found: dict[str, Choice] = {}
        for index, choice in enumerate(given):
            here = f"{path}/{index}"
            value = choice.get("value") if isinstance(choice, dict) else None
            if not isinstance(value, str) or not 0 < len(value) <= LIMITS["choice"] or "\0" in value:
                self.problem(here, "choice_malformed", f"a choice has a value of 1 to {LIMITS['choice']} characters")
                continue
            if value in found:
                self.problem(f"{here}/value", "duplicate_choice", f"{value} is an earlier choice")
            self.unknown(choice, {"value", "label", "fails"}, here)
            label = self.texts(choice, "label", here, LIMITS["label"], wanted=True)
            found[value] = Choice(value, label, self.flag(choice, "fails", here, default=False))
        return tuple(found.values())

    def bounds(self, one: dict[str, Any], path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in ("minimum", "maximum"):
            given = one.get(name)
            if given is None:
                continue
            if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
                self.problem(f"{path}/{name}", "wrong_type", f"{name} is a number")
            else:
                found[name] = given
        if len(found) == 2 and found["minimum"] > found["maximum"]:
            self.problem(f"{path}/minimum", "bounds_backwards", "the minimum lies above the maximum")
        unit = one.get("unit")
        if unit is not None and (not isinstance(unit, str) or not 0 < len(unit) <= LIMITS["unit"]):
            self.problem(f"{path}/unit", "text_unfit", f"a unit has 1 to {LIMITS['unit']} characters")
        return found | {"unit": unit}

    def photos(self, one: dict[str, Any], path: str) -> dict[str, int]:
        found = {}
        for name, default in (("photos_min", 1), ("photos_max", 10)):
            given = one.get(name, default)
            if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= LIMITS["photos"]:
                self.problem(f"{path}/{name}", "wrong_type", f"{name} is a whole number up to {LIMITS['photos']}")
            else:
                found[name] = given
        if len(found) == 2 and found["photos_min"] > found["photos_max"]:
            self.problem(f"{path}/photos_min", "bounds_backwards", "photos_min lies above photos_max")
        return found

    def signature(self, step: Step, path: str) -> None:
        self.signatures += 1
        if step is not Step.SIGN_OFF or self.signatures > 1:
            self.problem(f"{path}/type", "signature_misplaced", "there is one signature, in the step sign_off")

    def unknown(self, given: dict[str, Any], known: set[str] | frozenset[str], path: str) -> None:
        for name in given:
            if name not in known:
                self.problem(f"{path}/{_escape(str(name))}", "unknown_member", f"{name} does not belong here")


def _escape(name: str) -> str:
    """Write a member's name for a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
