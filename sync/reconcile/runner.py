"""The worker's hot path: pending ops are claimed in sets, folded in memory, and all their effects committed together.

One transaction does everything for some hundred ops: effects, conflicts, receipts, feed rows and the flip of the inbox. A
worker that dies anywhere leaves no trace of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import OperationalError

from checklists.media import service as media
from checklists.media.service import DIGEST, Named
from checklists.runs import service as runs
from dispatch.consultations import keeping as consultations
from dispatch.consultations.book import ConsultationBook
from dispatch.fees import keeping as fees
from dispatch.fees.reading import part_of
from dispatch.work_orders import service as work_orders
from dispatch.work_orders.equipping import Wish, equip
from kernel.actor import system_actor
from kernel.bulk import insert_rows
from kernel.identifiers import parse_id
from kernel.metrics import OLDEST_OP_SECONDS, OPS_WAITING
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from sync.appliers.apply import OUT_OF_ORDER, Desk, Pending, Settled, apply, conclude, media_of
from sync.appliers.registry import TYPES, Effect
from sync.devices.models import Device
from sync.devices.ranges import Received
from sync.ingest.models import Op, OpState, Shard
from sync.ingest.queries import Backlog, backlog
from sync.ingest.service import SHARDS
from sync.reconcile import conflicts
from sync.reconcile.receipts import announce_receipts, keep_progress

log = structlog.get_logger(__name__)

DRAIN = "sync.drain"
NAMING = frozenset({Effect.FACT, Effect.PART, Effect.ASK, Effect.REPLY})
"""Effects whose files are named by the op itself."""


CHARGING = frozenset({Effect.FEE, Effect.PART})
"""Effects that add to an order's fees."""


def drain(runtime: Runtime, region: str) -> None:
    """Reconcile a region until nothing that this worker can get hold of is pending."""
    region_id = UUID(region)
    with runtime.unit_of_work(system_actor(region_id)) as uow:
        _open_shards(uow, region_id)
    while _once(runtime, region_id, None):
        pass


def sweep(runtime: Runtime) -> None:
    """Ring for every region where something is pending, and let go what was held long enough."""
    with runtime.unit_of_work(system_actor()) as uow:
        _release_overdue(uow, timedelta(minutes=runtime.settings.hold_online_minutes))
    with runtime.session() as session:
        regions = session.scalars(select(Op.region_id).where(Op.state == OpState.PENDING.value).distinct()).all()
        _show(backlog(session), runtime.clock.now())
    for region_id in regions:
        runtime.queue.ring(DRAIN, str(region_id))


def _show(found: Backlog, now: datetime) -> None:
    """Tell operators how much waits."""
    for state in (OpState.PENDING, OpState.HELD, OpState.QUARANTINED):
        OPS_WAITING.labels(state=state.value).set(getattr(found, state.value))
    waits = timedelta(0) if found.oldest_pending is None else now - found.oldest_pending
    OLDEST_OP_SECONDS.set(waits.total_seconds())


def _release_overdue(uow: UnitOfWork, online: timedelta) -> None:
    """Held ops go on when their time is over, or when their phone was online long after them and did not fill the gap."""
    silent = (
        select(Device.id)
        .where(Device.id == Op.device_id, Device.last_seen_at > uow.now - online, Op.received_at < uow.now - online)
        .exists()
    )
    uow.session.execute(
        update(Op)
        .where(Op.state == OpState.HELD.value, or_(Op.hold_until <= uow.now, silent))
        .values(state=OpState.PENDING.value, code=OUT_OF_ORDER)
        .execution_options(synchronize_session=False)
    )


def _once(runtime: Runtime, region_id: UUID, only: Sequence[UUID] | None) -> int:
    """Reconcile one set of ops in one transaction; return how many were settled.

    When the set is refused as it is written, it is halved until the op to blame stands alone; that one goes to quarantine.
    """
    claimed: list[Pending] = []
    try:
        with runtime.unit_of_work(system_actor(region_id)) as uow:
            shards = _lock_shards(uow, region_id, everywhere=only is not None)
            # Before the ops: what counts as complete here must be among those that are claimed now, or settled before.
            contiguous_to = _contiguous(uow, region_id, shards)
            claimed = _claim(uow, region_id, shards, only, runtime.settings.reconcile_ops)
            if claimed:
                _reconcile(uow, region_id, claimed, contiguous_to)
    except OperationalError:
        raise  # the database is not there or busy: nothing is wrong with the ops, the sweep tries again
    except Exception:  # whatever it is: one op to blame must not stop a region for good
        log.exception("a set of ops was refused as a whole", ops=len(claimed))
        if len(claimed) == 1:
            _quarantine(runtime, region_id, claimed[0])
        else:
            middle = (len(claimed) + 1) // 2
            _once(runtime, region_id, [op.op_id for op in claimed[:middle]])
            _once(runtime, region_id, [op.op_id for op in claimed[middle:]])
    return len(claimed)


