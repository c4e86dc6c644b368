"""The stored form of one item of a checklist, read with everything that is wrong in it."""

import math
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from checklists.templates.answer_types import NUMBERS, UNANSWERED, AnswerType
from checklists.templates.conditions import Condition, mistakes
from checklists.templates.steps import (
    Choice,
    ConflictPolicy,
    EvidenceRule,
    EvidenceWhen,
    FollowUp,
    Item,
    Step,
)
from kernel.errors import FieldProblem

LIMITS = {
    "items": 500,
    "choices": 50,
    "photos": 50,
    "label": 200,
    "help": 2000,
    "unit": 16,
    "choice": 64,
    "pictures": 10,
    "work_type": 48,
}
"""The most items of a version, choices of an item, photos of an answer, and characters of each text."""

LOCALES = ("zh-CN", "en")
PRIORITIES = ("emergency", "priority", "routine")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
CHOICES = frozenset({AnswerType.SINGLE_CHOICE, AnswerType.MULTIPLE_CHOICE})
JUDGED = CHOICES | NUMBERS | {AnswerType.YES_NO, AnswerType.PASS_FAIL}
"""The types whose answers may fail, so that something may follow from it."""
BOUNDS = ("lowest", "minimum", "warn_minimum", "warn_maximum", "maximum", "highest")
"""The bounds of a number, from below to above."""
_READ_ONLY = frozenset({"key", "type", "label", "help", "pictures", "visible_when"})
_COMMON = _READ_ONLY | {"required", "critical", "policy", "required_when"}
_OWN = {
    **dict.fromkeys(NUMBERS, frozenset({"unit", *BOUNDS})),
    AnswerType.YES_NO: frozenset({"expects"}),
    AnswerType.PHOTO: frozenset({"photos_min", "photos_max"}),
    **dict.fromkeys(CHOICES, frozenset({"choices"})),
}


def known_members(kind: AnswerType) -> frozenset[str]:
    """Return the members that an item of a type may have."""
    if kind is AnswerType.NOTE:
        return _READ_ONLY
    evidence = frozenset() if kind in (AnswerType.SIGNATURE, AnswerType.PHOTO) else frozenset({"evidence"})
    follow_up = frozenset({"follow_up"}) if kind in JUDGED else frozenset()
    return _COMMON | _OWN.get(kind, frozenset()) | evidence | follow_up


