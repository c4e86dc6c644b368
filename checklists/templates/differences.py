"""What changed between two versions of a checklist: items added, removed, moved and changed, field by field, step by step."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from checklists.templates.steps import Checklist, Item, Step


class Change(StrEnum):
    """What happened to an item."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A member of an item as it was and as it is; None where it was not, or is no more."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What happened to one item. `step` is where it is (for a removed one: was), `old_step` where it was before.

    A moved item may have changed, too: then `fields` says how.
    """

    change: Change
    key: str
    step: Step
    old_step: Step | None
    item: Item
    fields: tuple[FieldChange, ...] = ()


PLAIN = (
    "required",
    "critical",
    "unit",
    "lowest",
    "minimum",
    "warn_minimum",
    "warn_maximum",
    "maximum",
    "highest",
    "expects",
    "photos_min",
    "photos_max",
)


def differences(old: Checklist, new: Checklist) -> tuple[ItemChange, ...]:
    """Compare two versions: what the new one has in its order, and after the items of each step what was taken out of it."""
    before = {item.key: item for item in old.items}
    after = {item.key: item for item in new.items}
    moved = _moved(old, new)
    found: list[ItemChange] = []
    for step in Step:
        here = [item for item in new.items if item.step is step]
        found += [one for item in here if (one := _change(before.get(item.key), item, moved)) is not None]
        found += [
            ItemChange(Change.REMOVED, item.key, step, step, item)
            for item in old.items
            if item.step is step and item.key not in after
        ]
    return tuple(found)


def _change(old: Item | None, new: Item, moved: set[str]) -> ItemChange | None:
    if old is None:
        return ItemChange(Change.ADDED, new.key, new.step, None, new)
    fields = _fields(old, new)
    if new.key in moved:
        return ItemChange(Change.MOVED, new.key, new.step, old.step, new, fields)
    return ItemChange(Change.CHANGED, new.key, new.step, old.step, new, fields) if fields else None


def _moved(old: Checklist, new: Checklist) -> set[str]:
    """Find the fewest items whose moving explains the new order: those outside of the longest run that kept its order."""
    places = {item.key: (item.step, nth) for nth, item in enumerate(old.items)}
    moved: set[str] = set()
    for step in Step:
        stayed = []
        for item in new.items:
            if item.step is not step or item.key not in places:
                continue
            was, nth = places[item.key]
            if was is not step:
                moved.add(item.key)
            else:
                stayed.append((nth, item.key))
        kept = _longest_rising([nth for nth, _ in stayed])
        moved.update(key for nth, key in stayed if nth not in kept)
    return moved


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the longest rising subsequence of different numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _fields(old: Item, new: Item) -> tuple[FieldChange, ...]:
    was, now = _members(old), _members(new)
    names = [*was, *(name for name in now if name not in was)]
    return tuple(FieldChange(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name))


def _members(item: Item) -> dict[str, Any]:
    """Write what an item says under plain names: `label.zh-CN`, `choices.broken`, `follow_up`."""
    found: dict[str, Any] = {"type": item.type.value}
    found |= {f"label.{locale}": text for locale, text in item.label.items()}
    found |= {f"help.{locale}": text for locale, text in item.help.items()}
    found |= {name: getattr(item, name) for name in PLAIN}
    found["policy"] = item.policy.value
    if item.choices:
        found["choices"] = [choice.value for choice in item.choices]
    for choice in item.choices:
        fails = {"fails": True} if choice.fails else {}
        found[f"choices.{choice.value}"] = dict(choice.label) | fails
    found["pictures"] = list(item.pictures) or None
    for name in ("visible_when", "required_when"):
        condition = getattr(item, name)
        found[name] = None if condition is None else condition.document
    rule, follow_up = item.evidence, item.follow_up
    found["evidence"] = None if rule is None else {"photos": rule.photos, "when": rule.when.value}
    found["follow_up"] = (
        None if follow_up is None else {"work_type": follow_up.work_type, "priority": follow_up.priority}
    )
    return found


def document_of(changes: Sequence[ItemChange]) -> list[dict[str, Any]]:
    """Write changes as JSON."""
    return [
        {
            "change": one.change.value,
            "key": one.key,
            "step": one.step.value,
            "old_step": None if one.old_step is None else one.old_step.value,
            "label": dict(one.item.label),
            "fields": [{"field": each.field, "old": each.old, "new": each.new} for each in one.fields],
        }
        for one in changes
    ]
