"""How far a checklist has come: what is really answered of what is really required."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checklists.runs.answers import Verdict, judge
from checklists.templates.steps import BEFORE_WORK, AnswerType, Checklist, Step
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

    `missing` are required items without an answer, `failed` items that failed, `failed_critical` the safety items among them,
    `stopping` those of the steps before the work.
    """

    steps: tuple[StepProgress, ...]
    missing: tuple[str, ...]
    failed: tuple[str, ...]
    failed_critical: tuple[str, ...]
    stopping: tuple[str, ...]

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

        Only a safety item of the steps before the work stops the start; one that fails later is for the completion's reader.
        """
        before = all(step.passed for step in self.steps if step.step in BEFORE_WORK)
        return Evidence(before, self.stopping, self.missing, signed)


def measure(checklist: Checklist, values: Mapping[str, Any], *, signed: bool) -> Progress:
    """Measure the progress of a run from the values in force by item.

    The signature item of the last step counts as answered when the checklist is `signed` as it stands; it is never `missing`,
    for the order's commands ask for it by itself.
    """
    counts = {step: [0, 0, 0, 0, 0] for step in Step}
    missing: list[str] = []
    failed: list[str] = []
    critical: list[str] = []
    stopping: list[str] = []
    for item in checklist.items:
        count = counts[item.step]
        count[0] += 1
        if item.type is AnswerType.SIGNATURE:
            count[1] += item.required
            count[2] += item.required and signed
            continue
        verdict = judge(item, values.get(item.key))
        if verdict is Verdict.FAILED:
            count[3] += 1
            failed.append(item.key)
            if item.critical:
                count[4] += 1
                critical.append(item.key)
                if item.step in BEFORE_WORK:
                    stopping.append(item.key)
        if item.required:
            count[1] += 1
            if verdict is Verdict.EMPTY:
                missing.append(item.key)
            else:
                count[2] += 1
    steps = tuple(
        StepProgress(step, items, required, answered, bad, answered == required and not dangerous)
        for step, (items, required, answered, bad, dangerous) in counts.items()
    )
    return Progress(steps, tuple(missing), tuple(failed), tuple(critical), tuple(stopping))
