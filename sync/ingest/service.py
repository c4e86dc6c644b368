"""Push: every op that can be stored is stored, in one transaction, with an answer for each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, func, select, update

from kernel.bulk import insert_rows
from kernel.clock import iso
from kernel.database import UTCDateTime, id_list, is_listed, is_postgres
from kernel.direct import Prepared
from kernel.metrics import OPS_STORED
from kernel.settings import Settings
from kernel.unit_of_work import Reading, UnitOfWork
from sync.appliers.registry import TYPES
from sync.devices import errors as device_errors
from sync.devices import tokens
from sync.devices.calling import Phone
from sync.devices.models import Device
from sync.devices.ranges import Received
from sync.devices.states import DeviceStatus
from sync.ingest.envelope import PROTOCOL, Batch, ReadOp, Refused, read_batch, read_op, variant_id
from sync.ingest.models import Op, OpState
from sync.ingest.timing import PhoneClock, aware, effective, read_clock

SHARDS = 16
"""How many streams of work a region has. Stored with every op: changing it takes a migration."""

CLOCK_OFF_SECONDS = 120


Kept = tuple[ReadOp, dict[str, Any], dict[str, Any]]
"""An op that can be stored, the answer for it, and its row."""


@dataclass
class Sorted:
    """A batch with its ops told apart: the answers in the order in which they came, what is kept in that of its numbers."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def push(uow: UnitOfWork, phone: Phone, plain: bytes, settings: Settings) -> dict[str, Any]:
    """Store a batch for a phone whose row is locked, and return the body of the answer (sync-protocol.md, Push).

    Raises what `read_batch` raises, and Forbidden (device-closed) for a revoked phone that has handed in enough.
    Three statements, whatever the number of ops.
    """
    batch = read_batch(plain, device_id=phone.id, max_ops=settings.push_max_ops)
    if phone.status is DeviceStatus.REVOKED and phone.late_ops + len(batch.ops) > settings.late_ops:
        raise device_errors.CLOSED(limit=settings.late_ops)
    tokens.take_into_use(uow, phone)
    clock = read_clock(batch.clock, uow.now)
    received = Received(phone.received)
    before = received.contiguous_to()
    sorted_ops = _sort(batch, phone, clock, received, settings, uow.now)
    fresh = _store(uow, phone, sorted_ops, received)
    forked = _note_received(received, sorted_ops, fresh)
    _keep_device(uow, phone, batch, clock, received, forked=forked, stored=len(fresh))
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
    hold_until, device = now + timedelta(days=settings.hold_offline_days), str(phone.id)
    revoked = phone.status is DeviceStatus.REVOKED
    for raw in batch.ops:
        op = read_op(raw, max_bytes=settings.op_max_bytes)
        if isinstance(op, Refused):
            answer = {"id": op.given_id, "status": "rejected", "code": op.code}
            result.answers.append(answer if op.limit is None else {**answer, "limit": op.limit})
            continue
        if revoked and op.problem is None:
            op.problem = "device-revoked"
        if op.problem is None:
            answer = {"id": op.given_id, "status": "accepted"}
        else:
            answer = {"id": op.given_id, "status": "quarantined", "code": op.problem}
        result.answers.append(answer)
        result.kept.append((op, answer, _row(op, device, hold_until)))
    result.kept.sort(key=_number)
    _freeze_times(result.kept, clock, received)
    return result


def _number(kept: Kept) -> int:
    return kept[0].seq or 0


def _freeze_times(kept: Sequence[Kept], clock: PhoneClock, received: Received) -> None:
    """Write the corrected time of each op into its row; times do not go back as the numbers of a phone grow."""
    previous: float | None = None
    last_seq = 0
    for op, _, row in kept:
        below, above = (None, None) if op.seq is None else received.neighbours(op.seq)
        if previous is not None and op.seq is not None and op.seq > last_seq and (below is None or previous > below):
            below = previous
        at, quality = effective(op.body, clock, below, above)
        row["effective_at"], row["time_quality"] = aware(at), quality.value
        if op.seq is not None:
            previous, last_seq = at, op.seq


def _row(op: ReadOp, device: str, hold_until: datetime) -> dict[str, Any]:
    """Write what differs from op to op; its times come once all are known."""
    subject = op.work_order_id or device
    return {
        "op_id": op.id,
        "payload_hash": op.hash,
        "device_seq": op.seq,
        "type": op.type,
        "subject_id": subject,
        "shard": int(subject[-2:], 16) % SHARDS,
        "payload": op.payload,
        "effective_at": None,
        "time_quality": None,
        "code": op.problem,
        "hold_until": hold_until if op.type in TYPES and TYPES[op.type].ordered else None,
    }


