"""Conditions as XPath, in which XLSForm writes `relevant` and `required`."""

from collections.abc import Mapping
from typing import Any

from checklists.templates.answer_types import NUMBERS, AnswerType
from checklists.templates.conditions import ANSWERS, COMPARISONS, FAILED
from checklists.templates.steps import Item

YES, NO = "yes", "no"
Names = Mapping[tuple[str, str], str]
"""The names of choices in the sheet, by item and value, where they differ."""


class UnsaidError(Exception):
    """XPath has no words for this."""


class Speaker:
    """Writes conditions over these items."""

    def __init__(self, items: Mapping[str, Item], names: Names) -> None:
        self._items = items
        self._names = names

    def condition(self, part: Any) -> str:
        """Write an expression whose truth is asked. Raises UnsaidError."""
        if not isinstance(part, dict):
            return "true()" if part else "false()"
        operator, arguments = _opened(part)
        if operator == "var":
            return self._truth(arguments)
        if operator in ("!", "!!"):
            inner = self.condition(arguments[0])
            return f"not({inner})" if operator == "!" else inner
        if operator in ("and", "or"):
            return "(" + f" {operator} ".join(self.condition(one) for one in arguments) + ")"
        if operator == "if":
            return self._branch(arguments)
        if operator == "in":
            return self._within(*arguments)
        if operator not in COMPARISONS and operator not in ("===", "!=="):
            raise UnsaidError
        said = [self._value(one, arguments) for one in arguments]
        sign = {"===": "=", "!==": "!="}.get(operator, operator)
        if operator in COMPARISONS and len(said) > 2:
            return f"({said[0]} {sign} {said[1]} and {said[1]} {sign} {said[2]})"
        return f" {sign} ".join(said)

    def _branch(self, arguments: list[Any]) -> str:
        pairs = [self.condition(one) for one in arguments]
        last = pairs.pop()
        while pairs:
            result, asked = pairs.pop(), pairs.pop()
            last = f"if({asked}, {result}, {last})"
        return last

    def _truth(self, arguments: list[Any]) -> str:
        item = self._item(arguments[0])
        if item.type is AnswerType.YES_NO and len(arguments) == 1:
            return f"${{{item.key}}} = '{YES}'"
        if item.type in NUMBERS:
            default = arguments[1] if len(arguments) > 1 else 0
            return f"coalesce(${{{item.key}}}, {_plain(default)}) != 0"
        if len(arguments) > 1:
            raise UnsaidError
        return f"${{{item.key}}} != ''"

    def _value(self, part: Any, beside: list[Any]) -> str:
        if isinstance(part, dict):
            operator, arguments = _opened(part)
            if operator != "var":
                raise UnsaidError
            item = self._item(arguments[0])
            if item.type is AnswerType.MULTIPLE_CHOICE or (len(arguments) > 1 and item.type not in NUMBERS):
                raise UnsaidError
            return f"coalesce(${{{item.key}}}, {_plain(arguments[1])})" if len(arguments) > 1 else f"${{{item.key}}}"
        if isinstance(part, bool):
            if not any(self._is_yes_no(one) for one in beside):
                raise UnsaidError
            return f"'{YES if part else NO}'"
        owner = next((self._item(_opened(one)[1][0]) for one in beside if isinstance(one, dict)), None)
        return self._choice(owner, part)

    def _choice(self, owner: Item | None, value: Any) -> str:
        if isinstance(value, str) and owner is not None:
            value = self._names.get((owner.key, value), value)
        return _plain(value)

    def _is_yes_no(self, part: Any) -> bool:
        if not isinstance(part, dict) or "var" not in part:
            return False
        return self._item(_opened(part)[1][0]).type is AnswerType.YES_NO

    def _within(self, what: Any, where: Any) -> str:
        if where == {"var": FAILED} and isinstance(what, str):
            return self.failing(self._items[what]) if what in self._items else "false()"
        if isinstance(where, list) and isinstance(what, dict):
            said = [f"{self._value(what, [what])} = {self._value(one, [what])}" for one in where]
            return f"({' or '.join(said)})" if said else "false()"
        if isinstance(where, dict) and isinstance(what, str):
            operator, arguments = _opened(where)
            item = self._item(arguments[0]) if operator == "var" and len(arguments) == 1 else None
            if item is not None and item.type is AnswerType.MULTIPLE_CHOICE:
                return f"selected(${{{item.key}}}, {self._choice(item, what)})"
        raise UnsaidError

    def failing(self, item: Item) -> str:
        """Write that an item failed."""
        node = f"${{{item.key}}}"
        if item.type is AnswerType.YES_NO:
            return "false()" if item.expects is None else f"{node} = '{NO if item.expects else YES}'"
        if item.type is AnswerType.PASS_FAIL:
            return f"{node} = 'fail'"
        if item.type in NUMBERS:
            bounds = ((item.minimum, "<"), (item.maximum, ">"))
            said = [f"{node} {sign} {_plain(bound)}" for bound, sign in bounds if bound is not None]
            return f"({node} != '' and ({' or '.join(said)}))" if said else "false()"
        bad = [self._choice(item, choice.value) for choice in item.choices if choice.fails]
        if item.type is AnswerType.MULTIPLE_CHOICE:
            said = [f"selected({node}, {one})" for one in bad]
        else:
            said = [f"{node} = {one}" for one in bad]
        return f"({' or '.join(said)})" if said else "false()"

    def _item(self, name: Any) -> Item:
        item = self._items.get(str(name).removeprefix(ANSWERS)) if str(name).startswith(ANSWERS) else None
        if item is None:
            raise UnsaidError
        return item


def _opened(part: Mapping[str, Any]) -> tuple[str, list[Any]]:
    ((operator, given),) = part.items()
    return str(operator), given if isinstance(given, list) else [given]


def _plain(value: Any) -> str:
    if value is None:
        return "''"
    if isinstance(value, bool | dict | list):
        raise UnsaidError
    if isinstance(value, int | float):
        return repr(value)
    if "'" in value and '"' in value:
        raise UnsaidError
    return f'"{value}"' if "'" in value else f"'{value}'"
