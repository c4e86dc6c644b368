"""Conditions and choices as a sheet has them, back in the stored form: ours where our column says the same, otherwise XPath."""

from collections.abc import Mapping
from typing import Any, Protocol

import orjson

from checklists.templates.answer_types import UNANSWERED, AnswerType
from checklists.templates.item_reader import ItemReader
from checklists.templates.steps import Item, Step
from checklists.templates.xlsform.cells import texts
from checklists.templates.xlsform.xpath import Speaker, UnsaidError
from checklists.templates.xlsform.xpath_reader import UnreadableError, read_xpath

TRUE, FALSE = frozenset({"yes", "true", "true()", "1"}), frozenset({"", "no", "false", "false()", "0"})


class Problems(Protocol):
    """Where mistakes are noted."""

    def problem(self, sheet: str, row: int, column: str, code: str, detail: str) -> None:
        """Note what is wrong in a cell."""


class Conditions:
    """Reads the conditions of one item after the other: each may refer to those before it."""

    def __init__(self, found: Problems) -> None:
        self._found = found
        self._items: dict[str, Item] = {}
        self._types: dict[str, AnswerType] = {}
        self._values: dict[tuple[str, str], str] = {}

    def choice(self, key: str, row: Mapping[str, str]) -> dict[str, Any]:
        """Return a choice of an item in the stored form."""
        name = row.get("name", "")
        value = row.get("fb_value", name)
        if value != name:
            self._values[key, name] = value
        return {"value": value, "label": texts(row, "label")} | (
            {"fails": True} if row.get("fb_fails") == "true" else {}
        )

    def read(self, number: int, row: Mapping[str, str], item: dict[str, Any]) -> None:
        """Put the conditions of a row into its item."""
        if (shown := self._condition(number, row, "relevant", "fb_visible_when")) is not None:
            item["visible_when"] = shown
        if item["type"] == AnswerType.NOTE.value:
            return
        cell = row.get("required", "").lower()
        if cell in TRUE | FALSE:
            item["required"] = cell in TRUE
            row = {name: text for name, text in row.items() if name != "required"}
        else:
            item["required"] = False
        if (needed := self._condition(number, row, "required", "fb_required_when", kept=cell in TRUE)) is not None:
            item["required_when"] = needed

    def _condition(
        self, number: int, row: Mapping[str, str], column: str, own_column: str, *, kept: bool = False
    ) -> Any:
        """Read a condition: that of our column where the standard's says the same, or cannot say it (or is `kept`)."""
        cell, own = row.get(column), self._own(number, row, own_column)
        if own is not None:
            said = self._said(own)
            if said == cell or kept:
                return own
        if cell is None:
            return None
        try:
            return read_xpath(cell, self._types, self._values)
        except UnreadableError:
            detail = "only comparisons of earlier answers with and, or, not and selected can be read"
            self._found.problem("survey", number, column, "condition", detail)
            return None

    def _own(self, number: int, row: Mapping[str, str], column: str) -> Any:
        text = row.get(column)
        if text is None:
            return None
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            self._found.problem("survey", number, column, "json", "not JSON")
            return None

    def _said(self, document: Any) -> str | None:
        names = {(key, value): name for (key, name), value in self._values.items()}
        try:
            return Speaker(self._items, names).condition(document)
        except (UnsaidError, ValueError, KeyError, IndexError, TypeError, AttributeError):
            return None  # somebody wrote into our column: what is wrong with it, the checks of the form tell

    def learn(self, item: Mapping[str, Any]) -> None:
        """Let later items refer to this one."""
        plain = {name: value for name, value in item.items() if name not in ("visible_when", "required_when")}
        kind = AnswerType(item["type"])
        if kind not in UNANSWERED:
            self._types[item["key"]] = kind
        known = ItemReader().item(plain, Step.SIGN_OFF, "")
        if known is not None:
            self._items[known.key] = known
