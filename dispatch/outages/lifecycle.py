"""The life of a planned outage as one table, and the windows that it may have."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.outages import errors

LONGEST = timedelta(days=14)
"""How long one outage may last; what lasts longer is several."""
SOON = timedelta(hours=12)
"""An outage that begins so soon is told at once, quiet hours or not."""


class OutageKind(StrEnum):
    """What is planned: 停机, 升级, 检修, 停电."""

    OUTAGE = "outage"
    UPGRADE = "upgrade"
    MAINTENANCE = "maintenance"
    POWER = "power"


class State(StrEnum):
    """Where an outage stands: 草稿, 已通知, 进行中, 已恢复, 已取消."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What may be asked of an outage; its state is never set in another way. It also begins by itself."""

    ANNOUNCE = "announce"
    START = "start"
    END = "end"
    CANCEL = "cancel"


class News(StrEnum):
    """What those concerned are told."""

    ANNOUNCED = "announced"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ENDED = "ended"


S = State
TABLE: Mapping[Step, tuple[frozenset[State], State]] = {
    Step.ANNOUNCE: (frozenset({S.DRAFT}), S.ANNOUNCED),
    Step.START: (frozenset({S.ANNOUNCED}), S.IN_PROGRESS),
    Step.END: (frozenset({S.ANNOUNCED, S.IN_PROGRESS}), S.ENDED),
    Step.CANCEL: (frozenset({S.DRAFT, S.ANNOUNCED, S.IN_PROGRESS}), S.CANCELLED),
}
KNOWN = frozenset({State.ANNOUNCED, State.IN_PROGRESS})
"""The states in which an outage explains what customers report."""
OVER = frozenset({State.ENDED, State.CANCELLED})
NEWS: Mapping[Step, News] = {
    Step.ANNOUNCE: News.ANNOUNCED,
    Step.END: News.ENDED,
    Step.CANCEL: News.CANCELLED,
}


def decide(state: State, step: Step) -> State:
    """Return the state that a step leads to. Raises Conflict (outage.illegal) with what is possible now."""
    sources, target = TABLE[step]
    if state not in sources:
        raise errors.ILLEGAL(
            f"{step} is not possible while the outage is {state}", state_now=state.value, allowed=possible(state)
        )
    return target


def possible(state: State) -> list[str]:
    """Return the steps that the table knows from a state."""
    return sorted(step.value for step, (sources, _) in TABLE.items() if state in sources)


def check_window(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse a window that is none. Aware times.

    Raises Invalid (outage.window_backwards, outage.window_past, outage.window_too_long) with the path.
    """
    if ends_at <= starts_at:
        raise errors.WINDOW_BACKWARDS("ends_at must be later than starts_at", path="/ends_at")
    if ends_at <= now:
        raise errors.WINDOW_PAST("ends_at must lie ahead", path="/ends_at")
    if ends_at - starts_at > LONGEST:
        raise errors.WINDOW_TOO_LONG(f"at most {LONGEST.days} days", path="/ends_at", longest_days=LONGEST.days)


def is_urgent(news: News, starts_at: datetime, now: datetime) -> bool:
    """Tell whether news does not wait for the end of quiet hours: what is soon, or is happening."""
    return news is not News.ENDED and starts_at - now <= SOON
