"""Where a consultation stands, how long its question may wait, and who is asked next when nobody answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from dispatch.consultations import errors


class State(StrEnum):
    """待答复, 已答复, 已采纳, 已关闭."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class Urgency(StrEnum):
    """How much haste the question has: 一般, 紧急."""

    NORMAL = "normal"
    URGENT = "urgent"


class Rung(StrEnum):
    """As who somebody was asked: the expert, or those above the order when no expert answered."""

    EXPERT = "expert"
    LEADER = "leader"
    ABOVE = "above"


UNDER_WAY = frozenset({State.OPEN, State.ANSWERED})
WITHIN: Mapping[Urgency, timedelta] = {Urgency.NORMAL: timedelta(minutes=60), Urgency.URGENT: timedelta(minutes=15)}
"""How long a question waits for its first answer before the next above are asked, unless the asker says otherwise."""
NEXT: Mapping[Rung, Rung | None] = {Rung.EXPERT: Rung.LEADER, Rung.LEADER: Rung.ABOVE, Rung.ABOVE: None}
MOST_ASKED = 20
"""Holders of a skill who are asked at once."""


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who holds the skill that is asked for: how well, how near to the order, and whether they are there now."""

    user_id: UUID
    level: int
    same_group: bool
    same_station: bool
    on_duty: bool


def choose(experts: Iterable[Expert]) -> list[Expert]:
    """Return who is asked: those on duty, or all when nobody is; the nearest first, then the ablest, at most 20."""
    found = list(experts)
    there = [one for one in found if one.on_duty] or found
    there.sort(key=lambda one: (not one.same_group, not one.same_station, -one.level, one.user_id))
    return there[:MOST_ASKED]


def after_answer(state: State) -> State:
    """Return where an answer leads: the first one answers, further ones change nothing."""
    return State.ANSWERED if state is State.OPEN else state


def after_end(state: State, target: State) -> State:
    """Return where accepting or closing leads. Raises Conflict (consultation.over)."""
    if state not in UNDER_WAY:
        raise errors.OVER(f"it is {state}", state_now=state.value)
    return target
