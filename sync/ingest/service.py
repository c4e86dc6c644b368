"""Push: every op that can be stored is stored, in one transaction, with an answer for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from kernel.clock import iso
from kernel.database import insert_rows
from kernel.metrics import OPS_STORED
from kernel.settings import Settings
from kernel.unit_of_work import Reading, UnitOfWork
from sync.appliers.registry import TYPES
from sync.devices.models import Device, DeviceStatus
from sync.devices.ranges import Received
from sync.devices.service import Phone
from sync.ingest.envelope import PROTOCOL, Batch, ReadOp, Refused, read_batch, read_op, variant_id
from sync.ingest.models import Op, OpState
from sync.ingest.timing import PhoneClock, aware, effective, read_clock

SHARDS = 16
"""How many streams of work a region has. Stored with every op: changing it takes a migration."""

CLOCK_OFF_SECONDS = 120


@dataclass
class Sorted:
    """A batch with its ops told apart, in the order in which they came."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    kept: list[tuple[ReadOp, dict[str, Any], dict[str, Any]]] = field(default_factory=list)


def push(uow: UnitOfWork, phone: Phone, plain: bytes, settings: Settings) -> dict[str, Any]:
    """Store a batch for a phone whose row is locked, and return the body of the answer (sync-protocol.md, Push).

    Raises what `read_batch` raises. Three statements, whatever the number of ops.
    """
    batch = read_batch(plain, device_id=phone.id, max_ops=settings.push_max_ops)
    clock = read_clock(batch.clock, uow.now)
    received = Received(phone.received)
    before = received.contiguous_to()
    sorted_ops = _sort(batch, phone, clock, received, settings, uow.now)
    fresh = _store(uow, phone, sorted_ops)
    forked = _note_received(received, sorted_ops, fresh)
    _keep_device(uow, phone, batch, clock, received)
    if phone.holding and received.contiguous_to() > before:
        _release_held(uow, phone, received.contiguous_to())
    uow.after_commit(lambda: _count(sorted_ops.answers))
    return {
        "protocol": PROTOCOL,
        "server_time": iso(uow.now),
        "received": {
            "contiguous_to": received.contiguous_to(),
            "missing": received.missing()[:100],
            "max": received.highest(),
        },
        "applied": {"contiguous_to": phone.applied_to},
        "results": sorted_ops.answers,
        "directives": _directives(clock, forked, batch),
    }


def _count(answers: Sequence[dict[str, Any]]) -> None:
    for status, number in Counter(answer["status"] for answer in answers).items():
        OPS_STORED.labels(status=status).inc(number)


def _sort(
    batch: Batch, phone: Phone, clock: PhoneClock, received: Received, settings: Settings, now: datetime
) -> Sorted:
    """Tell the ops apart and freeze their corrected times, in the order of their numbers."""
    result = Sorted()
    hold_until = now + timedelta(days=settings.hold_offline_days)
    for raw in batch.ops:
        op = read_op(raw, max_bytes=settings.op_max_bytes)
        if isinstance(op, Refused):
            answer = {"id": op.given_id, "status": "rejected", "code": op.code}
            result.answers.append(answer if op.limit is None else {**answer, "limit": op.limit})
            continue
        if phone.status is DeviceStatus.REVOKED:
            op.problem = op.problem or "device-revoked"
        answer = {"id": op.given_id, "status": "quarantined" if op.problem else "accepted"}
        if op.problem:
            answer["code"] = op.problem
        result.answers.append(answer)
        result.kept.append((op, answer, _row(op, phone.id, hold_until)))
    previous: float | None = None
    last_seq = 0
    for op, _, row in sorted(result.kept, key=lambda one: one[0].seq or 0):
        below, above = (None, None) if op.seq is None else received.neighbours(op.seq)
        if previous is not None and op.seq is not None and op.seq > last_seq and (below is None or previous > below):
            below = previous
        at, quality = effective(op.body, clock, below, above)
        row["effective_at"], row["time_quality"] = aware(at), quality.value
        if op.seq is not None:
            previous, last_seq = at, op.seq
    return result


def _row(op: ReadOp, device_id: UUID, hold_until: datetime) -> dict[str, Any]:
    """Write what differs from op to op; its times come once all are known."""
    subject = op.work_order_id or device_id
    return {
        "op_id": op.id,
        "payload_hash": op.hash,
        "device_seq": op.seq,
        "type": op.type,
        "subject_id": subject,
        "shard": subject.int % SHARDS,
        "payload": op.payload,
        "effective_at": None,
        "time_quality": None,
        "code": op.problem,
        "hold_until": hold_until if op.type in TYPES and TYPES[op.type].ordered else None,
    }


