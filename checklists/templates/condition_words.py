"""A condition as a sentence that people read: labels for variables, signs and words of their language for operators."""

from collections.abc import Mapping
from typing import Any

from checklists.templates.conditions import ANSWERS, FAILED

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh-CN": {
        "and": " 且 ",
        "or": " 或 ",
        "!": "非",
        "in": "含",
        "failed": "不合格",
        "if": "如果",
        "true": "是",
        "false": "否",
    },
    "en": {
        "and": " and ",
        "or": " or ",
        "!": "not ",
        "in": " contains ",
        "failed": " failed",
        "if": "if ",
        "true": "yes",
        "false": "no",
    },
}
SIGNS = {"===": " = ", "!==": " ≠ ", "<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ "}


def sentence(part: Any, labels: Mapping[str, str], language: str) -> str:
    """Write an expression in `zh-CN` or `en`; `labels` are those of the items by their keys."""
    words = WORDS[language]
    if isinstance(part, list):
        return "[" + ", ".join(sentence(one, labels, language) for one in part) + "]"
    if not isinstance(part, dict):
        return _literal(part, words)
    ((operator, given),) = part.items()
    arguments = given if isinstance(given, list) else [given]
    if operator == "var":
        return _name(str(arguments[0]), labels)
    said = [sentence(one, labels, language) for one in arguments]
    if operator in SIGNS:
        return SIGNS[operator].join(said)
    if operator in ("and", "or"):
        return "(" + words[operator].join(said) + ")" if len(said) > 1 else said[0]
    if operator == "in":
        return _within(arguments, said, labels, words)
    if operator == "!!":
        return said[0]
    if operator == "!":
        return f"{words['!']}({said[0]})"
    return f"{words['if']}({'; '.join(said)})"


def _within(arguments: list[Any], said: list[str], labels: Mapping[str, str], words: Mapping[str, str]) -> str:
    if arguments[1] == {"var": FAILED}:
        key = arguments[0]
        return f"「{labels.get(key, key)}」{words['failed']}" if isinstance(key, str) else f"{said[0]}{words['failed']}"
    return f"{said[1]}{words['in']}{said[0]}"


def _name(name: str, labels: Mapping[str, str]) -> str:
    key = name.removeprefix(ANSWERS)
    return f"「{labels.get(key, key)}」"


def _literal(value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return words["true" if value else "false"]
    return "–" if value is None else str(value)
