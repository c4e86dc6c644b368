"""Which items of a checklist a phone shows and asks for, given the answers so far: JSON Logic, as the phone evaluates it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bench.simulator.answering import UNANSWERED, Question, fails


@dataclass(frozen=True)
class Asked:
    """A question that is shown, and whether it must be answered."""

    question: Question
    needed: bool


def asked(template: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Asked]:
    """Go through the items that are shown and answered, in their order; a condition sees only what is shown before it."""
    seen: dict[str, Any] = {}
    failed: list[str] = []
    data = {"answers": seen, "failed": failed}
    for step in template["steps"]:
        for item in step["items"]:
            key = item["key"]
            if "visible_when" in item and not _true(evaluate(item["visible_when"], data)):
                continue
            if item["type"] in UNANSWERED:
                continue
            needed = item.get("required", "required_when" not in item)
            if not needed and "required_when" in item:
                needed = _true(evaluate(item["required_when"], data))
            yield Asked(Question(step["step"], item), needed)
            if (value := values.get(key)) is not None:
                seen[key] = value
                if fails(item, value):
                    failed.append(key)


def shown_keys(template: Mapping[str, Any], values: Mapping[str, Any]) -> set[str]:
    """Return the keys of the items that are shown and answered."""
    return {one.question.key for one in asked(template, values)}


def evaluate(part: Any, data: Mapping[str, Any]) -> Any:
    """Evaluate an expression as JavaScript would."""
    if isinstance(part, list):
        return [evaluate(one, data) for one in part]
    if not isinstance(part, dict):
        return part
    ((operator, given),) = part.items()
    arguments = given if isinstance(given, list) else [given]
    if operator == "var":
        return _variable(data, *arguments)
    if operator in ("and", "or"):
        return _first_that(operator == "or", arguments, data)
    if operator == "if":
        return _branch(arguments, data)
    return _plain(operator, [evaluate(one, data) for one in arguments])


def _variable(data: Mapping[str, Any], name: str, default: Any = None) -> Any:
    found: Any = data
    for one in name.split("."):
        found = found.get(one) if isinstance(found, Mapping) else None
    return default if found is None else found


def _first_that(truth: bool, arguments: list[Any], data: Mapping[str, Any]) -> Any:
    found = None
    for one in arguments:
        found = evaluate(one, data)
        if _true(found) is truth:
            break
    return found


def _branch(arguments: list[Any], data: Mapping[str, Any]) -> Any:
    for condition, result in zip(arguments[0:-1:2], arguments[1::2], strict=False):
        if _true(evaluate(condition, data)):
            return evaluate(result, data)
    return evaluate(arguments[-1], data)


def _plain(operator: str, values: list[Any]) -> bool:
    if operator in ("===", "!=="):
        return _same(*values) is (operator == "===")
    if operator == "in":
        return values[1] is not None and values[0] in values[1]
    if operator in ("!", "!!"):
        return _true(values[0]) is (operator == "!!")
    return all({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator] for a, b in pairwise(values))


def _same(one: Any, other: Any) -> bool:
    """Compare strictly: true is no 1, and two lists are two things."""
    if isinstance(one, list) or isinstance(other, list):
        return False
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _true(value: Any) -> bool:
    return bool(value)
