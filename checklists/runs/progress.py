"""How far a checklist has come: what is really answered of what is really required."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.runs.answers import Verdict, judge, photos_wanted, warns
from checklists.runs.visibility import look
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import BEFORE_WORK, Checklist, Item, Step
from dispatch.work_orders.lifecycle import Evidence


@dataclass(frozen=True, slots=True)
class StepProgress:
    """The state of one step: how many items it has, must have answered, has of those, and how many items failed.

    `passed` tells that every required item is answered and no safety item failed.
    """

    step: Step
    items: int
    required: int
    answered: int
    failed: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of all steps.

    `missing` are required items without an answer, or without the photos that their answer must come with (`without_evidence`);
    `failed` items that failed, `failed_critical` the safety items among them, `stopping` those of the steps before the work;
    `warned` items that passed with a warning; `hidden` items that are not shown, of which nothing else counts.
    """

    steps: tuple[StepProgress, ...]
    missing: tuple[str, ...]
    failed: tuple[str, ...]
    failed_critical: tuple[str, ...]
    stopping: tuple[str, ...]
    warned: tuple[str, ...] = ()
    without_evidence: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def required(self) -> int:
        """How many items must be answered."""
        return sum(step.required for step in self.steps)

    @property
    def answered(self) -> int:
        """How many of those are answered."""
        return sum(step.answered for step in self.steps)

    def evidence(self, *, signed: bool) -> Evidence:
        """Return what the order's commands need to know.

        A safety item of the steps before the work stops the start; one of any step stops the completion.
        """
        before = all(step.passed for step in self.steps if step.step in BEFORE_WORK)
        return Evidence(before, self.stopping, self.missing, signed, self.failed_critical)


def measure(
    checklist: Checklist, values: Mapping[str, Any], *, signed: bool, photos: Mapping[str, int] | None = None
) -> Progress:
    """Measure the progress of a run from the values in force by item, and the number of photos that came with each.

    Only what is shown counts. The signature item of the last step counts as answered when the checklist is `signed` as it
    stands; it is never `missing`, for the order's commands ask for it by itself.
    """
    view = look(checklist, values)
    tallies = {step: _Tally(step) for step in Step}
    hidden = []
    for item in checklist.items:
        if view.hides(item.key):
            hidden.append(item.key)
        elif item.type is AnswerType.SIGNATURE:
            tallies[item.step].sign(item, signed=signed)
        elif item.type is not AnswerType.NOTE:
            needed = item.key in view.required
            tallies[item.step].answer(item, view.values.get(item.key), (photos or {}).get(item.key, 0), needed=needed)
    found = list(tallies.values())
    return Progress(
        tuple(one.progress() for one in found),
        _joined(one.missing for one in found),
        _joined(one.failed for one in found),
        _joined(one.critical for one in found),
        _joined(one.critical for one in found if one.step in BEFORE_WORK),
        _joined(one.warned for one in found),
        _joined(one.without_evidence for one in found),
        tuple(hidden),
    )


def _joined(parts: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(key for part in parts for key in part)


@dataclass
class _Tally:
    """The count of one step."""

    step: Step
    items: int = 0
    required: int = 0
    answered: int = 0
    missing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    critical: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    without_evidence: list[str] = field(default_factory=list)

    def sign(self, item: Item, *, signed: bool) -> None:
        self.items += 1
        self.required += item.required
        self.answered += item.required and signed

    def answer(self, item: Item, value: Any, photos: int, *, needed: bool) -> None:
        self.items += 1
        self.required += needed
        verdict = judge(item, value)
        if verdict is Verdict.FAILED:
            self.failed.append(item.key)
            if item.critical:
                self.critical.append(item.key)
        elif warns(item, value):
            self.warned.append(item.key)
        bare = photos < photos_wanted(item, value)
        if bare:
            self.without_evidence.append(item.key)
        if needed and (bare or verdict is Verdict.EMPTY):
            self.missing.append(item.key)
        elif needed:
            self.answered += 1

    def progress(self) -> StepProgress:
        passed = self.answered == self.required and not self.critical
        return StepProgress(self.step, self.items, self.required, self.answered, len(self.failed), passed)
