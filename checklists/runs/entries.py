"""The state of an item as it is stored with its run, and as phones get it."""

from collections.abc import Mapping
from typing import Any

from checklists.runs.answers import Verdict, judge
from checklists.runs.fold import Folded, Given
from checklists.templates.steps import Item
from kernel.clock import iso


def entry_of(item: Item, folded: Folded) -> dict[str, Any]:
    """Write the state of an item.

    `value` is in force (None: taken back, or waiting for a decision). The next answer names `base` and, where there is one,
    `settles`: then it builds on everything that its author saw. `also` are the values kept beside, `others` the answers that
    disagreed and what became of each.
    """
    shown = folded.winner or folded.others[-1]
    value = None if folded.winner is None else folded.winner.value
    entry: dict[str, Any] = {
        "value": value,
        "base": str(shown.op_id),
        "author_id": str(shown.author_id),
        "at": iso(shown.effective_at),
        "failed": judge(item, value) is Verdict.FAILED,
    }
    if shown.note:
        entry["note"] = shown.note
    if shown.media:
        entry["media"] = list(shown.media)
    if folded.others:
        _write_others(entry, folded, shown)
    return entry


def _write_others(entry: dict[str, Any], folded: Folded, shown: Given) -> None:
    entry["settles"] = [str(one.op_id) for one in folded.others if one is not shown]
    if not folded.disagreeing:
        return
    for fate, answers in (("lost", folded.lost), ("kept", folded.kept), ("open", folded.open)):
        if answers:
            entry["others"] = [_write_other(one, fate) for one in answers]
    if folded.kept:
        entry["also"] = also_of(folded)


def _write_other(given: Given, fate: str) -> dict[str, Any]:
    return {
        "op_id": str(given.op_id),
        "value": given.value,
        "author_id": str(given.author_id),
        "at": iso(given.effective_at),
        "fate": fate,
    }


def also_of(folded: Folded) -> list[Any]:
    """Return the values kept beside the one in force, each once, earliest first."""
    values: list[Any] = []
    for one in folded.kept:
        if one.value not in values:
            values.append(one.value)
    return values


def values_of(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values in force by item."""
    return {key: entry["value"] for key, entry in entries.items()}


def photos_of(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return how many photos came with the answers in force, by item."""
    return {key: len(entry["media"]) for key, entry in entries.items() if "media" in entry}


def kept_of(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values kept beside those in force by item."""
    return {key: entry["also"] for key, entry in entries.items() if "also" in entry}
