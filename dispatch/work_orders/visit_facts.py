"""What a command on an order means for the visits that were agreed with its customer: one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dispatch.work_orders.lifecycle import Asked, Command
from dispatch.work_orders.records import BookOrder
from dispatch.work_orders.windows import Agreement, Window, read_agreement
from kernel.identifiers import parse_id


class VisitKind(StrEnum):
    """What happens to the visit of an order: a window is agreed, somebody comes, it goes to another, or nobody will come."""

    AGREED = "agreed"
    ARRIVED = "arrived"
    GIVEN = "given"
    FREED = "freed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class VisitFact:
    """One of these, when it happened, and by whom. `proposal_id` names the proposal that a window was agreed from."""

    order_id: UUID
    kind: VisitKind
    at: datetime
    user_id: UUID
    technician_id: UUID | None
    window: Window | None = None
    agreement: Agreement = field(default_factory=Agreement)
    reason: str | None = None
    note: str | None = None
    proposal_id: UUID | None = None


KINDS: Mapping[Command, VisitKind] = {
    Command.SCHEDULE: VisitKind.AGREED,
    Command.ARRIVE: VisitKind.ARRIVED,
    Command.ASSIGN: VisitKind.GIVEN,
    Command.REASSIGN: VisitKind.GIVEN,
    Command.DECLINE: VisitKind.FREED,
    Command.PUT_BACK: VisitKind.FREED,
    Command.COMPLETE: VisitKind.ENDED,
    Command.MARK_UNABLE: VisitKind.ENDED,
    Command.REOPEN: VisitKind.ENDED,
    Command.CANCEL: VisitKind.ENDED,
}


def visit_facts_of(order: BookOrder, asked: Asked, had_window: bool) -> list[VisitFact]:
    """Return what a command that took effect means for the visit; an order without any window has none."""
    kind = KINDS.get(asked.command)
    if kind is None or not (had_window or kind is VisitKind.AGREED or _may_have_proposals(asked.command)):
        return []
    if kind is not VisitKind.AGREED:
        why = str(asked.data.get("reason") or asked.command)[:64]
        return [VisitFact(order.id, kind, asked.at, asked.user_id, order.assignee_id, reason=why)]
    assert order.window_start_at is not None
    assert order.window_end_at is not None
    reason, note = asked.data.get("reason"), asked.data.get("note")
    return [
        VisitFact(
            order.id,
            kind,
            asked.at,
            asked.user_id,
            order.assignee_id,
            Window(order.window_start_at, order.window_end_at),
            read_agreement(asked.data, lenient=asked.lenient),
            None if reason is None else str(reason)[:64],
            None if note is None else str(note),
            parse_id(asked.data.get("appointment_id")),
        )
    ]


def _may_have_proposals(command: Command) -> bool:
    return command in (Command.CANCEL, Command.COMPLETE, Command.MARK_UNABLE)
