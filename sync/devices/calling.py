"""Who is calling: the phone that a token belongs to, and what it may do in its state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dispatch.accounts import queries as accounts
from kernel import errors as kernel_errors
from kernel.actor import Actor
from kernel.database import RowStamp
from kernel.direct import Direct, Prepared
from kernel.errors import DomainError
from kernel.identifiers import secret_digest
from sync.devices import errors
from sync.devices.models import Device, DeviceGateway, DeviceProgress, DeviceToken
from sync.devices.ranges import contiguous
from sync.devices.states import DeviceStatus


@dataclass(slots=True)
class Phone:
    """The phone that is calling, as the token tells.

    `fresh_token` is the token's digest when it was never used before; `has_gateway` tells whether it may be woken by one;
    `stamp` is the state of its row (`RowStamp`).
    """

    id: UUID
    region_id: UUID
    user_id: UUID
    status: DeviceStatus
    push_until: datetime | None
    received: list[list[Any]]
    holding: bool
    acked_seq: int
    last_seen_at: datetime | None
    began_horizon: int
    late_ops: int
    applied_to: int
    has_gateway: bool = False
    fresh_token: bytes | None = None
    stamp: str | None = None


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
        Device.began_horizon,
        Device.late_ops,
        DeviceToken.used_at,
        DeviceProgress.applied,
        DeviceGateway.device_id.label("gateway"),
        RowStamp(Device).label("stamp"),
    )
    .join(DeviceToken, DeviceToken.device_id == Device.id)
    .outerjoin(DeviceProgress, DeviceProgress.device_id == Device.id)
    .outerjoin(DeviceGateway, DeviceGateway.device_id == Device.id)
    .where(DeviceToken.token_hash == bindparam("token"))
)
_IDENTIFY = Prepared(_BY_TOKEN)
_IDENTIFY_LOCKED = Prepared(_BY_TOKEN.with_for_update(of=Device))


def identify(
    session: Session | Direct, token: str, now: datetime, *, lock: bool = False, taking: bool = False
) -> Phone:
    """Find the phone of a token, in one statement. `lock` holds its row; `taking` lets a revoked phone hand in its work.

    Raises Unauthenticated (token-invalid), Forbidden (device-revoked with `push_until` and `wipe`, device-closed).
    """
    digest = secret_digest(token)
    row = (_IDENTIFY_LOCKED if lock else _IDENTIFY).row(session, token=digest)
    if row is None:
        raise kernel_errors.TOKEN_INVALID()
    device_id, region_id, user_id, known, push_until, received, holding, acked, seen_at, began, late, used, *more = row
    applied, gateway, stamp = more
    status = DeviceStatus(known)
    if status is DeviceStatus.CLOSED or (
        status is DeviceStatus.REVOKED and taking and not (push_until and now <= push_until)
    ):
        raise errors.CLOSED()
    if status is DeviceStatus.REVOKED and not taking:
        raise refused(push_until)
    return Phone(
        device_id,
        region_id,
        user_id,
        status,
        push_until,
        received,
        holding,
        acked,
        seen_at,
        began,
        late,
        contiguous(applied or []),
        gateway is not None,
        digest if used is None else None,
        stamp,
    )


def refused(push_until: datetime | None) -> DomainError:
    """Say that a phone was revoked: what it holds is to be wiped, what it has not handed in may come until `push_until`."""
    return errors.REVOKED(push_until=push_until, wipe=True)


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
