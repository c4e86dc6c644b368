"""Phones that nobody has heard of for days: whoever manages the station is told, once for each silence."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from dispatch.accounts import queries as accounts
from dispatch.notifications.notice import Notice
from dispatch.notifications.service import tell
from dispatch.people import queries as people
from dispatch.people.presence import absences_between
from dispatch.people.spans import Span
from dispatch.territory import queries as territory
from dispatch.territory.duties import DutyKind
from kernel.unit_of_work import UnitOfWork
from sync.devices.history import note_many
from sync.devices.models import Device
from sync.devices.states import DeviceStatus, PhoneEvent


def is_replaced() -> ColumnElement[bool]:
    """Return the condition that a phone in use was followed by another installation of the same person, and not heard of since.

    The app was installed anew, or the person has another phone: what the old one had not handed in may be lost.
    """
    newer = aliased(Device)
    return and_(
        Device.status == DeviceStatus.ACTIVE.value,
        exists().where(
            newer.user_id == Device.user_id,
            newer.id != Device.id,
            newer.status == DeviceStatus.ACTIVE.value,
            newer.created_at > func.coalesce(Device.last_seen_at, Device.created_at),
        ),
    )


def remind(uow: UnitOfWork, *, silent: timedelta, limit: int, after: UUID | None = None) -> UUID | None:
    """Tell managers of phones that were silent for so long, at most `limit` after a phone; return the one to go on after.

    Those of people who are away, or were within that time, are waited for; replaced ones are not missed. The statements are the
    same for any number.
    """
    found = _silent(uow, silent, limit, after)
    owners = {row.user_id for row in found}
    posts = people.posts_of(uow, owners)
    away = absences_between(uow, sorted(owners), Span(uow.now - silent, uow.now))
    missed = [row for row in found if row.user_id in posts and row.user_id not in away]
    managers = territory.holders(uow, {posts[row.user_id][0] for row in missed}, uow.now)
    names = accounts.contacts_of(uow, {row.user_id for row in missed})
    tell(uow, [one for row in missed if (one := _notice(row, posts[row.user_id][0], managers, names)) is not None])
    ids = [row.id for row in missed]
    told = update(Device).where(Device.id.in_(ids)).values(silence_told_at=uow.now)
    uow.session.execute(told.execution_options(synchronize_session=False))
    note_many(uow, ids, PhoneEvent.SILENT)
    return found[-1].id if len(found) == limit else None


def _silent(uow: UnitOfWork, silent: timedelta, limit: int, after: UUID | None) -> list[Any]:
    statement = (
        select(Device.id, Device.region_id, Device.user_id, Device.name, Device.last_seen_at)
        .where(
            Device.status == DeviceStatus.ACTIVE.value,
            Device.last_seen_at <= uow.now - silent,
            or_(Device.silence_told_at.is_(None), Device.silence_told_at < Device.last_seen_at),
            Device.user_id.in_(accounts.active_ids()),
            ~is_replaced(),
        )
        .order_by(Device.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(uow.session.execute(statement if after is None else statement.where(Device.id > after)).all())


def _notice(row: Any, station_id: UUID, managers: Any, names: Any) -> Notice | None:
    manager = managers.get(station_id, {}).get(DutyKind.STATION_MANAGER)
    if manager is None:
        return None
    values = {"name": names[row.user_id].name, "phone": row.name or "—", "since": row.last_seen_at}
    key = f"device.silent:{row.id}:{int(row.last_seen_at.timestamp())}"
    return Notice("devices.silent", key, (manager,), values, row.region_id)
