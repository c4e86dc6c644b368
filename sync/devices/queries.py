"""What can be asked about phones: one's own, and those of the people one supervises."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.people import queries as people
from kernel.database import Page, read_page
from kernel.ordering import Sorts
from kernel.unit_of_work import Reading
from sync.devices.models import Device
from sync.devices.silence import is_replaced
from sync.devices.states import DeviceStatus


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A phone as lists show it. `clock_offset_ms` is how far our clock is ahead of the phone's."""

    id: UUID
    region_id: UUID
    user_id: UUID
    name: str | None
    platform: str | None
    app: str | None
    status: str
    acked_seq: int
    clock_offset_ms: int | None
    last_push_at: datetime | None
    last_seen_at: datetime | None
    push_until: datetime | None
    forked_at: datetime | None
    revoked_at: datetime | None
    revoked_by: UUID | None
    revoke_reason: str | None
    late_ops: int
    wiped_at: datetime | None
    created_at: datetime


SORTS = Sorts(
    Device.id,
    by={name: getattr(Device, name) for name in ("name", "last_seen_at", "last_push_at", "created_at")},
)


def page_of_devices(
    reading: Reading,
    *,
    user_id: UUID | None = None,
    status: DeviceStatus | None = None,
    forked: bool | None = None,
    silent_since: datetime | None = None,
    app: str | None = None,
    replaced: bool | None = None,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
) -> Page[DeviceRow]:
    """Return one page of phones, the newest first unless it is sorted otherwise.

    `forked` picks those that two phones use at once, or all others; `silent_since` those that were not heard of since then;
    `app` those with this version of the app; `replaced` those that another installation of the same person followed, or all
    others.
    """
    supervised = people.visible_technician_ids(reading)
    statement = select(*(getattr(Device, name) for name in DeviceRow.__dataclass_fields__)).where(
        or_(Device.user_id == reading.actor.user_id, Device.user_id.in_(supervised))
    )
    if user_id is not None:
        statement = statement.where(Device.user_id == user_id)
    if status is not None:
        statement = statement.where(Device.status == status.value)
    if forked is not None:
        statement = statement.where(Device.forked_at.is_not(None) if forked else Device.forked_at.is_(None))
    if silent_since is not None:
        statement = statement.where(or_(Device.last_seen_at.is_(None), Device.last_seen_at < silent_since))
    if app is not None:
        statement = statement.where(Device.app == app)
    if replaced is not None:
        statement = statement.where(is_replaced() if replaced else ~is_replaced())
    page = read_page(reading.session, statement, key=SORTS.order(sort), limit=limit, after=after)
    return Page(tuple(_row(row) for row in page.items), page.after)


def _row(values: Any) -> DeviceRow:
    return DeviceRow(*values)


def last_pushes(reading: Reading, user_ids: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Return when each of these people's phones last handed in work: the earliest where somebody has several, None for never.

    People without a phone in use are left out. Without a scope of its own: for what the product does by itself.
    """
    found: dict[UUID, datetime | None] = {}
    rows = reading.session.execute(
        select(Device.user_id, Device.last_push_at).where(
            Device.user_id.in_(user_ids), Device.status == DeviceStatus.ACTIVE.value
        )
    )
    for user_id, pushed_at in rows:
        known = found.get(user_id, pushed_at)
        found[user_id] = None if known is None or pushed_at is None else min(known, pushed_at)
    return found
