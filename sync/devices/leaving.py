"""What becomes of the phones of somebody who left."""

from sqlalchemy import delete, select

from dispatch.accounts.events import AccountClosed
from kernel.unit_of_work import UnitOfWork
from sync.devices.models import Device, DeviceEnrolment
from sync.devices.service import end
from sync.devices.states import DeviceStatus

REASON = "account closed"


def on_account_closed(uow: UnitOfWork, event: AccountClosed, *, grace_days: int) -> None:
    """Revoke all phones of somebody whose account was closed, and end the codes by which others would take part for them.

    As with a phone that was lost: customers' data on it are wiped, and what it has not handed in may come for some days.
    """
    uow.session.execute(delete(DeviceEnrolment).where(DeviceEnrolment.user_id == event.user_id))
    theirs = (Device.user_id == event.user_id, Device.status == DeviceStatus.ACTIVE.value)
    for device in uow.session.scalars(select(Device).where(*theirs).order_by(Device.id).with_for_update()):
        end(uow, device, grace_days=grace_days, reason=REASON)
