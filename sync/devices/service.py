"""The life of a phone: registered for a user, its secret changed, signed off, revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dispatch.accounts import queries as accounts
from kernel import errors as kernel_errors
from kernel.actor import Actor, Role
from kernel.change_feed import Change, scope_of
from kernel.direct import Direct, Prepared
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork
from sync.devices import errors
from sync.devices.models import Device, DeviceProgress, DeviceStatus
from sync.devices.ranges import contiguous


@dataclass(frozen=True, slots=True)
class Registered:
    """A phone that may now talk to us; the token is shown this once."""

    device_id: UUID
    token: str


@dataclass(slots=True)
class Phone:
    """The phone that is calling, as the token tells."""

    id: UUID
    region_id: UUID
    user_id: UUID
    status: DeviceStatus
    push_until: datetime | None
    received: list[list[Any]]
    holding: bool
    acked_seq: int
    last_seen_at: datetime | None
    applied_to: int


def register(
    uow: UnitOfWork,
    *,
    install_id: str,
    name: str | None = None,
    platform: str | None = None,
    app: str | None = None,
    user_id: UUID | None = None,
) -> Registered:
    """Register a phone for the caller (or, by an administrator, for a user); again for the same install: a new secret.

    Raises Conflict (device.no_region) for a user without a region, Forbidden (device-revoked) when this install was revoked.
    """
    owner = uow.actor if user_id is None else accounts.actor_of_user(uow.session, user_id, uow.now)
    if owner.region_id is None:
        raise errors.NO_REGION()
    token = new_secret()
    device = uow.session.scalars(
        select(Device).where(Device.install_id == install_id, Device.user_id == owner.user_id).with_for_update()
    ).one_or_none()
    if device is None:
        device = Device(
            id=uow.new_id(),
            region_id=owner.region_id,
            user_id=owner.user_id,
            install_id=install_id,
            status=DeviceStatus.ACTIVE.value,
            received=[],
            acked_seq=0,
            created_at=uow.now,
            token_hash=b"",
        )
        uow.session.add(device)
    elif device.status != DeviceStatus.ACTIVE.value:
        raise errors.REVOKED()
    device.name, device.platform, device.app = name, platform, app
    device.token_hash = secret_digest(token)
    device.last_seen_at = uow.now
    scope = scope_of("user", owner.user_id)
    uow.announce(
        [
            Change(owner.region_id, scope, "me", str(owner.user_id)),
            Change(owner.region_id, scope, "order_rules", str(owner.region_id)),
        ]
    )
    return Registered(device.id, token)


def rotate(uow: UnitOfWork, *, device_id: UUID) -> Registered:
    """Give a phone of the caller a new secret; the old one ends. Raises NotFound (device.unknown)."""
    device = _load(uow, device_id)
    if device.user_id != uow.actor.user_id or device.status != DeviceStatus.ACTIVE.value:
        raise errors.UNKNOWN()
    token = new_secret()
    device.token_hash = secret_digest(token)
    return Registered(device.id, token)


def sign_off(uow: UnitOfWork, *, device_id: UUID) -> None:
    """Close a phone of the caller: nothing more is taken from it. Raises NotFound (device.unknown)."""
    device = _load(uow, device_id)
    if device.user_id != uow.actor.user_id:
        raise errors.UNKNOWN()
    device.status = DeviceStatus.CLOSED.value


def revoke(uow: UnitOfWork, *, device_id: UUID, grace_days: int) -> None:
    """Revoke a phone: it gets nothing more, but may hand in its work for some days, for a supervisor to release.

    Raises NotFound (device.unknown), Forbidden (forbidden) for those who do not supervise its user.
    """
    device = _load(uow, device_id)
    if not uow.actor.has(Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS):
        raise kernel_errors.FORBIDDEN()
    if device.status == DeviceStatus.ACTIVE.value:
        device.status = DeviceStatus.REVOKED.value
        device.push_until = uow.now + timedelta(days=grace_days)


def _load(uow: UnitOfWork, device_id: UUID) -> Device:
    device = uow.session.scalars(select(Device).where(Device.id == device_id).with_for_update()).one_or_none()
    if device is None:
        raise errors.UNKNOWN()
    if device.user_id != uow.actor.user_id and not accounts.may_see_user(uow, device.user_id):
        raise errors.UNKNOWN()
    return device


_BY_TOKEN = (
    select(
        Device.id,
        Device.region_id,
        Device.user_id,
        Device.status,
        Device.push_until,
        Device.received,
        Device.holding,
        Device.acked_seq,
        Device.last_seen_at,
        DeviceProgress.applied,
    )
    .outerjoin(DeviceProgress, DeviceProgress.device_id == Device.id)
    .where(Device.token_hash == bindparam("token"))
)
_IDENTIFY = Prepared(_BY_TOKEN)
_IDENTIFY_LOCKED = Prepared(_BY_TOKEN.with_for_update(of=Device))


def identify(
    session: Session | Direct, token: str, now: datetime, *, lock: bool = False, taking: bool = False
) -> Phone:
    """Find the phone of a token, in one statement. `lock` holds its row; `taking` lets a revoked phone hand in its work.

    Raises Unauthenticated (token-invalid), Forbidden (device-revoked with `push_until` and `wipe`, device-closed).
    """
    row = (_IDENTIFY_LOCKED if lock else _IDENTIFY).row(session, token=secret_digest(token))
    if row is None:
        raise kernel_errors.TOKEN_INVALID()
    device_id, region_id, user_id, known, push_until, received, holding, acked_seq, last_seen_at, applied = row
    status = DeviceStatus(known)
    if status is DeviceStatus.CLOSED or (
        status is DeviceStatus.REVOKED and taking and not (push_until and now <= push_until)
    ):
        raise errors.CLOSED()
    if status is DeviceStatus.REVOKED and not taking:
        raise errors.REVOKED(push_until=push_until, wipe=True)
    applied_to = contiguous(applied or [])
    return Phone(
        device_id, region_id, user_id, status, push_until, received, holding, acked_seq, last_seen_at, applied_to
    )


class Caller:
    """Finds the phone of a token, and acts as its user. With `roles` the user's roles are read too (pulling needs them)."""

    phone: Phone

    def __init__(self, token: str, *, lock: bool = False, taking: bool = False, roles: bool = False) -> None:
        self.token, self.lock, self.taking, self.roles = token, lock, taking, roles

    def __call__(self, session: Session | Direct, now: datetime) -> Actor:
        """Return the actor of the phone's user. Raises what `identify` raises."""
        self.phone = identify(session, self.token, now, lock=self.lock, taking=self.taking)
        if self.roles:
            return accounts.actor_of_user(session, self.phone.user_id, now, device_id=self.phone.id)
        return Actor.person(self.phone.user_id, self.phone.region_id, (), device_id=self.phone.id)
