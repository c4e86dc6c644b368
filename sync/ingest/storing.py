"""Puts a batch into the inbox, and what it told of its phone into the phone's row: in a transaction, or with one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, String, Uuid, bindparam, func, select, text, update
from sqlalchemy.exc import IntegrityError

from kernel.bulk import insert_rows, recordset, rows_parameter
from kernel.database import Document, UTCDateTime, id_list, is_listed, is_postgres
from kernel.direct import Prepared
from kernel.unit_of_work import UnitOfWork
from sync.devices.calling import Phone
from sync.devices.models import Device
from sync.devices.states import DeviceStatus
from sync.ingest.envelope import variant_id
from sync.ingest.models import Op, OpState
from sync.ingest.sorting import COLUMNS, NOTHING, Kept, Sorted, found_again


def store_at_once(uow: UnitOfWork, phone: Phone, batch: Sorted) -> bool:
    """Store what a phone in good standing sends for the first time, with one statement of PostgreSQL; tell whether it was done.

    Nothing is done where an id was used before, or the phone's row is another by now: revoked, or a push came in between.
    """
    if phone.holding or not batch.is_new() or len({op.id for op, _, _ in batch.kept}) < len(batch.kept):
        return False
    if batch.in_step:
        first, last = (batch.kept[at][2]["effective_at"].timestamp() for at in (0, -1))
        batch.received.extend(len(batch.kept), first, last)
    else:
        note_received(batch, set())
    rows = rows_parameter([row for _, _, row in batch.kept])
    told = {**_told(uow, phone, batch), "ranges": batch.received.ranges, "stamp": phone.stamp}
    try:
        done = _AT_ONCE.row(uow.session, rows=rows, **told)
    except IntegrityError:
        return False
    return bool(done[0])


def find_again(uow: UnitOfWork, phone: Phone, batch: Sorted) -> bool:
    """Answer `duplicate` for a batch that the inbox has as a whole, with one statement; tell whether it does.

    Noted is only that the phone was here, if its row is still as it was found.
    """
    if not batch.come_again():
        return False
    ids = id_list(uow.session, [op.id for op, _, _ in batch.kept])
    same = {"region": phone.region_id, "stamp": phone.stamp, "ids": ids}
    rows = _AGAIN.rows(uow.session, **same, **_told(uow, phone, batch))
    found = batch.is_found_again({str(op_id): payload_hash.hex() for op_id, payload_hash in rows})
    if found:
        for _, answer, _ in batch.kept:
            found_again(answer)
    return found


_TELLING = """
last_push_at = :at, last_seen_at = :at, holding = :held,
app = coalesce(:app_now, app), clock_offset_ms = coalesce(:offset_now, clock_offset_ms)
"""
_AS_IT_WAS = "id = :device AND xmin = CAST(:stamp AS xid)"
_PARAMETERS = (
    bindparam("device", type_=Uuid()),
    bindparam("region", type_=Uuid()),
    bindparam("stamp", type_=String()),
    bindparam("at", type_=UTCDateTime()),
    bindparam("held", type_=Boolean()),
    bindparam("app_now", type_=String()),
    bindparam("offset_now", type_=BigInteger()),
)
_AT_ONCE = Prepared(
    text(
        f"""
        WITH phone AS (
            UPDATE devices SET received = :ranges, {_TELLING} WHERE {_AS_IT_WAS} RETURNING id, region_id, user_id
        ), stored AS (
            INSERT INTO sync_ops (region_id, device_id, user_id, received_at, state, {", ".join(COLUMNS)})
            SELECT region_id, id, user_id, :at, '{OpState.PENDING.value}', {", ".join(f"r.{name}" for name in COLUMNS)}
            FROM phone, {recordset(Op, COLUMNS)}
            RETURNING 1
        )
        SELECT count(*) AS stored FROM stored
        """  # noqa: S608 - names of columns
    )
    .bindparams(*(one for one in _PARAMETERS if one.key != "region"), bindparam("ranges", type_=Document))
    .columns(stored=BigInteger)
)
_AGAIN = Prepared(
    text(
        f"""
        WITH phone AS (UPDATE devices SET {_TELLING} WHERE {_AS_IT_WAS} RETURNING id)
        SELECT op_id, payload_hash FROM phone, sync_ops
        WHERE region_id = :region AND op_id = ANY (CAST(:ids AS uuid[]))
        """  # noqa: S608 - names of columns
    )
    .bindparams(*_PARAMETERS)
    .columns(Op.op_id, Op.payload_hash)
)


def store(uow: UnitOfWork, phone: Phone, batch: Sorted) -> set[str]:
    """Insert what is new, and answer `duplicate` for what was there. Returns the ids that are new."""
    rows: dict[str, dict[str, Any]] = {}
    twice: list[Kept] = []
    for kept in batch.kept:
        op, answer, row = kept
        if op.id not in rows:
            rows[op.id] = row
        elif rows[op.id]["payload_hash"] == row["payload_hash"]:
            found_again(answer)
        else:
            twice.append(kept)
    # Looking is cheaper than trying, where it is likely that all is there.
    hashes = _hashes(uow, phone, list(rows)) if batch.come_again() else {}
    fresh = _insert(uow, phone, [row for key, row in rows.items() if key not in hashes])
    known = [kept for kept in batch.kept if kept[0].id not in fresh and kept[1]["status"] != "duplicate"]
    if not known and not twice:
        return fresh
    hashes |= _hashes(uow, phone, [op.id for op, _, _ in known if op.id not in hashes])
    variants: dict[str, dict[str, Any]] = {}
    for op, answer, row in (*known, *twice):
        if hashes.get(op.id) == op.hash:
            found_again(answer)
        else:
            # Same id, other content: never a duplicate. Both are kept, and a person sees the second.
            answer["status"], answer["code"] = "quarantined", "id-reuse"
            key = variant_id(op)
            variants[key] = {**row, "op_id": key, "code": "id-reuse"}
    _insert(uow, phone, list(variants.values()))
    return fresh


def _hashes(uow: UnitOfWork, phone: Phone, ids: Sequence[str]) -> dict[str, str]:
    """Return the hashes of those of these ops that the inbox has."""
    if not ids:
        return {}
    rows = _HASHES[is_postgres(uow.session)].rows(uow.session, region=phone.region_id, ids=id_list(uow.session, ids))
    return {str(op_id): payload_hash.hex() for op_id, payload_hash in rows}


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
    whole = [{**NOTHING, **row} for row in rows]
    written = insert_rows(uow.session, Op, whole, same=same, on_conflict=conflict, returning=["op_id"])
    if len(written) == len(rows):
        return {row["op_id"] for row in rows}
    return {str(op_id) for (op_id,) in written}


def note_received(batch: Sorted, fresh: set[str]) -> bool:
    """Note which numbers arrived; tell whether a number came a second time with another op: a cloned phone."""
    received, forked = batch.received, False
    for op, answer, row in batch.kept:
        if op.seq is None or answer["status"] == "duplicate":
            continue
        if op.id in fresh and received.has(op.seq):
            forked = True
        received.add(op.seq, row["effective_at"].timestamp())
    return forked


def keep_device(uow: UnitOfWork, phone: Phone, batch: Sorted, *, forked: bool, stored: int) -> None:
    """Note what a push told of its phone, whose row is locked."""
    _KEEP_DEVICE.rows(
        uow.session,
        **_told(uow, phone, batch),
        ranges=batch.received.ranges,
        late=phone.late_ops + stored if phone.status is DeviceStatus.REVOKED else phone.late_ops,
        forked_now=uow.now if forked else None,
    )


def _told(uow: UnitOfWork, phone: Phone, batch: Sorted) -> dict[str, Any]:
    """Return what a push tells of its phone, as the parameters of statements."""
    offset = batch.clock.offset
    return {
        "device": phone.id,
        "at": uow.now,
        "held": phone.holding and bool(batch.received.missing()),
        "app_now": batch.app,
        "offset_now": None if offset is None else round(max(-(2**50), min(offset * 1000, 2**50))),
    }


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


def release_held(uow: UnitOfWork, phone: Phone, contiguous_to: int) -> None:
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
