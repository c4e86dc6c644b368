"""The life of a phone: registered for a user, its secret changed, signed off, revoked, taken back, wiped."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.people import queries as people
from kernel import errors as kernel_errors
from kernel.actor import Role
from kernel.change_feed import Change, scope_of
from kernel.unit_of_work import UnitOfWork
from sync.devices import errors, history, tokens
from sync.devices.calling import Phone, refused
from sync.devices.gateway import forget_gateway
from sync.devices.models import Device
from sync.devices.states import DeviceStatus, PhoneEvent

SUPERVISORS = frozenset({Role.STATION_MANAGER, Role.REGIONAL_OPERATIONS, Role.ADMINISTRATOR})
"""Who revokes phones: those of technicians at their place; of other people, whoever is over the whole region."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A phone that may now talk to us; the token is shown this once."""

    device_id: UUID
    token: str


def register(
    uow: UnitOfWork,
    *,
    install_id: str,
    name: str | None = None,
    platform: str | None = None,
    app: str | None = None,
    user_id: UUID | None = None,
    kind: PhoneEvent = PhoneEvent.REGISTERED,
) -> Registered:
    """Register a phone for the caller (or, by an administrator or a code, for a user); again for the same install: a new secret.

    The secret before it stays good until the new one is used. An install that was signed off takes part again.

    Raises Conflict (device.no_region) for a user without a region, Forbidden (device-revoked with `push_until` and `wipe`) when
    this install was revoked.
    """
    owner = uow.actor if user_id is None else accounts.actor_of_user(uow.session, user_id, uow.now)
    if owner.region_id is None:
        raise errors.NO_REGION()
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
        )
        uow.session.add(device)
        uow.session.flush()
        history.note(uow, device.id, kind)
    elif device.status == DeviceStatus.REVOKED.value:
        raise refused(device.push_until)
    elif device.status == DeviceStatus.CLOSED.value:
        # What it used before it was signed off must not come to life again.
        tokens.end_all(uow, device.id)
        device.status = DeviceStatus.ACTIVE.value
        history.note(uow, device.id, PhoneEvent.RETURNED)
    else:
        history.note(uow, device.id, PhoneEvent.ROTATED)
    device.name, device.platform, device.app = name, platform, app
    device.last_seen_at = uow.now
    scope = scope_of("user", owner.user_id)
    uow.announce(
        [
            Change(owner.region_id, scope, "me", str(owner.user_id)),
            Change(owner.region_id, scope, "order_rules", str(owner.region_id)),
        ]
    )
    return Registered(device.id, tokens.issue(uow, device.id))


def rotate(uow: UnitOfWork, *, device_id: UUID) -> Registered:
    """Give a phone of the caller a new secret; the old one ends when the new one is used. Raises NotFound (device.unknown)."""
    device = _load(uow, device_id)
    if device.user_id != uow.actor.user_id or device.status != DeviceStatus.ACTIVE.value:
        raise errors.UNKNOWN()
    history.note(uow, device.id, PhoneEvent.ROTATED)
    return Registered(device.id, tokens.issue(uow, device.id))


def sign_off(uow: UnitOfWork, *, device_id: UUID) -> None:
    """Close a phone of the caller: nothing more is taken from it. A revoked one stays revoked.

    Raises NotFound (device.unknown).
    """
    device = _load(uow, device_id)
    if device.user_id != uow.actor.user_id:
        raise errors.UNKNOWN()
    if device.status == DeviceStatus.ACTIVE.value:
        device.status = DeviceStatus.CLOSED.value
        history.note(uow, device.id, PhoneEvent.SIGNED_OFF)
        forget_gateway(uow, device.id)


def revoke(uow: UnitOfWork, *, device_id: UUID, grace_days: int, reason: str | None = None) -> None:
    """Revoke a phone: it gets nothing more, but may hand in its work for some days, for a supervisor to release.

    Raises NotFound (device.unknown), Forbidden (forbidden) for those who do not supervise its user.
    """
    device = _supervised(uow, device_id)
    if device.status == DeviceStatus.ACTIVE.value:
        end(uow, device, grace_days=grace_days, reason=reason)


def end(uow: UnitOfWork, device: Device, *, grace_days: int, reason: str | None) -> None:
    """Revoke a phone whose row is locked and whose revocation was allowed."""
    device.status = DeviceStatus.REVOKED.value
    device.push_until = uow.now + timedelta(days=grace_days)
    device.revoked_at, device.revoked_by, device.revoke_reason = uow.now, uow.actor.user_id, reason
    device.late_ops = 0
    history.note(uow, device.id, PhoneEvent.REVOKED, reason)


def reinstate(uow: UnitOfWork, *, device_id: UUID) -> None:
    """Take back a revocation: the phone goes on with the token it has. What came meanwhile still waits for a supervisor.

    Also when the time is over in which it might hand in its work: whoever finds a phone again wants what is on it.

    Raises what `revoke` raises, and Conflict (device.wiped) when the phone has told that its data are gone.
    """
    device = _supervised(uow, device_id)
    if device.wiped_at is not None:
        raise errors.WIPED()
    if device.status == DeviceStatus.REVOKED.value:
        device.status = DeviceStatus.ACTIVE.value
        device.push_until = device.revoked_at = device.revoked_by = device.revoke_reason = None
        history.note(uow, device.id, PhoneEvent.REINSTATED)


def note_wiped(uow: UnitOfWork, phone: Phone) -> None:
    """Note that a revoked phone has deleted what it held; from one that was not revoked it means nothing."""
    device = uow.session.get_one(Device, phone.id)
    if device.status == DeviceStatus.REVOKED.value and device.wiped_at is None:
        device.wiped_at = uow.now
        history.note(uow, device.id, PhoneEvent.WIPED)
        forget_gateway(uow, device.id)


def _supervised(uow: UnitOfWork, device_id: UUID) -> Device:
    device = _load(uow, device_id)
    check_supervises(uow, device.user_id, device.region_id)
    return device


def check_supervises(uow: UnitOfWork, user_id: UUID, region_id: UUID | None) -> None:
    """Raise Forbidden (forbidden) unless the caller is over this person of this region, whom they may see."""
    station_id, group_id = people.posts_of(uow, [user_id]).get(user_id, (None, None))
    if uow.actor.roles_over(region_id, station_id, group_id, None).isdisjoint(SUPERVISORS):
        raise kernel_errors.FORBIDDEN()


def _load(uow: UnitOfWork, device_id: UUID) -> Device:
    device = uow.session.scalars(select(Device).where(Device.id == device_id).with_for_update()).one_or_none()
    if device is None:
        raise errors.UNKNOWN()
    if device.user_id != uow.actor.user_id and not accounts.may_see_user(uow, device.user_id):
        raise errors.UNKNOWN()
    return device
