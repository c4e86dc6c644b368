"""The worker's hot path: pending ops are claimed in sets, folded in memory, and all their effects committed together.

One transaction does everything for some hundred ops: effects, conflicts, receipts, feed rows and the flip of the inbox. A
worker that dies anywhere leaves no trace of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
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
from kernel.identifiers import parse_id
from kernel.metrics import OLDEST_OP_SECONDS, OPS_WAITING
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from sync.appliers.apply import OUT_OF_ORDER, PHOTO, REPLY, apply, conclude, files_of
from sync.appliers.desk import Desk, Pending, Settled
from sync.appliers.registry import TYPES, Effect
from sync.devices.models import Device
from sync.devices.ranges import Received
from sync.ingest.models import Op, OpState
from sync.ingest.queries import Backlog, backlog
from sync.ingest.sorting import SHARDS
from sync.reconcile import conflicts
from sync.reconcile.claiming import claim, lock_shards
from sync.reconcile.receipts import announce_receipts, keep_progress

log = structlog.get_logger(__name__)

DRAIN = "sync.drain"
NAMING = (Effect.FACT, Effect.PART, Effect.ASK, Effect.REPLY)
"""Effects whose files are named by the op itself."""
Result = tuple[Pending, Settled]
"""An op, and what it came to."""
FACTS = frozenset(name for name, one in TYPES.items() if one.effect is Effect.FACT)
"""Types of ops that neither look at the checklist or the fees of an order, nor change them."""
CHARGING = (Effect.FEE, Effect.PART)
"""Effects that add to an order's fees."""


