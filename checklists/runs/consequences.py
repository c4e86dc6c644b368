"""Which orders follow from the items of a checklist that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checklists.runs.answers import Verdict, judge
from checklists.runs.entries import values_of
from checklists.runs.visibility import look
from checklists.templates.steps import Checklist, FollowUp, Item


@dataclass(frozen=True, slots=True)
class Consequence:
    """An item that failed, what was found, and the kind of order that it leads to."""

    item: Item
    rule: FollowUp
    value: Any
    note: str | None = None


def consequences(checklist: Checklist, entries: Mapping[str, Mapping[str, Any]]) -> list[Consequence]:
    """Return what follows from the answers in force (as `entries.py` writes them); what is not shown has not failed."""
    suspects = [
        (item, item.follow_up)
        for item in checklist.items
        if item.follow_up is not None and entries.get(item.key, {}).get("failed", False)
    ]
    if not suspects:
        return []
    values = look(checklist, values_of(entries)).values
    return [
        Consequence(item, rule, values[item.key], entries[item.key].get("note"))
        for item, rule in suspects
        if item.key in values and judge(item, values[item.key]) is Verdict.FAILED
    ]


def title_of(consequence: Consequence) -> str:
    """Write the title of the order: which item failed."""
    return f"{consequence.item.label['zh-CN']}不合格"[:200]


def description_of(consequence: Consequence, number: str) -> str:
    """Write what was found, at which order (its number), for whoever gets the new one."""
    item, value = consequence.item, consequence.value
    chosen = [value] if isinstance(value, str) else value
    if item.choices and isinstance(chosen, list):
        found = "、".join(one.label["zh-CN"] for one in item.choices if one.value in chosen)
    elif isinstance(value, bool):
        found = "是" if value else "否"
    else:
        found = {"fail": "不合格"}.get(value, value) if isinstance(value, str) else str(value)
    note = f"备注：{consequence.note}" if consequence.note else ""
    return f"工单 {number} 的检查项「{item.label['zh-CN']}」结果为 {found}{item.unit or ''}。{note}"[:4000]