def _lock_shards(uow: UnitOfWork, region_id: UUID, *, everywhere: bool) -> Sequence[int]:
    """Lock shards where ops wait and no other worker is (or, `everywhere`, all of them, waiting for the others)."""
    waiting = exists().where(Op.region_id == region_id, Op.shard == Shard.shard, Op.state == OpState.PENDING.value)
    free = (
        select(Shard.shard)
        .where(Shard.region_id == region_id, waiting)
        .order_by(Shard.shard)
        .limit(SHARDS if everywhere else SHARDS // 2)
        .with_for_update(skip_locked=not everywhere)
    )
    return uow.session.scalars(free).all()


def _contiguous(uow: UnitOfWork, region_id: UUID, shards: Sequence[int]) -> dict[UUID, int]:
    """Return up to which number each device whose ops wait in these shards has handed in everything."""
    if not shards:
        return {}
    devices = select(Op.device_id).where(
        Op.region_id == region_id, Op.shard.in_(shards), Op.state == OpState.PENDING.value
    )
    rows = uow.session.execute(select(Device.id, Device.received).where(Device.id.in_(devices)))
    return {row.id: Received(row.received).contiguous_to() for row in rows}


def _claim(
    uow: UnitOfWork, region_id: UUID, shards: Sequence[int], only: Sequence[UUID] | None, limit: int
) -> list[Pending]:
    """Take pending ops of these shards, whole orders together, each device's in the order of its numbers."""
    if not shards:
        return []
    statement = select(
        Op.op_id,
        Op.device_id,
        Op.user_id,
        Op.device_seq,
        Op.type,
        Op.subject_id,
        Op.payload,
        Op.effective_at,
        Op.time_quality,
        Op.code,
    ).where(Op.region_id == region_id, Op.shard.in_(shards), Op.state == OpState.PENDING.value)
    if only is not None:
        statement = statement.where(Op.op_id.in_(only))
    rows = uow.session.execute(
        statement.order_by(Op.shard, Op.subject_id, Op.device_id, Op.device_seq, Op.op_id).limit(limit)
    ).all()
    return [
        Pending(
            row.op_id,
            row.device_id,
            row.user_id,
            row.device_seq,
            row.type,
            row.subject_id,
            _parse(row.payload),
            row.effective_at,
            row.time_quality,
            row.code,
        )
        for row in rows
    ]


def _parse(payload: str) -> Mapping[str, Any]:
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _open_shards(uow: UnitOfWork, region_id: UUID) -> None:
    """Give a region its shards when its first op waits; harmless when it has them."""
    known = uow.session.scalars(select(Shard.shard).where(Shard.region_id == region_id).limit(1)).first()
    if known is None:
        rows = [{"region_id": region_id, "shard": number} for number in range(SHARDS)]
        insert_rows(uow.session, Shard, rows, on_conflict="(region_id, shard) DO NOTHING")


def _reconcile(uow: UnitOfWork, region_id: UUID, claimed: list[Pending], contiguous_to: Mapping[UUID, int]) -> None:
    subjects = sorted({op.subject_id for op in claimed})
    orders = work_orders.open_book(uow, subjects, history=True)
    charged = fees.open_fees(uow, orders.orders, _charges(claimed))
    holders = {key: orders.holders_now(key) for key in orders.orders}
    book = runs.open_runs(uow, list(orders.orders), holders, charged.facts)
    equip(uow, orders, _wishes(claimed))
    asked = consultations.load_known(uow, _answered(claimed))
    desk = Desk(orders, book, contiguous_to, uow.now, consultations=ConsultationBook(asked), fees=charged)
    settled = {op.op_id: apply(desk, op) for op in claimed}
    conclude(desk, {op.op_id: op for op in claimed}, settled)
    # Runs before orders: an order that is given away in this set announces its removal last.
    runs.write_runs(uow, book)
    fees.write_fees(uow, charged, {key: orders.holders_now(key) for key in charged.orders})
    work_orders.write_book(uow, orders)
    consultations.write_book(uow, desk.consultations)
    media.name_media(uow, _named(region_id, claimed, settled))
    conflicts.store(uow, orders, desk.conflicts)
    _leave_released(uow, claimed, settled)
    claimed = [op for op in claimed if op.op_id in settled]
    _keep_progress(uow, claimed, settled)
    announce_receipts(uow, region_id, claimed, settled)


def _wishes(claimed: Sequence[Pending]) -> list[Wish]:
    """Return which commands these ops ask of which orders."""
    known = ((op, TYPES.get(op.type)) for op in claimed)
    return [Wish(op.subject_id, one.command) for op, one in known if one is not None and one.command is not None]


def _charges(claimed: Sequence[Pending]) -> list[Mapping[str, Any]]:
    """Return what these ops charge, of whatever orders."""
    effects = ((op.body.get("data") or {}, TYPES[op.type].effect) for op in claimed if op.type in TYPES)
    lines = (data if effect is Effect.FEE else part_of(data) for data, effect in effects if effect in CHARGING)
    return [line for line in lines if line is not None]


def _answered(claimed: Sequence[Pending]) -> list[UUID]:
    """Return the consultations that replies speak of."""
    named = [
        parse_id((op.body.get("data") or {}).get("consultation_id"))
        for op in claimed
        if op.type in TYPES and TYPES[op.type].effect is Effect.REPLY
    ]
    return sorted({key for key in named if key is not None})


def _named(region_id: UUID, claimed: Sequence[Pending], settled: Mapping[UUID, Settled]) -> Iterator[Named]:
    """Yield the files that facts name; those of answers and signatures are named with their runs."""
    for op in claimed:
        if op.type in TYPES and TYPES[op.type].effect in NAMING and settled[op.op_id].state is OpState.APPLIED:
            files = media_of(op)
            told = (op.body.get("data") or {}).get("sha256") if len(files) == 1 else None
            digest = told.lower() if isinstance(told, str) and DIGEST.fullmatch(told) else None
            yield from (Named(region_id, op.subject_id, one, op.user_id, digest) for one in files)


def _leave_released(uow: UnitOfWork, claimed: Sequence[Pending], settled: dict[UUID, Settled]) -> None:
    """Leave pending what we would hold though its gap was filled meanwhile: that push saw nothing to release.

    The devices are locked from here on, so that a push that fills the gap now comes after us, and finds what we hold.
    """
    held = [op for op in claimed if settled[op.op_id].state is OpState.HELD]
    if not held:
        return
    rows = uow.session.execute(
        select(Device.id, Device.received)
        .where(Device.id.in_({op.device_id for op in held}))
        .order_by(Device.id)
        .with_for_update()
    )
    contiguous_to = {row.id: Received(row.received).contiguous_to() for row in rows}
    for op in held:
        if (op.device_seq or 0) <= contiguous_to.get(op.device_id, 0):
            del settled[op.op_id]
    kept = {op.device_id for op in held if op.op_id in settled}
    if kept:
        uow.session.execute(
            update(Device).where(Device.id.in_(kept)).values(holding=True).execution_options(synchronize_session=False)
        )


def _keep_progress(uow: UnitOfWork, claimed: list[Pending], settled: Mapping[UUID, Settled]) -> None:
    """Note which numbers of each device are settled."""
    numbers: dict[UUID, list[int]] = {}
    for op in claimed:
        if op.device_seq is not None and settled[op.op_id].state is not OpState.HELD:
            numbers.setdefault(op.device_id, []).append(op.device_seq)
    keep_progress(uow, numbers)


def _quarantine(runtime: Runtime, region_id: UUID, op: Pending) -> None:
    """Put the one op that cannot be written aside, with its receipt."""
    with runtime.unit_of_work(system_actor(region_id)) as uow:
        settled = {op.op_id: Settled(OpState.QUARANTINED, "refused-when-written")}
        _keep_progress(uow, [op], settled)
        announce_receipts(uow, region_id, [op], settled)