def drain(runtime: Runtime, region: str) -> None:
    """Reconcile a region until nothing that this worker can get hold of is pending."""
    size = runtime.settings.reconcile_ops
    settled = _once(runtime, UUID(region), None)
    while settled:
        # One that had its hands full leaves shards for others.
        settled = _once(runtime, UUID(region), None, most=SHARDS // 2 if settled == size else SHARDS)


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


def _once(runtime: Runtime, region_id: UUID, only: Sequence[UUID] | None, *, most: int = SHARDS) -> int:
    """Reconcile one set of ops of so many shards in one transaction; return how many were settled.

    When the set is refused as it is written, it is halved until the op to blame stands alone; that one goes to quarantine.
    """
    claimed: list[Pending] = []
    try:
        with runtime.unit_of_work(system_actor(region_id)) as uow:
            shards = lock_shards(uow, region_id, most, everywhere=only is not None)
            claimed, contiguous_to = claim(uow, region_id, shards, only, runtime.settings.reconcile_ops)
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


def _reconcile(uow: UnitOfWork, region_id: UUID, claimed: list[Pending], contiguous_to: Mapping[UUID, int]) -> None:
    subjects = sorted({op.subject_id for op in claimed})
    # A fact stands on the timeline, whatever the checklist and the fees of its order are.
    others = [op for op in claimed if op.type not in FACTS]
    more = {op.subject_id for op in others if op.type in TYPES and TYPES[op.type].effect is not Effect.REPLY}
    orders = work_orders.open_book(uow, subjects, history=True)
    touched = {key: order for key, order in orders.orders.items() if key in more}
    charged = fees.open_fees(uow, touched, _charges(others))
    holders = {key: orders.holders_now(key) for key in touched}
    book = runs.open_runs(uow, list(touched), holders, charged.facts)
    equip(uow, orders, _wishes(others))
    asked = consultations.load_known(uow, _answered(others))
    desk = Desk(orders, book, contiguous_to, uow.now, consultations=ConsultationBook(asked), fees=charged)
    results = [(op, apply(desk, op)) for op in claimed]
    # From here on, ops go with what they came to: what is left are ops of earlier sets.
    changed = conclude(desk, results)
    if changed:
        results = [(op, changed.pop(op.op_id, outcome)) for op, outcome in results]
    # Runs before orders: an order that is given away in this set announces its removal last.
    runs.write_runs(uow, book)
    fees.write_fees(uow, charged, {key: orders.holders_now(key) for key in charged.orders})
    work_orders.write_book(uow, orders)
    consultations.write_book(uow, desk.consultations)
    media.name_media(uow, _named(region_id, results))
    conflicts.store(uow, orders, desk.conflicts)
    results = _leave_released(uow, results)
    _keep_progress(uow, results)
    announce_receipts(uow, region_id, results, changed)


def _wishes(ops: Sequence[Pending]) -> list[Wish]:
    """Return which commands these ops ask of which orders."""
    known = ((op, TYPES.get(op.type)) for op in ops)
    return [Wish(op.subject_id, one.command) for op, one in known if one is not None and one.command is not None]


def _charges(ops: Sequence[Pending]) -> list[Mapping[str, Any]]:
    """Return what these ops charge, of whatever orders."""
    effects = ((op.body.get("data") or {}, TYPES[op.type].effect) for op in ops if op.type in TYPES)
    lines = (data if effect is Effect.FEE else part_of(data) for data, effect in effects if effect in CHARGING)
    return [line for line in lines if line is not None]


def _answered(ops: Sequence[Pending]) -> list[UUID]:
    """Return the consultations that replies speak of."""
    named = [parse_id((op.body.get("data") or {}).get("consultation_id")) for op in ops if op.type == REPLY]
    return sorted({key for key in named if key is not None})


def _named(region_id: UUID, results: Sequence[Result]) -> Iterator[Named]:
    """Yield the files that facts name; those of answers and signatures are named with their runs."""
    for op, outcome in results:
        if not ("media" in op.body or op.type == PHOTO) or outcome.state is not OpState.APPLIED:
            continue
        if TYPES[op.type].effect in NAMING:
            for media_id, told in files_of(op).items():
                digest = told.lower() if isinstance(told, str) and DIGEST.fullmatch(told) else None
                yield Named(region_id, op.subject_id, media_id, op.user_id, digest)


def _leave_released(uow: UnitOfWork, results: list[Result]) -> list[Result]:
    """Leave pending what we would hold though its gap was filled meanwhile: that push saw nothing to release.

    The devices are locked from here on, so that a push that fills the gap now comes after us, and finds what we hold. Returns
    what is settled nevertheless.
    """
    held = {op.device_id for op, outcome in results if outcome.state is OpState.HELD}
    if not held:
        return results
    rows = uow.session.execute(
        select(Device.id, Device.received).where(Device.id.in_(held)).order_by(Device.id).with_for_update()
    )
    contiguous_to = {row.id: Received(row.received).contiguous_to() for row in rows}
    kept = [
        (op, outcome)
        for op, outcome in results
        if outcome.state is not OpState.HELD or (op.device_seq or 0) > contiguous_to.get(op.device_id, 0)
    ]
    holding = {op.device_id for op, outcome in kept if outcome.state is OpState.HELD}
    if holding:
        uow.session.execute(
            update(Device)
            .where(Device.id.in_(holding))
            .values(holding=True)
            .execution_options(synchronize_session=False)
        )
    return kept


def _keep_progress(uow: UnitOfWork, results: Sequence[Result]) -> None:
    """Note which numbers of each device are settled."""
    numbers: dict[UUID, list[int]] = {}
    device_id, mine = None, list[int]()
    for op, outcome in results:
        if op.device_seq is not None and outcome.state is not OpState.HELD:
            if op.device_id != device_id:
                device_id = op.device_id
                mine = numbers.setdefault(device_id, [])
            mine.append(op.device_seq)
    keep_progress(uow, numbers)


def _quarantine(runtime: Runtime, region_id: UUID, op: Pending) -> None:
    """Put the one op that cannot be written aside, with its receipt."""
    with runtime.unit_of_work(system_actor(region_id)) as uow:
        results = [(op, Settled(OpState.QUARANTINED, "refused-when-written"))]
        _keep_progress(uow, results)
        announce_receipts(uow, region_id, results)
