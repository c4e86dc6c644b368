"""Push: every op that can be stored is stored, all of a batch together, with an answer for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kernel.clock import iso
from kernel.metrics import OPS_STORED
from kernel.settings import Settings
from kernel.unit_of_work import Reading, UnitOfWork
from sync.devices import errors as device_errors
from sync.devices import tokens
from sync.devices.calling import Phone
from sync.devices.states import DeviceStatus
from sync.ingest import storing
from sync.ingest.envelope import PROTOCOL, read_batch
from sync.ingest.models import Op
from sync.ingest.sorting import Sorted, sort

CLOCK_OFF_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Advice:
    """How a phone should go on: how many ops a batch should have, and milliseconds until the next."""

    batch: int
    after_ms: int


def push(
    uow: UnitOfWork, phone: Phone, plain: bytes, settings: Settings, advice: Advice | None = None
) -> dict[str, Any]:
    """Store a batch for a phone whose row is locked, and return the body of the answer (sync-protocol.md, Push).

    Raises what `read_batch` raises, and Forbidden (device-closed) for a revoked phone that has handed in enough.
    Three statements, whatever the number of ops.
    """
    batch = _read(plain, phone, settings, uow.now)
    tokens.take_into_use(uow, phone)
    before = batch.received.contiguous_to()
    fresh = storing.store(uow, phone, batch)
    forked = storing.note_received(batch, fresh)
    storing.keep_device(uow, phone, batch, forked=forked, stored=len(fresh))
    if phone.holding and batch.received.contiguous_to() > before:
        storing.release_held(uow, phone, batch.received.contiguous_to())
    return _answer(uow, phone, batch, advice, forked=forked)


def push_at_once(
    uow: UnitOfWork, phone: Phone, plain: bytes, settings: Settings, advice: Advice | None = None
) -> dict[str, Any] | None:
    """Store a batch as nearly all are with one statement, and return the body of the answer; None: `push` has to do it.

    Each statement of the unit of work is durable by itself (`Runtime.direct_statements`), and the phone's row need not be
    locked: it must be as it was found when the statement runs, or nothing is done. Raises what `push` raises.
    """
    if phone.status is not DeviceStatus.ACTIVE or phone.fresh_token is not None:
        return None
    batch = _read(plain, phone, settings, uow.now)
    if not storing.store_at_once(uow, phone, batch) and not storing.find_again(uow, phone, batch):
        return None
    return _answer(uow, phone, batch, advice, forked=False)


def brings_work(answer: Mapping[str, Any]) -> bool:
    """Tell by the answer to a push whether a worker has anything to do: not for what came again, nor for what was not stored."""
    return any(result["status"] not in ("duplicate", "rejected") for result in answer["results"])


def _read(plain: bytes, phone: Phone, settings: Settings, now: datetime) -> Sorted:
    batch = read_batch(plain, device_id=phone.id, max_ops=settings.push_max_ops)
    if phone.status is DeviceStatus.REVOKED and phone.late_ops + len(batch.ops) > settings.late_ops:
        raise device_errors.CLOSED(limit=settings.late_ops)
    return sort(batch, phone, settings, now)


def _answer(uow: UnitOfWork, phone: Phone, batch: Sorted, advice: Advice | None, *, forked: bool) -> dict[str, Any]:
    uow.after_commit(lambda: _count(batch.answers))
    return {
        "protocol": PROTOCOL,
        "server_time": iso(uow.now),
        "received": {
            "contiguous_to": batch.received.contiguous_to(),
            "missing": batch.received.missing()[:100],
            "max": batch.received.highest(),
        },
        "applied": {"contiguous_to": phone.applied_to},
        "results": batch.answers,
        "directives": _directives(batch, advice, forked=forked),
    }


def _count(answers: Sequence[dict[str, Any]]) -> None:
    for status, number in Counter(answer["status"] for answer in answers).items():
        OPS_STORED.labels(status=status).inc(number)


def _directives(batch: Sorted, advice: Advice | None, *, forked: bool) -> list[dict[str, Any]]:
    directives: list[dict[str, Any]] = []
    offset = batch.clock.offset
    if batch.answers:
        directives.append({"do": "pull"})
    if forked:
        directives.append({"do": "reregister", "why": "seq-fork"})
    if offset is not None and abs(offset) > CLOCK_OFF_SECONDS:
        directives.append({"do": "check-clock", "offset_ms": round(offset * 1000)})
    if advice is not None:
        directives.append({"do": "slow-down", "batch": advice.batch, "after_ms": advice.after_ms})
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