def _store(uow: UnitOfWork, phone: Phone, batch: Sorted, received: Received) -> set[str]:
    """Insert what is new, and answer `duplicate` for what was there. Returns the ids that are new."""
    rows: dict[str, dict[str, Any]] = {}
    twice: list[Kept] = []
    for kept in batch.kept:
        op, answer, row = kept
        if op.id not in rows:
            rows[op.id] = row
        elif rows[op.id]["payload_hash"] == op.hash:
            _found_again(answer)
        else:
            twice.append(kept)
    # A batch whose numbers have all arrived is nearly always one whose answer was lost: looking is cheaper than trying.
    come_again = all(op.seq is not None and received.has(op.seq) for op, _, _ in batch.kept)
    hashes = _hashes(uow, phone, list(rows)) if come_again else {}
    fresh = _insert(uow, phone, [row for key, row in rows.items() if key not in hashes])
    known = [kept for kept in batch.kept if kept[0].id not in fresh and kept[1]["status"] != "duplicate"]
    if not known and not twice:
        return fresh
    hashes |= _hashes(uow, phone, [op.id for op, _, _ in known if op.id not in hashes])
    variants: dict[str, dict[str, Any]] = {}
    for op, answer, row in (*known, *twice):
        if hashes.get(op.id) == op.hash:
            _found_again(answer)
        else:
            # Same id, other content: never a duplicate. Both are kept, and a person sees the second.
            answer["status"], answer["code"] = "quarantined", "id-reuse"
            key = variant_id(op)
            variants[key] = {**row, "op_id": key, "code": "id-reuse"}
    _insert(uow, phone, list(variants.values()))
    return fresh


def _found_again(answer: dict[str, Any]) -> None:
    answer["status"] = "duplicate"
    answer.pop("code", None)


def _hashes(uow: UnitOfWork, phone: Phone, ids: Sequence[str]) -> dict[str, bytes]:
    """Return the hashes of those of these ops that the inbox has."""
    if not ids:
        return {}
    rows = _HASHES[is_postgres(uow.session)].rows(uow.session, region=phone.region_id, ids=id_list(uow.session, ids))
    return {str(op_id): payload_hash for op_id, payload_hash in rows}


_HASHES = {
    postgres: Prepared(
        select(Op.op_id, Op.payload_hash).where(
            Op.region_id == bindparam("region", type_=Uuid()), is_listed(Op.op_id, "ids", postgres=postgres)
        )
    )
    for postgres in (False, True)
}


def _insert(uow: UnitOfWork, phone: Phone, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Insert ops whose ids the inbox may have already; return the ids of those that it had not."""
    same = {
        "region_id": phone.region_id,
        "device_id": phone.id,
        "user_id": phone.user_id,
        "received_at": uow.now,
        # What must wait for a person also passes the worker once, which settles its receipt like any other.
        "state": OpState.PENDING.value,
    }
    conflict = "(region_id, op_id) DO NOTHING"
    written = insert_rows(uow.session, Op, rows, same=same, on_conflict=conflict, returning=["op_id"])
    if len(written) == len(rows):
        return {row["op_id"] for row in rows}
    return {str(op_id) for (op_id,) in written}


def _note_received(received: Received, batch: Sorted, fresh: set[str]) -> bool:
    """Note which numbers arrived; tell whether a number came a second time with another op: a cloned phone."""
    forked = False
    for op, answer, row in batch.kept:
        if op.seq is None or answer["status"] == "duplicate":
            continue
        if op.id in fresh and received.has(op.seq):
            forked = True
        received.add(op.seq, row["effective_at"].timestamp())
    return forked


def _keep_device(
    uow: UnitOfWork, phone: Phone, batch: Batch, clock: PhoneClock, received: Received, *, forked: bool, stored: int
) -> None:
    offset = clock.offset
    values = {
        "device": phone.id,
        "ranges": received.ranges,
        "at": uow.now,
        "held": phone.holding and bool(received.missing()),
        "late": phone.late_ops + stored if phone.status is DeviceStatus.REVOKED else phone.late_ops,
        "forked_now": uow.now if forked else None,
        "app_now": batch.app,
        "offset_now": None if offset is None else round(max(-(2**50), min(offset * 1000, 2**50))),
    }
    _KEEP_DEVICE.rows(uow.session, **values)


_KEEP_DEVICE = Prepared(
    update(Device.__table__)  # type: ignore[arg-type]
    .where(Device.id == bindparam("device"))
    .values(
        received=bindparam("ranges"),
        holding=bindparam("held"),
        last_push_at=bindparam("at"),
        last_seen_at=bindparam("at"),
        late_ops=bindparam("late"),
        forked_at=func.coalesce(Device.forked_at, bindparam("forked_now", type_=UTCDateTime())),
        app=func.coalesce(bindparam("app_now", type_=Device.app.type), Device.app),
        clock_offset_ms=func.coalesce(bindparam("offset_now", type_=BigInteger()), Device.clock_offset_ms),
    )
)


def _release_held(uow: UnitOfWork, phone: Phone, contiguous_to: int) -> None:
    """Let go what waited for a gap that is filled now."""
    _RELEASE.rows(uow.session, region=phone.region_id, device=phone.id, upto=contiguous_to)


_RELEASE = Prepared(
    update(Op.__table__)  # type: ignore[arg-type]
    .where(
        Op.region_id == bindparam("region"),
        Op.state == OpState.HELD.value,
        Op.device_id == bindparam("device"),
        Op.device_seq <= bindparam("upto"),
    )
    .values(state=OpState.PENDING.value)
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
