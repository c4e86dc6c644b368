"""Receipts: what phones are told that each op came to, and the inbox that says the same, in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from kernel.bulk import insert_rows, update_rows
from kernel.by_ids import ByIds
from kernel.change_feed import Change, Numbers, scope_of
from kernel.metrics import OPS_RECONCILED
from kernel.unit_of_work import UnitOfWork
from sync.appliers.desk import Pending, Settled
from sync.devices.models import DeviceProgress
from sync.devices.ranges import add_all
from sync.erasure.noting import note_late
from sync.ingest.models import Op, OpState

RECEIPTS = "receipts"


def announce_receipts(
    uow: UnitOfWork,
    region_id: UUID,
    results: Sequence[tuple[Pending, Settled]],
    others: Mapping[UUID, Settled] | None = None,
) -> None:
    """Announce a receipt for each op that is settled, and flip the inbox when the feed has its numbers.

    Of `others`, which the caller knows by their ids only, it is read whose they are.
    """
    ops = [(op.op_id, op.user_id, op.subject_id, outcome) for op, outcome in results]
    if others:
        known = select(Op.op_id, Op.user_id, Op.subject_id).where(Op.region_id == region_id, Op.op_id.in_(list(others)))
        rows = uow.session.execute(known)
        ops += [(op_id, user_id, subject_id, others[op_id]) for op_id, user_id, subject_id in rows]
    held = [op_id for op_id, _, _, outcome in ops if outcome.state is OpState.HELD]
    # As the feed writes ids.
    settled = [
        (str(op_id), scope_of("user", user_id), str(subject_id), outcome)
        for op_id, user_id, subject_id, outcome in ops
        if outcome.state is not OpState.HELD
    ]
    uow.announce([Change(region_id, scope, RECEIPTS, key) for key, scope, _, _ in settled])
    note_late(
        uow,
        {subject_id for _, _, subject_id, outcome in ops if outcome.state not in (OpState.HELD, OpState.QUARANTINED)},
    )

    def flip(numbers: Numbers) -> None:
        mine = numbers.get(region_id, {})
        # With the region in each row: beside a constant, a plan may read all ops of the region to find these.
        rows = [
            {
                "region_id": region_id,
                "op_id": key,
                "state": outcome.state.value,
                "code": outcome.code,
                "effect_seq": mine.get((scope, "work_orders", subject)) or mine.get((scope, RECEIPTS, key)),
            }
            for key, scope, subject, outcome in settled
        ]
        update_rows(uow.session, Op, rows, key=["region_id", "op_id"], same={"settled_at": uow.now})
        waits = [{"region_id": region_id, "op_id": key, "state": OpState.HELD.value} for key in held]
        update_rows(uow.session, Op, waits, key=["region_id", "op_id"])

    def count() -> None:
        for state, number in Counter(outcome.state for _, _, _, outcome in ops).items():
            OPS_RECONCILED.labels(outcome=state.value).inc(number)

    uow.after_feed.append(flip)
    uow.after_commit(count)


_APPLIED = ByIds(
    select(DeviceProgress.device_id, DeviceProgress.applied).order_by(DeviceProgress.device_id).with_for_update(),
    DeviceProgress.device_id,
)


def keep_progress(uow: UnitOfWork, numbers: Mapping[UUID, Sequence[int]]) -> None:
    """Note that these numbers of these devices have their final outcome."""
    if not numbers:
        return
    known = dict(_APPLIED.rows(uow.session, numbers))
    insert_rows(
        uow.session,
        DeviceProgress,
        [{"device_id": key, "applied": add_all(known.get(key, []), new)} for key, new in sorted(numbers.items())],
        on_conflict="(device_id) DO UPDATE SET applied = excluded.applied",
    )
