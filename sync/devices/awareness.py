"""Whether the phones that hold an order, or held it, know how it stands: one that is offline works on what it last saw."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dispatch.work_orders import queries as work_orders
from dispatch.work_orders.announcing import ORDERS
from kernel.change_feed import last_changes, scope_of
from kernel.unit_of_work import Reading
from sync.devices.models import Device
from sync.devices.states import DeviceStatus


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A phone in use of somebody who does an order, or did. `knows` tells whether it has taken in the order's last change."""

    device_id: UUID
    user_id: UUID
    name: str | None
    knows: bool
    last_seen_at: datetime | None


def phones_of_order(reading: Reading, order_id: UUID) -> tuple[PhoneRow, ...]:
    """Return the phones that hold an order, or held it, and whether each knows how it stands: after a cancellation, for example.

    Raises NotFound (work_order.unknown).
    """
    detail = work_orders.order(reading, order_id)
    users = {one.user_id for one in detail.assignments} | {one.user_id for one in detail.crew}
    if not users:
        return ()
    scopes = {user_id: scope_of("user", user_id) for user_id in users}
    changes = last_changes(reading.session, detail.row.region_id, sorted(scopes.values()), ORDERS, str(order_id))
    rows = reading.session.execute(
        select(Device.id, Device.user_id, Device.name, Device.acked_seq, Device.last_seen_at)
        .where(Device.user_id.in_(users), Device.status == DeviceStatus.ACTIVE.value)
        .order_by(Device.id)
    )
    return tuple(
        PhoneRow(row.id, row.user_id, row.name, row.acked_seq >= changes.get(scopes[row.user_id], 0), row.last_seen_at)
        for row in rows
    )
