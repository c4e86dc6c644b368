"""Decides which phones are woken: those with news that no stream and no pull has told them of, each once in a while."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast, literal, or_, select

from dispatch.accounts import queries as accounts
from kernel.bulk import update_rows
from kernel.change_feed import EPOCH_SIZE, FeedHead, scope_of
from kernel.unit_of_work import UnitOfWork
from sync.devices.gateway import HELD
from sync.devices.models import Device, DeviceGateway
from sync.devices.states import DeviceStatus
from sync.stream import news

TOPIC = "devices.poke"


def poke(uow: UnitOfWork, *, limit: int, every: timedelta) -> int:
    """Leave a message in the outbox for each phone with news, at most one a phone in so long; return how many were looked at.

    Phones on a stream hear of news by themselves. What a pull has told is no news. Two statements, one more for each region,
    and two to write.
    """
    found = _behind(uow, limit, every)
    newest = _newest(uow, found)
    poked, rows = [], []
    for row in found:
        known = max(row.acked_seq, row.told_seq, row.poked_seq)
        seq = newest[row.device_id]
        if seq > known:
            poked.append((row, seq))
        rows.append(
            {
                "device_id": row.device_id,
                "looked_seq": row.head,
                "poked_seq": seq if seq > known else row.poked_seq,
                "poked_at": uow.now if seq > known else row.poked_at,
            }
        )
    update_rows(uow.session, DeviceGateway, rows, key=["device_id"])
    uow.emit_many(
        TOPIC,
        [
            (f"{row.device_id}:{seq}", {"device_id": str(row.device_id), "seq": seq, "at": uow.now.isoformat()})
            for row, seq in poked
        ],
    )
    return len(found)


def _behind(uow: UnitOfWork, limit: int, every: timedelta) -> Sequence[Any]:
    """Lock the phones in whose region something happened since they were looked at, and that may be woken now."""
    gateway, head = DeviceGateway, cast(FeedHead.epoch, BigInteger) * literal(EPOCH_SIZE, BigInteger()) + FeedHead.n
    statement = (
        select(
            gateway.device_id,
            gateway.looked_seq,
            gateway.poked_seq,
            gateway.poked_at,
            gateway.told_seq,
            Device.region_id,
            Device.user_id,
            Device.acked_seq,
            head.label("head"),
        )
        .join(Device, Device.id == gateway.device_id)
        .join(FeedHead, FeedHead.region_id == Device.region_id)
        .where(
            head > gateway.looked_seq,
            or_(gateway.poked_at.is_(None), gateway.poked_at <= uow.now - every),
            or_(gateway.held_at.is_(None), gateway.held_at <= uow.now - HELD),
            Device.status == DeviceStatus.ACTIVE.value,
            Device.user_id.in_(accounts.active_ids()),
        )
        .order_by(gateway.looked_seq, gateway.device_id)
        .limit(limit)
        .with_for_update(of=gateway, skip_locked=True)
    )
    return uow.session.execute(statement).all()


def _newest(uow: UnitOfWork, found: Sequence[Any]) -> dict[UUID, int]:
    """Return the number of the newest change of each phone since it was looked at, 0 where there is none."""
    newest: dict[UUID, int] = {}
    for region_id in sorted({row.region_id for row in found}):
        mine = [row for row in found if row.region_id == region_id]
        whole = scope_of("region", region_id)
        scopes = {scope_of("user", row.user_id) for row in mine}
        since = min(row.looked_seq for row in mine)
        latest = news.latest(uow.session, region_id, [whole, *sorted(scopes)], since=since)
        for row in mine:
            newest[row.device_id] = max(latest.get(whole, 0), latest.get(scope_of("user", row.user_id), 0))
    return newest
