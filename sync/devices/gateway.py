"""Where a phone is woken while it holds no stream: an endpoint of a push gateway (RFC 8030), which the phone tells us itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, delete, select, update

from dispatch.accounts import queries as accounts
from dispatch.notifications.addresses import AddressRules
from dispatch.outward.target import read_target
from kernel.bulk import insert_rows
from kernel.direct import Prepared
from kernel.unit_of_work import Reading, UnitOfWork
from sync.devices import errors
from sync.devices.calling import Phone
from sync.devices.models import Device, DeviceGateway
from sync.devices.states import DeviceStatus

HELD = timedelta(seconds=30)
"""So long after it was seen on a stream a phone counts as held: three looks of the process that holds."""


@dataclass(frozen=True, slots=True)
class Waking:
    """Where to wake a phone, and about what."""

    endpoint: str
    poked_seq: int


def set_gateway(uow: UnitOfWork, phone: Phone, *, endpoint: str, rules: AddressRules) -> None:
    """Wake a phone at this endpoint from now on, and at no other. Told again, nothing changes.

    Raises Invalid (device.gateway_wrong, device.gateway_internal) with the path.
    """
    read_target(endpoint, rules, errors.GATEWAY, path="/endpoint")
    row = {
        "device_id": phone.id,
        "endpoint": endpoint,
        "created_at": uow.now,
        "looked_seq": 0,
        "poked_seq": 0,
        "told_seq": 0,
    }
    other = "(device_id) DO UPDATE SET endpoint = excluded.endpoint, created_at = excluded.created_at, looked_seq = 0"
    insert_rows(
        uow.session, DeviceGateway, [row], on_conflict=f"{other} WHERE device_gateways.endpoint <> excluded.endpoint"
    )


def forget_gateway(uow: UnitOfWork, device_id: UUID, *, endpoint: str | None = None) -> None:
    """Wake a phone no more: not at this endpoint, or not at all. Harmless when nobody does."""
    statement = delete(DeviceGateway).where(DeviceGateway.device_id == device_id)
    if endpoint is not None:
        statement = statement.where(DeviceGateway.endpoint == endpoint)
    uow.session.execute(statement.execution_options(synchronize_session=False))


def since_when(reading: Reading, device_id: UUID) -> datetime | None:
    """Return since when a phone is woken where it is, None: it is not."""
    return reading.session.scalar(select(DeviceGateway.created_at).where(DeviceGateway.device_id == device_id))


def waking(reading: Reading, device_id: UUID) -> Waking | None:
    """Return where to wake a phone and up to which number; None when it knows that already, or may not be woken (any more)."""
    row = reading.session.execute(
        select(DeviceGateway.endpoint, DeviceGateway.poked_seq)
        .join(Device, Device.id == DeviceGateway.device_id)
        .where(
            DeviceGateway.device_id == device_id,
            Device.status == DeviceStatus.ACTIVE.value,
            Device.user_id.in_(accounts.active_ids()),
            Device.acked_seq < DeviceGateway.poked_seq,
            DeviceGateway.told_seq < DeviceGateway.poked_seq,
        )
    ).one_or_none()
    return None if row is None else Waking(row.endpoint, row.poked_seq)


def with_gateways(reading: Reading, device_ids: Collection[UUID]) -> list[UUID]:
    """Return those of these phones that have a gateway."""
    return list(reading.session.scalars(select(DeviceGateway.device_id).where(DeviceGateway.device_id.in_(device_ids))))


def note_held(uow: UnitOfWork, device_ids: Collection[UUID]) -> None:
    """Note that these phones hear of news on a connection that they hold."""
    held = update(DeviceGateway).where(DeviceGateway.device_id.in_(device_ids)).values(held_at=uow.now)
    uow.session.execute(held.execution_options(synchronize_session=False))


def note_told(uow: UnitOfWork, device_id: UUID, seq: int) -> None:
    """Note up to which number a phone was told by a pull: that is no reason to wake it."""
    _TOLD.rows(uow.session, device=device_id, seq=seq)


_TOLD = Prepared(
    update(DeviceGateway.__table__)  # type: ignore[arg-type]
    .where(DeviceGateway.device_id == bindparam("device", type_=Uuid()), DeviceGateway.told_seq < bindparam("seq"))
    .values(told_seq=bindparam("seq", type_=BigInteger()))
)
