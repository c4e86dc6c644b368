"""The life of a major incident as one table, and what each step wants to have decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.incidents import errors


class State(StrEnum):
    """Where an incident stands: 已宣布, 已控制, 已恢复, 已关闭."""

    DECLARED = "declared"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Severity(StrEnum):
    """How grave it is: 一般, 较大, 重大, 特别重大."""

    GENERAL = "general"
    SERIOUS = "serious"
    MAJOR = "major"
    EXTRAORDINARY = "extraordinary"


class Step(StrEnum):
    """What may be asked of an incident; its state is never set in another way."""

    CONTAIN = "contain"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"


class OpenChildren(StrEnum):
    """What becomes of orders that are not done when the incident is resolved.

    `resolve`: those that nobody works on yet are cancelled as done with it, and visits under way are finished. `leave`: all
    of them go on as they are.
    """

    RESOLVE = "resolve"
    LEAVE = "leave"


UNDER_WAY = frozenset({State.DECLARED, State.CONTAINED})
"""The states in which people wait for news."""

TABLE: Mapping[Step, tuple[frozenset[State], State]] = {
    Step.CONTAIN: (frozenset({State.DECLARED}), State.CONTAINED),
    Step.RESOLVE: (UNDER_WAY, State.RESOLVED),
    Step.REOPEN: (frozenset({State.CONTAINED, State.RESOLVED}), State.DECLARED),
    Step.CLOSE: (frozenset({State.RESOLVED}), State.CLOSED),
}


@dataclass(frozen=True, slots=True)
class AfterAction:
    """What is said of an incident afterwards (复盘): why it happened, what was done, what will be done differently."""

    cause: str
    measures: str
    lessons: str | None = None


def decide(
    state: State,
    step: Step,
    *,
    open_orders: int = 0,
    children: OpenChildren | None = None,
    summary: AfterAction | None = None,
) -> State:
    """Return the state that a step leads to.

    Raises:
        Conflict (incident.illegal): the table has no way from the present state.
        Conflict (incident.children_open): it is to be resolved, orders of it are not done, and nothing is decided about them.
        Invalid (incident.summary_missing): it is to be closed without what was learnt from it.
    """
    sources, target = TABLE[step]
    if state not in sources:
        raise errors.ILLEGAL(
            f"{step} is not possible while the incident is {state}", state_now=state.value, allowed=possible(state)
        )
    if step is Step.RESOLVE and open_orders and children is None:
        raise errors.CHILDREN_OPEN(
            f"{open_orders} orders are not done", path="/open_children", choices=[one.value for one in OpenChildren]
        )
    if step is Step.CLOSE and summary is None:
        raise errors.SUMMARY_MISSING(path="/after_action")
    return target


def possible(state: State) -> list[str]:
    """Return the steps that the table knows from a state."""
    return sorted(step.value for step, (sources, _) in TABLE.items() if state in sources)
