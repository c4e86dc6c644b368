"""What one op does to the orders and checklists of its transaction, all in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from checklists.runs.book import Given, RunBook, Signature
from dispatch.work_orders import errors as order_errors
from dispatch.work_orders.book import Entry, OrderBook
from dispatch.work_orders.lifecycle import TERMINAL, Asked
from kernel.actor import Role
from kernel.errors import DomainError, Kind
from kernel.identifiers import parse_id
from sync.appliers.registry import TYPES, Effect, OpType
from sync.ingest.models import OpState
from sync.reconcile.conflicts import NewConflict
from sync.reconcile.models import ConflictKind

log = structlog.get_logger(__name__)

OUT_OF_ORDER = "out_of_order"
TECHNICIAN = frozenset({Role.TECHNICIAN})


@dataclass(frozen=True, slots=True)
class Pending:
    """An op as the worker claims it; `body` is its parsed JSON."""

    op_id: UUID
    device_id: UUID
    user_id: UUID
    device_seq: int | None
    type: str
    subject_id: UUID
    body: Mapping[str, Any]
    effective_at: datetime
    time_quality: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an op came to."""

    state: OpState
    code: str | None = None


@dataclass
class Desk:
    """All that ops work on: the orders and checklists of the transaction, and how far each device's numbers are complete."""

    orders: OrderBook
    runs: RunBook
    contiguous_to: Mapping[UUID, int]
    now: datetime
    conflicts: list[NewConflict] = field(default_factory=list)


def apply(desk: Desk, op: Pending) -> Settled:
    """Let one op take effect, or say why it does not. Never raises for anything that the op itself may hold."""
    if op.code is not None and op.code != OUT_OF_ORDER:
        return Settled(OpState.QUARANTINED, op.code)
    known = TYPES.get(op.type)
    if known is None:
        return Settled(OpState.QUARANTINED, "unknown-type")
    if op.subject_id not in desk.orders.orders:
        return Settled(OpState.QUARANTINED, "unknown-order")
    if op.user_id not in desk.orders.holders.get(op.subject_id, ()):
        # As if it did not exist: who never held an order learns nothing about it.
        return Settled(OpState.QUARANTINED, "unknown-order")
    if known.ordered and op.code is None and (op.device_seq or 0) > desk.contiguous_to.get(op.device_id, 0):
        return Settled(OpState.HELD)
    try:
        return _APPLY[known.effect](desk, op, known)
    except DomainError as error:
        return Settled(OpState.QUARANTINED, error.code)
    except Exception:  # one op's poison must not take its neighbours with it; it is kept, and logged for us to mend
        log.exception("op failed", op_id=str(op.op_id), type=op.type)
        return Settled(OpState.QUARANTINED, "internal-error")


def _flags(desk: Desk, op: Pending) -> tuple[str, ...]:
    order = desk.orders.orders[op.subject_id]
    flags = []
    if order.assignee_id != op.user_id:
        flags.append("late")
    if order.status in TERMINAL:
        flags.append("closed_order")
    if op.code == OUT_OF_ORDER:
        flags.append(OUT_OF_ORDER)
    return tuple(flags)


def _entry(desk: Desk, op: Pending, flags: tuple[str, ...] = ()) -> Entry:
    data = op.body.get("data") or {}
    gps = op.body.get("gps")
    gps = gps if isinstance(gps, dict) else {}
    media = op.body.get("media")
    extra = {} if not isinstance(media, list) or not media else {"media": media}
    if gps.get("mock") is True:
        flags = (*flags, "mock_location")
    return Entry(
        op.op_id,
        op.subject_id,
        op.type,
        op.user_id,
        op.effective_at,
        desk.now,
        {**data, **extra},
        op.device_id,
        op.time_quality,
        _moment(op.body.get("occurred_at")),
        _degrees(gps.get("lat"), 90),
        _degrees(gps.get("lon"), 180),
        _degrees(gps.get("acc_m"), 1e6),
        (*flags, *_flags(desk, op)),
    )


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if read.tzinfo is None else read


