"""By when an order must be answered, reached and resolved: pure arithmetic on aware times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.sla import errors
from kernel.errors import FieldProblem

LONGEST_MINUTES = 366 * 24 * 60


class Priority(StrEnum):
    """The service tier of a request or order."""

    EMERGENCY = "emergency"
    PRIORITY = "priority"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Targets:
    """A policy's times in minutes after the request was received; None where it sets none."""

    respond_minutes: int | None
    arrive_minutes: int | None
    resolve_minutes: int | None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The moments by which an order is due, aware UTC; None where the policy sets none."""

    respond_due_at: datetime | None
    arrive_due_at: datetime | None
    resolve_due_at: datetime | None


DEFAULTS: dict[Priority, Targets] = {
    # product.md, "Service levels": what a region starts with; its own policies replace them.
    Priority.EMERGENCY: Targets(60, 240, None),
    Priority.PRIORITY: Targets(120, None, None),
    Priority.ROUTINE: Targets(240, None, 1440),
}


def deadlines(received_at: datetime, targets: Targets, window_end_at: datetime | None = None) -> Deadlines:
    """Compute when an order is due, round the clock. Without a target on arrival, the agreed window's end is it."""

    def after(minutes: int | None) -> datetime | None:
        return None if minutes is None else received_at + timedelta(minutes=minutes)

    return Deadlines(
        after(targets.respond_minutes),
        after(targets.arrive_minutes) or window_end_at,
        after(targets.resolve_minutes),
    )


def check_targets(targets: Targets) -> None:
    """Refuse times that make no sense together. Raises Invalid (sla.targets_wrong) with the path of each that is wrong."""
    problems: list[FieldProblem] = []
    floor = 1
    for field in ("respond_minutes", "arrive_minutes", "resolve_minutes"):
        minutes = getattr(targets, field)
        if minutes is None:
            continue
        if not 1 <= minutes <= LONGEST_MINUTES:
            detail = f"must be 1 to {LONGEST_MINUTES} minutes"
        elif minutes < floor:
            detail = f"must not be before the step it follows, at {floor} minutes"
        else:
            floor = minutes
            continue
        problems.append(FieldProblem(f"/{field}", errors.TARGETS_WRONG.code, detail))
    if targets == Targets(None, None, None):
        problems.append(FieldProblem("/respond_minutes", errors.TARGETS_WRONG.code, "at least one time must be set"))
    if problems:
        raise errors.TARGETS_WRONG(fields=tuple(problems))
