"""Folding a run: 1,000 answers to 200 items, with links, disagreements and every policy.

`python -m bench.parts.fold` prints how long the fold takes, and a whole run from its ops to its digest, beside the least that
anything could do with as many ops: putting each into a dictionary. All in one run on one machine.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from checklists.runs.fold import Given, fold_all
from checklists.runs.open_run import OpenRun
from checklists.templates.answer_types import AnswerType
from checklists.templates.steps import Checklist, ConflictPolicy, Item, Step

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LIMIT_MS = 5.0
"""What the fold may take."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of the best round: the fold, a whole run, the plain dictionary; and how many items were disagreed about."""

    items: int
    ops: int
    fold_ms: float
    run_ms: float
    plain_ms: float
    disagreeing: int

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.ops:,} ops on {self.items:,} items, {self.disagreeing:,} of them disagreed about",
                f"fold: {self.fold_ms:.2f} ms (limit {LIMIT_MS:.0f}), {self.fold_ms / self.plain_ms:.0f} × a dictionary",
                f"whole run, from ops to progress and digest: {self.run_ms:.2f} ms",
                f"each op into a dictionary: {self.plain_ms:.3f} ms",
            ]
        )


def checklist(items: int) -> Checklist:
    """Make a checklist of so many numbers, the policies in turn."""
    policies = tuple(ConflictPolicy)
    label = {"zh-CN": "项"}
    return Checklist.of(
        Item(
            f"i{n}", Step.EXECUTION, AnswerType.NUMBER, label, policy=policies[n % len(policies)], minimum=0, maximum=9
        )
        for n in range(items)
    )


def answers(items: int, ops: int, *, seed: int = 7) -> list[Given]:
    """Make answers of three people: most build on one of the last three to their item, some on none; in a random order."""
    random = Random(seed)
    people = [UUID(int=2**96 + n) for n in range(3)]
    found = []
    for n in range(ops):
        earlier = n - items * random.randint(1, 3)
        base = UUID(int=earlier + 1) if earlier >= 0 and random.random() < 0.8 else None
        who = random.choice(people)
        at = START + timedelta(seconds=n)
        found.append(Given(UUID(int=n + 1), f"i{n % items}", random.randint(0, 12), at, who, who == people[0], base))
    random.shuffle(found)
    return found


def measure(items: int = 200, ops: int = 1000, *, rounds: int = 20) -> Figures:
    """Measure the best of some rounds."""
    form, given = checklist(items), answers(items, ops)

    def whole() -> None:
        run = OpenRun(UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4), form, (), 1, {})
        for one in given:
            run.add(one)
        run.progress()
        run.digest()

    folded = fold_all(form.by_key, given)
    return Figures(
        items,
        ops,
        _best(lambda: fold_all(form.by_key, given), rounds),
        _best(whole, rounds),
        _best(lambda: {one.item: one for one in given}, rounds),
        sum(one.disagreeing for one in folded.values()),
    )


def _best(act: Callable[[], object], rounds: int) -> float:
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found) * 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when the fold takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--ops", type=int, default=1000)
    asked = parser.parse_args(arguments)
    figures = measure(asked.items, asked.ops)
    print(figures)
    return int(figures.fold_ms > LIMIT_MS)


if __name__ == "__main__":
    raise SystemExit(main())
