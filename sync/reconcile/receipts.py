"""Receipts: what phones are told that each op came to, and the inbox that says the same, in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kernel.bulk import insert_rows, update_rows
from kernel.change_feed import Change, scope_of
from kernel.metrics import OPS_RECONCILED
from kernel.unit_of_work import FeedKey, UnitOfWork
from sync.appliers.apply import Pending, Settled
from sync.devices.models import DeviceProgress
from sync.devices.ranges import add_all
from sync.ingest.models import Op, OpState


@dataclass(frozen=True, slots=True)
class _Receipt:
    user_id: UUID
    subject_id: UUID


def announce_receipts(
    uow: UnitOfWork, region_id: UUID, claimed: Sequence[Pending], settled: Mapping[UUID, Settled]
) -> None:
    """Announce a receipt for each op that is settled, and flip the inbox when the feed has its numbers.

    What was `claimed` is known; of other ops it is read whose they are.
    """
    owners = {op.op_id: _Receipt(op.user_id, op.subject_id) for op in claimed}
    earlier = [op_id for op_id in settled if op_id not in owners]
    if earlier:
        for row in uow.session.execute(
            select(Op.op_id, Op.user_id, Op.subject_id).where(Op.region_id == region_id, Op.op_id.in_(earlier))
        ):
            owners[row.op_id] = _Receipt(row.user_id, row.subject_id)
    final = {
        op_id: owners[op_id] for op_id, one in settled.items() if op_id in owners and one.state is not OpState.HELD
    }
    uow.announce(
        Change(region_id, scope_of("user", owner.user_id), "receipts", str(op_id)) for op_id, owner in final.items()
    )

    def flip(numbers: Mapping[FeedKey, int]) -> None:
        rows = []
        for op_id, one in settled.items():
            owner = owners.get(op_id)
            if owner is None:
                continue
            scope = scope_of("user", owner.user_id)
            effect = numbers.get((region_id, scope, "work_orders", str(owner.subject_id)))
            rows.append(
                {
                    "region_id": region_id,
                    "op_id": op_id,
                    "state": one.state.value,
                    "code": one.code,
                    "effect_seq": effect or numbers.get((region_id, scope, "receipts", str(op_id))),
                    "settled_at": None if one.state is OpState.HELD else uow.now,
                }
            )
        update_rows(uow.session, Op, rows, key=["region_id", "op_id"])

    def count() -> None:
        for state, number in Counter(one.state for one in settled.values()).items():
            OPS_RECONCILED.labels(outcome=state.value).inc(number)

    uow.after_feed.append(flip)
    uow.after_commit(count)


def keep_progress(uow: UnitOfWork, numbers: Mapping[UUID, Sequence[int]]) -> None:
    """Note that these numbers of these devices have their final outcome."""
    if not numbers:
        return
    before = uow.session.execute(
        select(DeviceProgress.device_id, DeviceProgress.applied)
        .where(DeviceProgress.device_id.in_(sorted(numbers)))
        .order_by(DeviceProgress.device_id)
        .with_for_update()
    )
    known = {row.device_id: row.applied for row in before}
    insert_rows(
        uow.session,
        DeviceProgress,
        [{"device_id": key, "applied": add_all(known.get(key, []), new)} for key, new in sorted(numbers.items())],
        on_conflict="(device_id) DO UPDATE SET applied = excluded.applied",
    )
