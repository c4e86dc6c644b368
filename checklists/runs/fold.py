"""What the answers given to an item come to: a pure function of the set of answers, whatever the order they arrived in.

Each answer names the answers that its author saw. Those that no other builds on are the candidates; when they disagree, they were
given without knowing of each other, and the item's policy decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from checklists.runs.answers import badness
from checklists.templates.steps import ConflictPolicy, Item


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given.

    `op_id` is the id of the op or of the answer. `base` is the answer that its author saw in force; `settles` are further ones
    that were on view beside it, where several disagreed. `effective_at` is the corrected time, frozen at ingest. `by_assignee`
    tells whether the order was the author's then.
    """

    op_id: UUID
    item: str
    value: Any
    effective_at: datetime
    author_id: UUID
    by_assignee: bool
    base: UUID | None = None
    settles: tuple[UUID, ...] = ()
    device_id: UUID | None = None
    time_quality: str = "server"
    note: str | None = None
    media: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[datetime, UUID]:
        """What breaks a tie: the corrected time, then the id. Never the arrival."""
        return (self.effective_at, self.op_id)


class Standing(StrEnum):
    """What became of an answer, as its receipt says. Applied also means: built upon, kept beside another, of the same value."""

    APPLIED = "applied"
    LOST = "conflict_lost"
    OPEN = "conflict_open"


@dataclass(frozen=True, slots=True)
class Folded:
    """The state of an item.

    `winner` is in force; None when the policy leaves the decision to a person. `others` are the candidates beside it, earliest
    first; `disagreeing` tells whether their values differ.
    """

    winner: Given | None
    others: tuple[Given, ...]
    disagreeing: bool
    policy: ConflictPolicy

    @property
    def lost(self) -> tuple[Given, ...]:
        """The candidates whose value did not make it."""
        if not self.disagreeing or self.winner is None or self.policy is ConflictPolicy.KEEP_BOTH:
            return ()
        return tuple(one for one in self.others if one.value != self.winner.value)

    @property
    def kept(self) -> tuple[Given, ...]:
        """The candidates whose other value stands beside the winner's, under `keep_both`."""
        if not self.disagreeing or self.winner is None or self.policy is not ConflictPolicy.KEEP_BOTH:
            return ()
        return tuple(one for one in self.others if one.value != self.winner.value)

    @property
    def open(self) -> tuple[Given, ...]:
        """The candidates between which a person has to decide."""
        return self.others if self.winner is None else ()

    def standings(self) -> dict[UUID, Standing]:
        """Return the standing of each answer that is not simply applied."""
        found = dict.fromkeys((one.op_id for one in self.lost), Standing.LOST)
        found.update(dict.fromkeys((one.op_id for one in self.open), Standing.OPEN))
        return found


def fold(item: Item, answers: Sequence[Given]) -> Folded:
    """Fold all answers ever given to one item; there must be at least one."""
    if len(answers) == 1:
        return Folded(answers[0], (), False, item.policy)
    found = candidates(answers)
    latest = max(found, key=_key)
    if all(one.value == latest.value for one in found):
        return Folded(latest, _rest(found, latest), False, item.policy)
    if item.policy is ConflictPolicy.MANUAL:
        return Folded(None, tuple(sorted(found, key=_key)), True, item.policy)
    winner = _DECIDE[item.policy](item, found)
    return Folded(winner, _rest(found, winner), True, item.policy)


def fold_all(items: Mapping[str, Item], answers: Iterable[Given]) -> dict[str, Folded]:
    """Fold the answers of a run, by item; answers to items that the version does not have are left out."""
    by_item: dict[str, list[Given]] = {}
    for given in answers:
        by_item.setdefault(given.item, []).append(given)
    return {key: fold(items[key], given) for key, given in by_item.items() if key in items}


def candidates(answers: Sequence[Given]) -> list[Given]:
    """Return the answers that no other builds on.

    A link to an answer that is not known (yet) means nothing. Links that lead around in a circle, which no honest phone can make,
    count as one answer: its latest.
    """
    built_on: set[UUID] = set()
    for given in answers:
        if given.base is not None:
            built_on.add(given.base)
        if given.settles:
            built_on.update(given.settles)
    by_id = {given.op_id: given for given in answers}
    found = [given for key, given in by_id.items() if key not in built_on]
    if len(found) == len(by_id):
        return found
    reached: set[UUID] = set()
    for given in found:
        _reach(given, by_id, reached)
    if len(reached) < len(by_id):
        for given in sorted(by_id.values(), key=_key, reverse=True):
            if given.op_id not in reached:
                found.append(given)
                _reach(given, by_id, reached)
    return found


def _reach(start: Given, by_id: Mapping[UUID, Given], reached: set[UUID]) -> None:
    """Follow the links down from an answer, each answer once, so that a circle ends."""
    waiting = [start]
    while waiting:
        given = waiting.pop()
        if given.op_id in reached:
            continue
        reached.add(given.op_id)
        for link in (given.base, *given.settles):
            below = None if link is None else by_id.get(link)
            if below is not None:
                waiting.append(below)


def _key(given: Given) -> tuple[datetime, UUID]:
    return (given.effective_at, given.op_id)


def _rest(found: Iterable[Given], winner: Given) -> tuple[Given, ...]:
    return tuple(sorted((one for one in found if one is not winner), key=_key))


_DECIDE: Mapping[ConflictPolicy, Callable[[Item, list[Given]], Given]] = {
    ConflictPolicy.LATEST: lambda _, found: max(found, key=_key),
    ConflictPolicy.KEEP_BOTH: lambda _, found: max(found, key=_key),
    ConflictPolicy.ASSIGNEE_WINS: lambda _, found: max(found, key=lambda one: (one.by_assignee, one.key)),
    ConflictPolicy.WORST_WINS: lambda item, found: max(found, key=lambda one: (badness(item, one.value), one.key)),
}
