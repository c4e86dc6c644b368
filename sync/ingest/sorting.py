"""A batch told apart: what each of its ops is, when it happened, and how it is answered, before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from kernel.settings import Settings
from sync.appliers.registry import TYPES
from sync.devices.calling import Phone
from sync.devices.ranges import Received
from sync.devices.states import DeviceStatus
from sync.ingest.envelope import Batch, ReadOp, Refused, read_op
from sync.ingest.timing import PhoneClock, aware, effective, read_clock

SHARDS = 16
"""How many streams of work a region has. Stored with every op: changing it takes a migration."""

Kept = tuple[ReadOp, dict[str, Any], dict[str, Any]]
"""An op that can be stored, the answer for it, and its row."""


@dataclass(slots=True)
class Sorted:
    """A batch with its ops told apart: the answers in the order in which they came, what is kept in that of its numbers.

    `received` are the numbers of the phone that arrived before. `in_step` tells that those of this batch go on where they end,
    one by one: nearly always, for phones count up.
    """

    app: str | None
    clock: PhoneClock
    received: Received
    answers: list[dict[str, Any]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    in_step: bool = True

    def is_new(self) -> bool:
        """Tell whether there is something, each with a number of its own that had not come before."""
        if self.in_step:
            return bool(self.kept)
        numbers = {op.seq for op, _, _ in self.kept}
        return len(numbers) == len(self.kept) and not any(one is None or self.received.has(one) for one in numbers)

    def come_again(self) -> bool:
        """Tell whether all these numbers arrived before: nearly always a batch whose answer was lost."""
        return bool(self.kept) and all(op.seq is not None and self.received.has(op.seq) for op, _, _ in self.kept)

    def is_found_again(self, hashes: Mapping[str, str]) -> bool:
        """Tell whether the inbox, which has ops with these hashes by their ids, has all that is kept here."""
        return all(hashes.get(op.id) == op.hash for op, _, _ in self.kept)


def shard_of(subject_id: UUID | str) -> int:
    """Return the stream of work of an order, or of a device for ops about none."""
    return int(str(subject_id)[-2:], 16) % SHARDS


_shard = lru_cache(maxsize=4096)(shard_of)


def sort(batch: Batch, phone: Phone, settings: Settings, now: datetime) -> Sorted:
    """Tell the ops apart and freeze their corrected times, in the order of their numbers."""
    result = Sorted(batch.app, read_clock(batch.clock, now), Received(phone.received))
    hold_until, device = now + timedelta(days=settings.hold_offline_days), str(phone.id)
    revoked, most = phone.status is DeviceStatus.REVOKED, settings.op_max_bytes
    for raw in batch.ops:
        op = read_op(raw, max_bytes=most, may_hold_nul=batch.may_hold_nul)
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
        result.kept.append((op, answer, _row(op, op.work_order_id or device, hold_until)))
    result.kept.sort(key=_number)
    _freeze_times(result)
    return result


def found_again(answer: dict[str, Any]) -> None:
    """Answer that the inbox has this op already."""
    answer["status"] = "duplicate"
    answer.pop("code", None)


def _number(kept: Kept) -> int:
    return kept[0].seq or 0


def _row(op: ReadOp, subject: str, hold_until: datetime) -> dict[str, Any]:
    """Write what differs from op to op, as far as there is something to tell; its times come once all are known."""
    known = TYPES.get(op.type)
    row: dict[str, Any] = {
        "op_id": op.id,
        "payload_hash": "\\x" + op.hash,
        "device_seq": op.seq,
        "type": op.type,
        "subject_id": subject,
        "shard": _shard(subject),
        "payload": op.payload,
    }
    # What is not named is NULL, and takes PostgreSQL no time: most ops have neither of these.
    if op.problem is not None:
        row["code"] = op.problem
    if known is not None and known.ordered:
        row["hold_until"] = hold_until
    return row


COLUMNS = (
    "op_id",
    "payload_hash",
    "device_seq",
    "type",
    "subject_id",
    "shard",
    "payload",
    "effective_at",
    "time_quality",
    "code",
    "hold_until",
)
"""What differs from op to op: the columns that the rows of `sort` have, as far as they have a value."""
NOTHING: Mapping[str, Any] = dict.fromkeys(COLUMNS)


def _freeze_times(batch: Sorted) -> None:
    """Write the corrected time of each op into its row; times do not go back as the numbers of a phone grow."""
    previous: float | None = None
    last_seq, expected = 0, batch.received.highest()
    clock, neighbours = batch.clock, batch.received.neighbours
    for op, _, row in batch.kept:
        seq, below, above = op.seq, None, None
        expected += 1
        if seq is not None:
            below, above = neighbours(seq)
            if previous is not None and seq > last_seq and (below is None or previous > below):
                below = previous
        at, quality = effective(op.body, clock, below, above)
        row["effective_at"], row["time_quality"] = aware(at), quality.value
        if seq != expected:
            batch.in_step = False
        if seq is not None:
            previous, last_seq = at, seq
