"""What happened to a phone, in order: kept for as long as the phone is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Uuid, literal, or_, select, union_all

from dispatch.people import queries as people
from kernel.bulk import insert_rows
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading, UnitOfWork
from sync.devices import errors
from sync.devices.models import Device, DeviceEvent
from sync.devices.states import PhoneEvent


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a phone: `by` whom, None: by itself; `note` is what was said about it."""

    id: UUID
    at: datetime
    kind: str
    by: UUID | None
    note: str | None


def note(uow: UnitOfWork, device_id: UUID, kind: PhoneEvent, said: str | None = None) -> None:
    """Write down what happens to a phone now, by whoever acts."""
    note_many(uow, [device_id], kind, said)


def note_many(uow: UnitOfWork, device_ids: Sequence[UUID], kind: PhoneEvent, said: str | None = None) -> None:
    """Write down what happens to many phones now, by whoever acts. One statement."""
    rows = [
        {
            "id": uow.new_id(),
            "device_id": device_id,
            "at": uow.now,
            "kind": kind.value,
            "by": uow.actor.user_id,
            "note": said,
        }
        for device_id in device_ids
    ]
    insert_rows(uow.session, DeviceEvent, rows)


def timeline(reading: Reading, device_id: UUID, *, limit: int, after: Sequence[Any] | None = None) -> Page[EventRow]:
    """Return one page of what happened to a phone, the latest first; the key is (at, id).

    That a second phone uses the same installation is found while ops come in, and stands in the phone's own row.

    Raises NotFound (device.unknown).
    """
    visible = or_(Device.user_id == reading.actor.user_id, Device.user_id.in_(people.visible_technician_ids(reading)))
    if reading.session.scalar(select(Device.id).where(Device.id == device_id, visible)) is None:
        raise errors.UNKNOWN()
    names = ("id", "at", "kind", "by", "note")
    kept = select(*(getattr(DeviceEvent, name) for name in names)).where(DeviceEvent.device_id == device_id)
    cloned = select(
        Device.id,
        Device.forked_at.label("at"),
        literal(PhoneEvent.CLONED.value, String()).label("kind"),
        literal(None, Uuid()).label("by"),
        literal(None, String()).label("note"),
    ).where(Device.id == device_id, Device.forked_at.is_not(None))
    events = union_all(kept, cloned).subquery()
    page: Page[Any] = read_page(
        reading.session, select(events), key=[events.c.at, events.c.id], limit=limit, after=after
    )
    return Page(tuple(EventRow(*row) for row in page.items), page.after)
