"""The part of XPath that can be read as a condition: comparisons of answers with plain values, `selected`, `and`, `or`, `not`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from checklists.templates.answer_types import NUMBERS, AnswerType
from checklists.templates.xlsform.xpath import NO, YES

_TOKEN = re.compile(
    r"\s*(?:(?P<node>\$\{\s*[A-Za-z_][\w.-]*\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<word>[a-z-]+))"
)
LONGEST = 4000
DEEPEST = 30
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class UnreadableError(Exception):
    """This is beyond the part of XPath that is read."""


def read_xpath(text: str, types: Mapping[str, AnswerType], values: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Read an expression over earlier items of these types; `values` are those of choices by item and name.

    Raises UnreadableError.
    """
    if len(text) > LONGEST:
        raise UnreadableError
    reader = _Reader(_tokens(text), types, values)
    found = reader.either(0)
    if reader.at < len(reader.tokens) or not isinstance(found, dict):
        raise UnreadableError
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise UnreadableError
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Reader:
    def __init__(
        self, tokens: list[tuple[str, str]], types: Mapping[str, AnswerType], values: Mapping[tuple[str, str], str]
    ) -> None:
        self.tokens, self.types, self.values, self.at = tokens, types, values, 0

    def either(self, depth: int) -> Any:
        return self._joined("or", self.both, depth)

    def both(self, depth: int) -> Any:
        return self._joined("and", self.comparison, depth)

    def _joined(self, word: str, part: Callable[[int], Any], depth: int) -> Any:
        if depth > DEEPEST:
            raise UnreadableError
        found = [part(depth)]
        while self._take("word", word):
            found.append(part(depth))
        return found[0] if len(found) == 1 else {word: found}

    def comparison(self, depth: int) -> Any:
        left = self.operand(depth)
        kind, sign = self._peek()
        if kind != "sign" or sign in ("(", ")", ","):
            return left
        self.at += 1
        return self._compared(left, sign, self.operand(depth))

    def operand(self, depth: int) -> Any:
        kind, said = self._peek()
        self.at += 1
        if kind == "node":
            return {"var": f"answers.{self._known(said)}"}
        if kind == "text":
            return said[1:-1]
        if kind == "number":
            return float(said) if "." in said else int(said)
        if (kind, said) == ("sign", "("):
            found = self.either(depth + 1)
            self._demand(")")
            return found
        if kind == "word":
            return self._called(said, depth)
        raise UnreadableError

    def _called(self, name: str, depth: int) -> Any:
        self._demand("(")
        if name in ("true", "false"):
            self._demand(")")
            return {"!!": [name == "true"]}
        if name == "not":
            found = {"!": [self.either(depth + 1)]}
        elif name == "selected":
            found = self._selected(depth)
        elif name == "coalesce":
            found = self._coalesced(depth)
        else:
            raise UnreadableError
        self._demand(")")
        return found

    def _selected(self, depth: int) -> Any:
        node = self.operand(depth)
        self._demand(",")
        name = self.operand(depth)
        key = _key(node)
        if key is None or not isinstance(name, str):
            raise UnreadableError
        value = self.values.get((key, name), name)
        multiple = self.types[key] is AnswerType.MULTIPLE_CHOICE
        return {"in": [value, node]} if multiple else {"===": [node, value]}

    def _coalesced(self, depth: int) -> Any:
        node = self.operand(depth)
        self._demand(",")
        default = self.operand(depth)
        key = _key(node)
        if key is None or self.types[key] not in NUMBERS or not _number(default):
            raise UnreadableError
        return {"var": [f"answers.{key}", default]}

    def _compared(self, left: Any, sign: str, right: Any) -> Any:
        if _key(left) is None and _key(right) is not None:
            left, sign, right = right, _MIRRORED.get(sign, sign), left
        key = _key(left)
        if key is None:
            raise UnreadableError
        if sign in ("=", "!="):
            return {"===" if sign == "=" else "!==": [left, self._literal(key, right)]}
        if self.types[key] not in NUMBERS or not _number(right):
            raise UnreadableError
        if not isinstance(left["var"], list):  # what is empty is neither larger nor smaller
            beyond = {"<": 0, ">": 0, "<=": 1, ">=": -1}[sign]
            left = {"var": [left["var"], right + beyond]}
        return {sign: [left, right]}

    def _literal(self, key: str, value: Any) -> Any:
        if value == "":
            return None
        kind = self.types[key]
        if kind is AnswerType.YES_NO and value in (YES, NO):
            return value == YES
        if kind is AnswerType.MULTIPLE_CHOICE or isinstance(value, dict):
            raise UnreadableError
        return self.values.get((key, value), value) if isinstance(value, str) else value

    def _known(self, node: str) -> str:
        key = node[2:-1].strip()
        if key not in self.types:
            raise UnreadableError
        return key

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, kind: str, said: str) -> bool:
        if self._peek() != (kind, said):
            return False
        self.at += 1
        return True

    def _demand(self, sign: str) -> None:
        if not self._take("sign", sign):
            raise UnreadableError


def _key(part: Any) -> str | None:
    if not isinstance(part, dict) or "var" not in part:
        return None
    given = part["var"]
    return str(given[0] if isinstance(given, list) else given).removeprefix("answers.")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
