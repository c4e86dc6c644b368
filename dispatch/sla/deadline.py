"""By when an order must be answered, reached and resolved: pure arithmetic on aware times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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
