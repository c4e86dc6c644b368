"""Which ops a worker takes next: of shards that nobody else is at, whole orders together."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    SmallInteger,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from kernel.bulk import insert_rows
from kernel.direct import Prepared
from kernel.unit_of_work import UnitOfWork
from sync.appliers.desk import Pending
from sync.appliers.registry import TYPES
from sync.devices.models import Device
from sync.ingest.envelope import is_known
from sync.ingest.models import Op, OpState, Shard
from sync.ingest.sorting import SHARDS

_PENDING = Op.state == literal_column(f"'{OpState.PENDING.value}'", String())
"""Word for word as its index has it: with a parameter in its place, a plan for any value could not use that."""
_REGION: Any = bindparam("region", type_=Uuid())


def lock_shards(uow: UnitOfWork, region_id: UUID, most: int, *, everywhere: bool) -> Sequence[int]:
    """Lock shards where ops wait and no other worker is (or, `everywhere`, all of them, waiting for the others)."""
    found = _SHARDS[everywhere].rows(uow.session, region=region_id, most=most)
    if not found and _open_shards(uow, region_id):
        found = _SHARDS[everywhere].rows(uow.session, region=region_id, most=most)
    return [shard for (shard,) in found]


_SHARDS = {
    everywhere: Prepared(
        select(Shard.shard)
        .where(
            Shard.region_id == _REGION,
            # Not EXISTS: that may be planned as a join with all that waits.
            select(literal_column("1", Integer()))
            .where(Op.region_id == _REGION, Op.shard == Shard.shard, _PENDING)
            .limit(literal_column("1", Integer()))
            .scalar_subquery()
            == literal_column("1", Integer()),
        )
        .order_by(Shard.shard)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=not everywhere)
    )
    for everywhere in (False, True)
}


def _open_shards(uow: UnitOfWork, region_id: UUID) -> bool:
    """Give a region its shards when its first op waits; tell whether it lacked any."""
    (there,) = _HAS_SHARDS.row(uow.session, region=region_id)
    if there == SHARDS:
        return False
    rows = [{"region_id": region_id, "shard": number} for number in range(SHARDS)]
    insert_rows(uow.session, Shard, rows, on_conflict="(region_id, shard) DO NOTHING")
    return True


_HAS_SHARDS = Prepared(select(func.count()).select_from(Shard).where(Shard.region_id == _REGION))


def claim(
    uow: UnitOfWork, region_id: UUID, shards: Sequence[int], only: Sequence[UUID] | None, limit: int
) -> tuple[list[Pending], dict[UUID, int]]:
    """Take pending ops of these shards, whole orders together, each device's in the order of its numbers.

    Returns besides up to which number each of their devices has handed in everything. One statement sees both: what counts as
    complete must be among those that are claimed now, or settled before.
    """
    if not shards:
        return [], {}
    if only is None:
        given = {f"shard_{n}": shard for n, shard in enumerate(shards)}
        rows = _waiting(len(shards), limit).tuples(uow.session, region=region_id, **given)
    else:
        rows = list(uow.session.execute(_with_devices(_WAITING.where(Op.op_id.in_(only))), {"region": region_id}))
    claimed: list[Pending] = []
    contiguous_to: dict[UUID, int] = {}
    for op_id, device_id, user_id, seq, kind, subject_id, payload, effective_at, quality, code in rows:
        if op_id is None:
            contiguous_to[device_id] = seq or 0
        else:
            body = _read(kind, payload)
            claimed.append(Pending(op_id, device_id, user_id, seq, kind, subject_id, body, effective_at, quality, code))
    return claimed, contiguous_to


_CLAIMED = (
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
)
_WAITING = (
    select(*_CLAIMED, Op.shard)
    .where(Op.region_id == _REGION, _PENDING)
    .order_by(Op.shard, Op.subject_id, Op.device_id, Op.device_seq, Op.op_id)
)


def _with_devices(waiting: Any) -> Select[Any]:
    """Add a row without an op for each device of these ops: up to which of its numbers nothing is missing.

    Not joined: the ranges would be read for each op, and a plan for few ops looks for the device of each in all of them.
    """
    ops = waiting.cte("claimed")
    ranges: Any = Device.received
    low, high = (cast(ranges[(0, end)].as_string(), BigInteger) for end in (0, 1))
    complete = case((low == 1, high))
    known = {Op.device_id.key: Device.id, Op.device_seq.key: complete}
    columns: list[Any] = [known.get(column.key, null()).label(column.key) for column in (*_CLAIMED, Op.shard)]
    devices = select(*columns).where(Device.id.in_(select(ops.c.device_id)))
    both = union_all(select(ops), devices).subquery("both")
    order = (both.c.shard, both.c.subject_id, both.c.device_id, both.c.device_seq, both.c.op_id)
    return select(*(both.c[column.key] for column in _CLAIMED)).order_by(*order)


@lru_cache(maxsize=64)
def _waiting(shards: int, limit: int) -> Prepared:
    """Write the statement for so many shards and ops."""
    named = [bindparam(f"shard_{n}", type_=SmallInteger()) for n in range(shards)]
    return Prepared(_with_devices(_WAITING.where(Op.shard.in_(named)).limit(literal_column(str(limit), Integer()))))


def _read(kind: str, payload: str) -> Mapping[str, Any]:
    """Read an op as it was stored, in the shape of the newest version of its type."""
    try:
        body = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(body, dict):
        return {}
    if not isinstance(body.get("data", {}), dict):
        body["data"] = {}  # such an op waits for a person, and must not make its neighbours wait
    known = TYPES.get(kind)
    # What cannot be understood goes to a person as it is.
    return known.newest(body) if known is not None and known.steps and is_known(known, body) else body