def _degrees(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -most <= value <= most:
        return None
    return float(value)


def _fact(desk: Desk, op: Pending, _known: OpType) -> Settled:
    entry = _entry(desk, op)
    desk.orders.record(entry)
    if "closed_order" in entry.flags:
        _raise(desk, op, ConflictKind.CLOSED_ORDER, "closed_order")
    return Settled(OpState.APPLIED, entry.flags[0] if entry.flags else None)


def _command(desk: Desk, op: Pending, known: OpType) -> Settled:
    assert known.command is not None
    data = op.body.get("data") or {}
    asked = Asked(known.command, op.user_id, TECHNICIAN, op.effective_at, parse_id(op.body.get("assignment_id")), data)
    try:
        transition = desk.orders.command(op.subject_id, asked, desk.runs.evidence(op.subject_id), _entry(desk, op))
    except DomainError as error:
        if error.kind is not Kind.CONFLICT:
            raise
        # It happened in the field, whatever the office thinks of it: kept as evidence, and a person decides.
        flag = "late" if error.code == order_errors.NOT_CURRENT_ASSIGNMENT.code else "not_applied"
        desk.orders.record(_entry(desk, op, (flag,)))
        _raise(desk, op, ConflictKind.STATUS_COMMAND, error.code)
        return Settled(OpState.NEEDS_REVIEW, error.code)
    if transition.unchanged:
        return Settled(OpState.NO_OP)
    return Settled(OpState.APPLIED, OUT_OF_ORDER if op.code == OUT_OF_ORDER else None)


def _answer(desk: Desk, op: Pending, _known: OpType) -> Settled:
    data = op.body["data"]
    order = desk.orders.orders[op.subject_id]
    media = op.body.get("media")
    note = data.get("note")
    given = Given(
        op_id=op.op_id,
        item=data["item"],
        value=data.get("value"),
        note=note if isinstance(note, str) else None,
        media=tuple(one for one in media if isinstance(one, str)) if isinstance(media, list) else (),
        base=parse_id(op.body.get("base")),
        author_id=op.user_id,
        device_id=op.device_id,
        by_assignee=order.assignee_id == op.user_id,
        effective_at=op.effective_at,
        time_quality=op.time_quality,
        recorded_at=desk.now,
    )
    if desk.runs.answer(op.subject_id, given):
        _raise(desk, op, ConflictKind.AMENDED_AFTER_SIGNATURE, "amended_after_signature")
    if order.status in TERMINAL:
        _raise(desk, op, ConflictKind.CLOSED_ORDER, "closed_order")
    flags = _flags(desk, op)
    return Settled(OpState.APPLIED, flags[0] if flags else None)


def _sign_off(desk: Desk, op: Pending, _known: OpType) -> Settled:
    data = op.body["data"]

    def words(name: str) -> str | None:
        value = data.get(name)
        return value if isinstance(value, str) else None

    signature = Signature(
        op_id=op.op_id,
        signed_digest=str(data["signed_digest"]),
        signer_name=words("signer_name"),
        refused_reason=words("refused_reason"),
        witness=words("witness"),
        signature_media=words("signature_media"),
        user_id=op.user_id,
        device_id=op.device_id,
        effective_at=op.effective_at,
        recorded_at=desk.now,
    )
    desk.runs.sign(op.subject_id, signature)
    desk.orders.record(_entry(desk, op))
    return Settled(OpState.APPLIED)


def _raise(desk: Desk, op: Pending, kind: ConflictKind, code: str) -> None:
    """Hand the matter to a person: a conflict with a deadline, and the order marked."""
    order = desk.orders.orders[op.subject_id]
    desk.conflicts.append(
        NewConflict(order.id, op.op_id, op.user_id, kind, code, {"type": op.type, "status": order.status.value})
    )
    desk.orders.flag_for_review(order.id)


_APPLY = {
    Effect.FACT: _fact,
    Effect.COMMAND: _command,
    Effect.ANSWER: _answer,
    Effect.SIGN_OFF: _sign_off,
}
