"""Lets orders that are over for long leave the phones: each when nothing of it waits and every phone knows that it is over."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_

from dispatch.work_orders import archiving
from dispatch.work_orders.announcing import ORDERS
from dispatch.work_orders.archiving import ARCHIVED, Leaving
from kernel.change_feed import Change, FeedRow, scope_of
from kernel.unit_of_work import UnitOfWork
from sync.devices.models import Device
from sync.devices.states import DeviceStatus
from sync.ingest.models import Op, OpState
from sync.ingest.sorting import shard_of
from sync.reconcile.models import Conflict

AGAIN = timedelta(days=1)
"""After how long an order is looked at again that could not leave."""
UNSETTLED = (OpState.HELD.value, OpState.QUARANTINED.value)


def archive(uow: UnitOfWork, *, limit: int, silent: timedelta) -> int:
    """Take orders off the phones whose time to leave has come, and return how many there were; the others stay for a day more.

    An order stays while an op on it of somebody who holds it has not come to its end (it is pending, held or quarantined), while
    a conflict about it is open, and until every phone of theirs that was heard of within `silent` has pulled its last change.
    With it go its checklist, its site, what was asked about it, and its settled conflicts. A constant number of statements.
    """
    due = archiving.due_to_leave(uow, limit=limit)
    if not due:
        return 0
    devices = _devices(uow, due)
    stay = _waiting(uow, due, devices) | _in_dispute(uow, due) | _unseen(uow, due, devices, silent)
    leaving = [one for one in due if one.id not in stay]
    archiving.archive(uow, leaving)
    archiving.keep_until(uow, stay, uow.now + AGAIN)
    _let_go_conflicts(uow, leaving)
    return len(due)


def _devices(uow: UnitOfWork, due: Sequence[Leaving]) -> Sequence[Any]:
    holders = {user_id for one in due for user_id in one.holders}
    columns = (Device.id, Device.user_id, Device.status, Device.acked_seq, Device.last_seen_at)
    return uow.session.execute(select(*columns).where(Device.user_id.in_(sorted(holders)))).all()


def _waiting(uow: UnitOfWork, due: Sequence[Leaving], devices: Sequence[Any]) -> set[UUID]:
    """Return the orders on which an op of a holder waits: for a worker, for a gap to fill, or for a person."""
    holders = {one.id: one.holders for one in due}
    places = [(one.region_id, shard_of(one.id), one.id) for one in due]
    pending = and_(Op.state == OpState.PENDING.value, tuple_(Op.region_id, Op.shard, Op.subject_id).in_(places))
    unsettled = and_(
        Op.region_id.in_({one.region_id for one in due}),
        Op.state.in_(UNSETTLED),
        Op.device_id.in_([row.id for row in devices]),
        Op.subject_id.in_(list(holders)),
    )
    rows = uow.session.execute(select(Op.subject_id, Op.user_id).where(or_(pending, unsettled)).distinct())
    return {row.subject_id for row in rows if row.user_id in holders[row.subject_id]}


def _in_dispute(uow: UnitOfWork, due: Sequence[Leaving]) -> set[UUID]:
    return set(
        uow.session.scalars(
            select(Conflict.work_order_id).where(
                Conflict.work_order_id.in_([one.id for one in due]), Conflict.resolved_at.is_(None)
            )
        )
    )


def _unseen(uow: UnitOfWork, due: Sequence[Leaving], devices: Sequence[Any], silent: timedelta) -> set[UUID]:
    """Return the orders of which a phone in use has yet to learn that they are over, or what was added since."""
    keys = [(one.region_id, scope_of("user", user_id), ORDERS, str(one.id)) for one in due for user_id in one.holders]
    key = tuple_(FeedRow.region_id, FeedRow.scope, FeedRow.type, FeedRow.id)
    rows = uow.session.execute(select(FeedRow.scope, FeedRow.id, FeedRow.seq).where(key.in_(keys)))
    told = {(row.scope, row.id): row.seq for row in rows}
    reached = _reached(uow, devices, silent)
    return {
        one.id
        for one in due
        for user_id in one.holders
        if user_id in reached and reached[user_id] < told.get((scope_of("user", user_id), str(one.id)), 0)
    }


def _reached(uow: UnitOfWork, devices: Sequence[Any], silent: timedelta) -> Mapping[UUID, int]:
    """Return how far the phone of each person has come that is furthest behind, of those in use."""
    found: dict[UUID, int] = {}
    for row in devices:
        in_use = row.status == DeviceStatus.ACTIVE.value and row.last_seen_at is not None
        if in_use and row.last_seen_at > uow.now - silent:
            found[row.user_id] = min(row.acked_seq, found.get(row.user_id, row.acked_seq))
    return found


def _let_go_conflicts(uow: UnitOfWork, leaving: Collection[Leaving]) -> None:
    if not leaving:
        return
    rows = uow.session.execute(
        select(Conflict.id, Conflict.region_id, Conflict.user_id).where(
            Conflict.work_order_id.in_([one.id for one in leaving])
        )
    )
    uow.announce(
        Change(row.region_id, scope_of("user", row.user_id), "conflicts", str(row.id), "del", ARCHIVED) for row in rows
    )
