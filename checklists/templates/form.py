"""The stored form of a checklist: a list of the five steps, read into items with everything that is wrong in it."""

from collections.abc import Iterator
from typing import Any

from checklists.templates.answer_types import AnswerType
from checklists.templates.item_reader import LIMITS, ItemReader
from checklists.templates.steps import Checklist, ConflictPolicy, EvidenceWhen, Item, Step
from kernel.errors import FieldProblem


def parse_steps(document: Any) -> tuple[Checklist | None, tuple[FieldProblem, ...]]:
    """Read the stored form: `[{"step": "identity", "items": [{"key", "type", "label", …}]}, …]`.

    Returns the checklist, or None and every problem with its JSON pointer into the document.
    """
    reader = ItemReader()
    items = list(_items(reader, document))
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
        {"step": step.value, "items": [write_item(item) for item in checklist.items if item.step is step]}
        for step in Step
    ]


_DEFAULTS = {
    "critical": False,
    "policy": ConflictPolicy.LATEST,
    "expects": True,
    "photos_min": 1,
    "photos_max": 10,
}
_PLAIN = ("unit", "lowest", "minimum", "warn_minimum", "warn_maximum", "maximum", "highest")
_CONDITIONS = ("visible_when", "required_when")


def write_item(item: Item) -> dict[str, Any]:
    """Write one item in its stored form; members at their default are left out."""
    written: dict[str, Any] = {"key": item.key, "type": item.type.value, "label": dict(item.label)}
    if item.help:
        written["help"] = dict(item.help)
    if item.choices:
        written["choices"] = [
            {"value": choice.value, "label": dict(choice.label)} | ({"fails": True} if choice.fails else {})
            for choice in item.choices
        ]
    for name in _PLAIN:
        if (value := getattr(item, name)) is not None:
            written[name] = value
    if item.type is not AnswerType.NOTE and item.required != (item.required_when is None):
        written["required"] = item.required
    for name, default in _DEFAULTS.items():
        if (value := getattr(item, name)) != default:
            written[name] = value.value if isinstance(value, ConflictPolicy) else value
    return written | _write_rules(item)


def _write_rules(item: Item) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name in _CONDITIONS:
        if (condition := getattr(item, name)) is not None:
            written[name] = condition.document
    if item.pictures:
        written["pictures"] = list(item.pictures)
    if item.evidence is not None:
        always = item.evidence.when is EvidenceWhen.ALWAYS
        written["evidence"] = {"photos": item.evidence.photos} | ({} if always else {"when": item.evidence.when.value})
    if item.follow_up is not None:
        priority = {} if item.follow_up.priority is None else {"priority": item.follow_up.priority}
        written["follow_up"] = {"work_type": item.follow_up.work_type} | priority
    return written


def _items(reader: ItemReader, document: Any) -> Iterator[Item]:
    listed = document if isinstance(document, list) else []
    names = [one.get("step") if isinstance(one, dict) else None for one in listed]
    if names != [step.value for step in Step]:
        reader.problem("", "step_order", f"the steps must be {', '.join(Step)}, in this order")
        return
    for index, step in enumerate(Step):
        path = f"/{index}"
        reader.unknown(document[index], {"step", "items"}, path)
        items = document[index].get("items")
        if not isinstance(items, list) or not items:
            reader.problem(f"{path}/items", "items_missing", "a step has at least one item")
            continue
        for at, one in enumerate(items):
            item = reader.item(one, step, f"{path}/items/{at}")
            if item is not None:
                yield item
    if len(reader.keys) > LIMITS["items"]:
        reader.problem("", "too_many", f"a version has at most {LIMITS['items']} items")