def _store(uow: UnitOfWork, phone: Phone, batch: Sorted) -> set[UUID]:
    """Insert what is new, and answer `duplicate` for what was there. Returns the ids that are new."""
    rows: dict[UUID, dict[str, Any]] = {}
    twice: list[tuple[ReadOp, dict[str, Any], dict[str, Any]]] = []
    for kept in batch.kept:
        op, answer, row = kept
        if op.id not in rows:
            rows[op.id] = row
        elif rows[op.id]["payload_hash"] == op.hash:
            answer["status"] = "duplicate"
            answer.pop("code", None)
        else:
            twice.append(kept)
    fresh = {row.op_id for row in _insert(uow, phone, list(rows.values()))}
    known = [kept for kept in batch.kept if kept[0].id not in fresh and kept[1]["status"] != "duplicate"]
    if not known and not twice:
        return fresh
    hashes = {
        row.op_id: row.payload_hash
        for row in uow.session.execute(
            select(Op.op_id, Op.payload_hash).where(
                Op.region_id == phone.region_id, Op.op_id.in_([kept[0].id for kept in known])
            )
        )
    }
    variants: list[dict[str, Any]] = []
    for op, answer, row in (*known, *twice):
        if hashes.get(op.id) == op.hash:
            answer["status"] = "duplicate"
            answer.pop("code", None)
        else:
            # Same id, other content: never a duplicate. Both are kept, and a person sees the second.
            answer["status"], answer["code"] = "quarantined", "id-reuse"
            variants.append({**row, "op_id": variant_id(op), "code": "id-reuse"})
    _insert(uow, phone, list({row["op_id"]: row for row in variants}.values()))
    return fresh


def _insert(uow: UnitOfWork, phone: Phone, rows: Sequence[dict[str, Any]]) -> list[Any]:
    same = {
        "region_id": phone.region_id,
        "device_id": phone.id,
        "user_id": phone.user_id,
        "received_at": uow.now,
        # What must wait for a person also passes the worker once, which settles its receipt like any other.
        "state": OpState.PENDING.value,
    }
    conflict = "(region_id, op_id) DO NOTHING"
    return insert_rows(uow.session, Op, rows, same=same, on_conflict=conflict, returning=["op_id"])


def _note_received(received: Received, batch: Sorted, fresh: set[UUID]) -> bool:
    """Note which numbers arrived; tell whether a number came a second time with another op: a cloned phone."""
    forked = False
    for op, answer, row in sorted(batch.kept, key=lambda one: one[0].seq or 0):
        if op.seq is None or answer["status"] == "duplicate":
            continue
        if op.id in fresh and received.has(op.seq):
            forked = True
        received.add(op.seq, row["effective_at"].timestamp())
    return forked


def _keep_device(uow: UnitOfWork, phone: Phone, batch: Batch, clock: PhoneClock, received: Received) -> None:
    offset = clock.offset
    values = {
        "device": phone.id,
        "ranges": received.ranges,
        "at": uow.now,
        "held": phone.holding and bool(received.missing()),
        "app_now": batch.app,
        "offset_now": None if offset is None else round(max(-(2**50), min(offset * 1000, 2**50))),
    }
    uow.session.connection().execute(_KEEP_DEVICE, values)


_KEEP_DEVICE = (
    update(Device.__table__)  # type: ignore[arg-type]
    .where(Device.id == bindparam("device"))
    .values(
        received=bindparam("ranges"),
        holding=bindparam("held"),
        last_push_at=bindparam("at"),
        last_seen_at=bindparam("at"),
        app=func.coalesce(bindparam("app_now"), Device.app),
        clock_offset_ms=func.coalesce(bindparam("offset_now"), Device.clock_offset_ms),
    )
)


def _release_held(uow: UnitOfWork, phone: Phone, contiguous_to: int) -> None:
    """Let go what waited for a gap that is filled now."""
    uow.session.execute(
        update(Op)
        .where(
            Op.region_id == phone.region_id,
            Op.state == OpState.HELD.value,
            Op.device_id == phone.id,
            Op.device_seq <= contiguous_to,
        )
        .values(state=OpState.PENDING.value)
        .execution_options(synchronize_session=False)
    )


def _directives(clock: PhoneClock, forked: bool, batch: Batch) -> list[dict[str, Any]]:
    directives: list[dict[str, Any]] = []
    if batch.ops:
        directives.append({"do": "pull"})
    if forked:
        directives.append({"do": "reregister", "why": "seq-fork"})
    if clock.offset is not None and abs(clock.offset) > CLOCK_OFF_SECONDS:
        directives.append({"do": "check-clock", "offset_ms": round(clock.offset * 1000)})
    return directives


def status_of(reading: Reading, phone: Phone, ids: Sequence[UUID]) -> dict[str, dict[str, Any]]:
    """Return what is known of these ops of the phone's user, by id; an id of somebody else's op is as unknown as any."""
    rows = reading.session.execute(
        select(Op.op_id, Op.state, Op.code, Op.effect_seq, Op.received_at).where(
            Op.region_id == phone.region_id, Op.op_id.in_(ids), Op.user_id == phone.user_id
        )
    )
    return {
        str(row.op_id): {
            "state": row.state,
            "code": row.code,
            "effect_seq": row.effect_seq,
            "received_at": iso(row.received_at),
        }
        for row in rows
    }
