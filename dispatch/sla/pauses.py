"""When a clock may pause: for the reasons that the policy names, no longer than it allows, and with whose approval."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from dispatch.sla.segments import Break, SegmentKind


class ClockName(StrEnum):
    """What is promised: an answer, a visit, a solution."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    RESOLVE = "resolve"


class Approval(StrEnum):
    """Whether a pause needs somebody's consent: never, beyond its limit, or from its first second."""

    NEVER = "never"
    BEYOND_LIMIT = "beyond_limit"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class PauseRule:
    """A reason for which clocks pause. Limits are minutes of plain time: of one pause, and of all for this reason together."""

    reason: str
    clocks: frozenset[ClockName] = frozenset(ClockName)
    longest_minutes: int | None = None
    total_minutes: int | None = None
    approval: Approval = Approval.BEYOND_LIMIT


@dataclass(frozen=True, slots=True)
class Pause:
    """A hold as it happened, whether or not it pauses the clock. `end` is None while it lasts."""

    start: datetime
    end: datetime | None
    reason: str | None
    approver_id: UUID | None = None


def effective(pauses: Iterable[Pause], rules: Mapping[str, PauseRule]) -> list[Break]:
    """Return the stretches in which these pauses stop a clock: a reason that no rule names stops nothing.

    What goes beyond a limit counts again, unless somebody approved of it; with the approval `never` nobody can.
    """
    found: list[Break] = []
    used: dict[str, timedelta] = {}
    for pause in sorted(pauses, key=lambda one: one.start):
        rule = rules.get(pause.reason or "")
        if rule is None or (rule.approval is Approval.ALWAYS and pause.approver_id is None):
            continue
        allowed = None if _is_free(rule, pause) else _allowed(rule, used.get(rule.reason, timedelta()))
        end = pause.end
        if allowed is not None:
            end = pause.start + allowed if end is None else min(end, pause.start + allowed)
        if end is not None:
            used[rule.reason] = used.get(rule.reason, timedelta()) + (end - pause.start)
        found.append(Break(pause.start, end, SegmentKind.PAUSED, pause.reason, pause.approver_id))
    return found


def _is_free(rule: PauseRule, pause: Pause) -> bool:
    return pause.approver_id is not None and rule.approval is not Approval.NEVER


def _allowed(rule: PauseRule, used: timedelta) -> timedelta | None:
    limits = []
    if rule.longest_minutes is not None:
        limits.append(timedelta(minutes=rule.longest_minutes))
    if rule.total_minutes is not None:
        limits.append(max(timedelta(), timedelta(minutes=rule.total_minutes) - used))
    return min(limits, default=None)


def end_all(pauses: Sequence[Pause], at: datetime) -> list[Pause]:
    """End whatever lasts at a moment."""
    return [replace(one, end=at) if one.end is None or one.end > at else one for one in pauses]
