"""The tombstone horizon: removals that every phone knows of are dropped from the feed.

A removal has to stay until each phone that may hold the document has come past it. Phones that were silent for long do not hold
it back; they are told to pull anew from 0 instead, and what does not come is dropped there.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, update

from kernel.change_feed import EPOCH_SIZE, REMOVED, FeedHead, FeedRow
from kernel.unit_of_work import UnitOfWork
from sync.devices.models import Device
from sync.devices.states import DeviceStatus

REST = timedelta(minutes=10)
"""How long the horizon stands before anything below it is dropped: a page that is being read may have seen the one before."""


def move_on(uow: UnitOfWork, region_id: UUID, *, silent: timedelta) -> None:
    """Let a region's horizon follow the phone that is furthest behind, of those that were heard of within `silent`.

    It never goes beyond the last removal: phones that are further behind than that have to pull everything anew.
    """
    session = uow.session
    known = session.scalar(
        select(func.min(Device.acked_seq)).where(
            Device.region_id == region_id,
            Device.status == DeviceStatus.ACTIVE.value,
            Device.last_seen_at > uow.now - silent,
        )
    )
    removals = select(func.max(FeedRow.seq)).where(FeedRow.region_id == region_id, FeedRow.op == REMOVED)
    last = session.scalar(removals if known is None else removals.where(FeedRow.seq <= known))
    if last is None:
        return
    epoch, n = divmod(last, EPOCH_SIZE)
    session.execute(
        update(FeedHead)
        .where(FeedHead.region_id == region_id, FeedHead.epoch == epoch, FeedHead.horizon < n)
        .values(horizon=n, horizon_at=uow.now)
    )


def drop_removals(uow: UnitOfWork, region_id: UUID, *, limit: int) -> int:
    """Drop up to `limit` removals below a region's horizon, when it has stood for a while; return how many."""
    session = uow.session
    stands = select(FeedHead.epoch, FeedHead.horizon).where(
        FeedHead.region_id == region_id, FeedHead.horizon_at <= uow.now - REST
    )
    found = session.execute(stands).one_or_none()
    if found is None:
        return 0
    horizon = found.epoch * EPOCH_SIZE + found.horizon
    removals = (FeedRow.region_id == region_id, FeedRow.op == REMOVED)
    some = select(FeedRow.seq).where(*removals, FeedRow.seq <= horizon).order_by(FeedRow.seq).limit(limit).subquery()
    last = session.scalar(select(func.max(some.c.seq)))
    if last is None:
        return 0
    dropped = session.execute(
        delete(FeedRow).where(*removals, FeedRow.seq <= last).execution_options(synchronize_session=False)
    )
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount
