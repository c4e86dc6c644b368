"""How a round and its occurrences stand: the life of a plan as one table, and what its orders make of an occurrence."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from dispatch.rounds import errors
from dispatch.work_orders.lifecycle import DONE, Status


class TargetKind(StrEnum):
    """What a round visits."""

    ZONE = "zone"
    SITE = "site"
    ASSET = "asset"


class PlanState(StrEnum):
    """Where a plan stands: 执行中, 已暂停, 已结束."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Step(StrEnum):
    """What may be asked of a plan; its state is never set in another way."""

    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


class OccurrenceState(StrEnum):
    """What became of an occurrence.

    `due` has an order that is not done; `dropped`: its order ended without the work; `withdrawn`: taken back before anybody
    began; `missed`: nobody made the order until it was too late.
    """

    DUE = "due"
    DONE = "done"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"


TABLE: Mapping[Step, tuple[frozenset[PlanState], PlanState]] = {
    Step.PAUSE: (frozenset({PlanState.ACTIVE}), PlanState.PAUSED),
    Step.RESUME: (frozenset({PlanState.PAUSED}), PlanState.ACTIVE),
    Step.END: (frozenset({PlanState.ACTIVE, PlanState.PAUSED}), PlanState.ENDED),
}


def decide(state: PlanState, step: Step) -> PlanState:
    """Return the state that a step leads to. Raises Conflict (round.illegal) with what is possible now."""
    sources, target = TABLE[step]
    if state not in sources:
        raise errors.ILLEGAL(
            f"{step} is not possible while the round is {state}", state_now=state.value, allowed=possible(state)
        )
    return target


def possible(state: PlanState) -> list[str]:
    """Return the steps that the table knows from a state."""
    return sorted(step.value for step, (sources, _) in TABLE.items() if state in sources)


def after(
    known: tuple[OccurrenceState, datetime | None], source: Status, target: Status, at: datetime
) -> tuple[OccurrenceState, datetime | None]:
    """Return what an occurrence is, and since when it is done, after its order went from one state to another at a moment.

    An order that could not be completed is not the end: a follow-up may yet do the work.
    """
    if target is Status.COMPLETED:
        return OccurrenceState.DONE, at
    if target is Status.CANCELLED or (target is Status.CLOSED and source is Status.UNABLE_TO_COMPLETE):
        return OccurrenceState.DROPPED, None
    if target is Status.CLOSED:
        return known
    if source in DONE:
        return OccurrenceState.DUE, None
    return known
