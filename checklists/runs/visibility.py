"""Which items of a checklist are shown and must be answered, given what was answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checklists.runs.answers import Verdict, judge
from checklists.templates.answer_types import UNANSWERED
from checklists.templates.conditions import as_seen
from checklists.templates.steps import Checklist, Item


@dataclass(frozen=True, slots=True)
class View:
    """What a person sees of a run: the items shown, those of them that must be answered, and the values in force of those shown.

    An answer to an item that is not shown is kept, and counts for nothing while the item is hidden.
    """

    shown: frozenset[str]
    required: frozenset[str]
    values: dict[str, Any]

    def hides(self, key: str) -> bool:
        """Tell whether an item is not shown."""
        return key not in self.shown


def look(checklist: Checklist, values: Mapping[str, Any]) -> View:
    """Work through the items in their order: a condition sees only the answers to earlier items that are shown themselves."""
    if not checklist.is_conditional:
        required = frozenset(item.key for item in checklist.items if item.required)
        return View(frozenset(item.key for item in checklist.items), required, dict(values))
    shown: set[str] = set()
    needed: set[str] = set()
    seen: dict[str, Any] = {}
    failed: list[str] = []
    kept: dict[str, Any] = {}
    for item in checklist.items:
        if item.visible_when is not None and not item.visible_when.holds(seen, failed):
            continue
        shown.add(item.key)
        if item.required or (item.required_when is not None and item.required_when.holds(seen, failed)):
            needed.add(item.key)
        if item.type not in UNANSWERED and item.key in values:
            _take(item, values[item.key], seen, failed, kept)
    return View(frozenset(shown), frozenset(needed), kept)


def _take(item: Item, value: Any, seen: dict[str, Any], failed: list[str], kept: dict[str, Any]) -> None:
    kept[item.key] = value
    if value is not None:
        seen[item.key] = as_seen(value)
    if judge(item, value) is Verdict.FAILED:
        failed.append(item.key)
