"""What a command on an order means for its service clocks: one table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.sla.book import ClockFact, Promise
from dispatch.sla.clock import DONE, EventKind
from dispatch.sla.pauses import ClockName
from dispatch.work_orders.lifecycle import APPROVERS, TERMINAL, Asked, Command, Status, Transition

ANSWERED = frozenset({ClockName.RESPOND})
ARRIVED = frozenset({ClockName.RESPOND, ClockName.ARRIVE})
RESOLVED = frozenset({ClockName.RESOLVE})
ALL = frozenset(ClockName)
KEPT_BY: Mapping[Command, frozenset[ClockName]] = {
    Command.ACCEPT: ANSWERED,
    Command.SCHEDULE: ANSWERED,
    Command.ARRIVE: ARRIVED,
    Command.START: ARRIVED,
    Command.COMPLETE: ALL,
}
"""Which promises a command keeps; a clock that stands already is not touched by it."""
CUSTOMER = "customer"


def facts_of(
    order_id: UUID,
    asked: Asked,
    transition: Transition,
    entry_id: UUID,
    window_end_at: datetime | None,
    hold_until: datetime | None,
) -> list[ClockFact]:
    """Return what a command that took effect means for the clocks, at the time when it happened."""

    def fact(kind: EventKind, **more: Any) -> ClockFact:
        return ClockFact(order_id, kind, asked.at, asked.user_id, **more)

    command = asked.command
    found: list[ClockFact] = []
    if transition.source is Status.ON_HOLD and transition.target is not Status.ON_HOLD:
        found.append(fact(EventKind.RESUME))
    if command is Command.HOLD:
        found.append(_hold(order_id, asked, entry_id, hold_until))
    if command in KEPT_BY:
        found.append(fact(EventKind.STOP, clocks=KEPT_BY[command], reason=DONE))
    if command is Command.SCHEDULE:
        by_customer = asked.data.get("requested_by") == CUSTOMER
        visit = frozenset({ClockName.ARRIVE})
        found.append(
            fact(EventKind.RETARGET, clocks=visit, reason=command, window_end_at=window_end_at, by_customer=by_customer)
        )
    if command in (Command.REOPEN, Command.RETURN_FOR_REWORK):
        found.append(fact(EventKind.START, clocks=RESOLVED, reason=command))
    if command is Command.MARK_UNABLE or (transition.target in TERMINAL and command is not Command.CLOSE):
        found.append(fact(EventKind.STOP, reason=command))
    return found


def _hold(order_id: UUID, asked: Asked, entry_id: UUID, until: datetime | None) -> ClockFact:
    approver = asked.user_id if asked.roles & APPROVERS else None
    return ClockFact(
        order_id,
        EventKind.PAUSE,
        asked.at,
        asked.user_id,
        reason=str(asked.data["reason"])[:64],
        key=entry_id,
        approver_id=approver,
        until=until,
    )


def start_of(order_id: UUID, promise: Promise, received_at: datetime, user_id: UUID) -> ClockFact:
    """Return the start of an order's clocks: they run from when it was received."""
    return ClockFact(order_id, EventKind.START, received_at, user_id, promise=promise)