@dataclass
class ItemReader:
    """Reads on after a problem, so that the author learns of all of them at once."""

    problems: list[FieldProblem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    earlier: dict[str, AnswerType] = field(default_factory=dict)
    signatures: int = 0

    def problem(self, path: str, code: str, detail: str) -> None:
        """Note something that is wrong."""
        self.problems.append(FieldProblem(path, f"template.{code}", detail))

    def item(self, one: Any, step: Step, path: str) -> Item | None:
        """Read an item, or note what is wrong with it."""
        if not isinstance(one, dict):
            self.problem(path, "wrong_type", "an item is an object")
            return None
        before = len(self.problems)
        kind = self._kind(one, path)
        if kind is not None:
            self.unknown(one, known_members(kind), path)
        members = self._members(one, kind, path)
        if kind is AnswerType.SIGNATURE:
            self._signature(step, path)
        key = members["key"]
        if kind is not None and key and kind not in UNANSWERED:
            self.earlier[key] = kind
        return None if kind is None or len(self.problems) > before else Item(step=step, type=kind, **members)

    def _members(self, one: dict[str, Any], kind: AnswerType | None, path: str) -> dict[str, Any]:
        members: dict[str, Any] = {
            "key": self._key(one, path),
            "label": self._texts(one, "label", path, LIMITS["label"], wanted=True),
            "help": self._texts(one, "help", path, LIMITS["help"], wanted=False),
            "pictures": self._pictures(one, path),
            "visible_when": self._condition(one, "visible_when", path),
            "required_when": self._condition(one, "required_when", path),
            "required": self._flag(
                one, "required", path, default=kind is not AnswerType.NOTE and "required_when" not in one
            ),
            "critical": self._flag(one, "critical", path, default=False),
            "policy": self._policy(one, path),
            "evidence": self._evidence(one, path),
            "follow_up": self._follow_up(one, path),
        }
        if kind in CHOICES:
            members["choices"] = self._choices(one, path)
        elif kind in NUMBERS:
            members |= self._bounds(one, path)
        elif kind is AnswerType.YES_NO and one.get("expects", True) is not None:
            members["expects"] = self._flag(one, "expects", path, default=True)
        elif kind is AnswerType.YES_NO:
            members["expects"] = None
        elif kind is AnswerType.PHOTO:
            members |= self._photos(one, path)
        return members

    def _kind(self, one: dict[str, Any], path: str) -> AnswerType | None:
        given = one.get("type")
        if isinstance(given, str) and given in AnswerType._value2member_map_:
            return AnswerType(given)
        self.problem(f"{path}/type", "unknown_type", f"the type must be one of {', '.join(AnswerType)}")
        return None

    def _policy(self, one: dict[str, Any], path: str) -> ConflictPolicy:
        given = one.get("policy", ConflictPolicy.LATEST.value)
        if isinstance(given, str) and given in ConflictPolicy._value2member_map_:
            return ConflictPolicy(given)
        self.problem(f"{path}/policy", "unknown_policy", f"the policy must be one of {', '.join(ConflictPolicy)}")
        return ConflictPolicy.LATEST

    def _key(self, one: dict[str, Any], path: str) -> str:
        given = one.get("key")
        if not isinstance(given, str) or not _KEY.fullmatch(given):
            self.problem(f"{path}/key", "key_malformed", "a key is a-z, 0-9 and _, starts with a letter, at most 48")
            return ""
        if given in self.keys:
            self.problem(f"{path}/key", "duplicate_key", f"{given} is the key of an earlier item")
        self.keys.add(given)
        return given

    def _texts(self, one: dict[str, Any], name: str, path: str, longest: int, *, wanted: bool) -> dict[str, str]:
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

    def _flag(self, one: dict[str, Any], name: str, path: str, *, default: bool) -> bool:
        given = one.get(name, default)
        if not isinstance(given, bool):
            self.problem(f"{path}/{name}", "wrong_type", f"{name} is true or false")
        return bool(given)

    def _choices(self, one: dict[str, Any], path: str) -> tuple[Choice, ...]:
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
            label = self._texts(choice, "label", here, LIMITS["label"], wanted=True)
            found[value] = Choice(value, label, self._flag(choice, "fails", here, default=False))
        return tuple(found.values())

    def _bounds(self, one: dict[str, Any], path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in BOUNDS:
            given = one.get(name)
            if given is None:
                continue
            if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
                self.problem(f"{path}/{name}", "wrong_type", f"{name} is a number")
            else:
                found[name] = given
        for lower, upper in pairwise(found):
            if found[lower] > found[upper]:
                self.problem(f"{path}/{lower}", "bounds_backwards", f"{lower} lies above {upper}")
        unit = one.get("unit")
        if unit is not None and (not isinstance(unit, str) or not 0 < len(unit) <= LIMITS["unit"]):
            self.problem(f"{path}/unit", "text_unfit", f"a unit has 1 to {LIMITS['unit']} characters")
        return found | {"unit": unit}

    def _photos(self, one: dict[str, Any], path: str) -> dict[str, int]:
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

    def _signature(self, step: Step, path: str) -> None:
        self.signatures += 1
        if step is not Step.SIGN_OFF or self.signatures > 1:
            self.problem(f"{path}/type", "signature_misplaced", "there is one signature, in the step sign_off")

    def _pictures(self, one: dict[str, Any], path: str) -> tuple[str, ...]:
        given = one.get("pictures", [])
        if not isinstance(given, list) or len(given) > LIMITS["pictures"]:
            self.problem(f"{path}/pictures", "wrong_type", f"a list of at most {LIMITS['pictures']} pictures")
            return ()
        for index, picture in enumerate(given):
            if not isinstance(picture, str) or not _DIGEST.fullmatch(picture):
                self.problem(f"{path}/pictures/{index}", "picture_malformed", "a picture is named by its SHA-256")
        return tuple(given)

    def _condition(self, one: dict[str, Any], name: str, path: str) -> Condition | None:
        given = one.get(name)
        if given is None:
            return None
        found = mistakes(given, self.earlier)
        for mistake in found:
            self.problem(f"{path}/{name}{mistake.path}", "condition_wrong", mistake.detail)
        return None if found else Condition.of(given)

    def _evidence(self, one: dict[str, Any], path: str) -> EvidenceRule | None:
        given = one.get("evidence")
        if given is None:
            return None
        path = f"{path}/evidence"
        if not isinstance(given, dict):
            self.problem(path, "wrong_type", 'evidence is an object such as {"photos": 1, "when": "failed"}')
            return None
        self.unknown(given, {"photos", "when"}, path)
        photos, when = given.get("photos"), given.get("when", EvidenceWhen.ALWAYS.value)
        if isinstance(photos, bool) or not isinstance(photos, int) or not 1 <= photos <= LIMITS["photos"]:
            self.problem(f"{path}/photos", "wrong_type", f"a whole number from 1 to {LIMITS['photos']}")
            return None
        if when not in [one.value for one in EvidenceWhen]:
            self.problem(f"{path}/when", "wrong_type", f"one of {', '.join(EvidenceWhen)}")
            return None
        return EvidenceRule(photos, EvidenceWhen(when))

    def _follow_up(self, one: dict[str, Any], path: str) -> FollowUp | None:
        given = one.get("follow_up")
        if given is None:
            return None
        path = f"{path}/follow_up"
        code = given.get("work_type") if isinstance(given, dict) else None
        if not isinstance(code, str) or not 0 < len(code) <= LIMITS["work_type"]:
            self.problem(path, "wrong_type", 'a follow-up is an object such as {"work_type": "catv-fault"}')
            return None
        self.unknown(given, {"work_type", "priority"}, path)
        priority = given.get("priority")
        if priority is not None and priority not in PRIORITIES:
            self.problem(f"{path}/priority", "wrong_type", f"one of {', '.join(PRIORITIES)}")
        return FollowUp(code, priority)

    def unknown(self, given: dict[str, Any], known: set[str] | frozenset[str], path: str) -> None:
        """Note the members that do not belong there."""
        for name in given:
            if name not in known:
                self.problem(f"{path}/{_escape(str(name))}", "unknown_member", f"{name} does not belong here")


def _escape(name: str) -> str:
    """Write a member's name for a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
