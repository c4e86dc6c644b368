"""Who is calling: the phone that a token belongs to, and what it may do in its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from dispatch.accounts import queries as accounts
from kernel import errors as kernel_errors
from kernel.actor import Actor
from kernel.database import RowStamp, UTCDateTime
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


_COLUMNS = (
    Device.id.label("device"),
    Device.region_id.label("device_region"),
    Device.user_id.label("device_user"),
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


def _by_token(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.join(DeviceToken, DeviceToken.device_id == Device.id)
        .outerjoin(DeviceProgress, DeviceProgress.device_id == Device.id)
        .outerjoin(DeviceGateway, DeviceGateway.device_id == Device.id)
        .where(DeviceToken.token_hash == bindparam("token"))
    )


_ALONE = _by_token(select(*_COLUMNS).select_from(Device))
_IDENTIFY = Prepared(_ALONE)
_IDENTIFY_LOCKED = Prepared(_ALONE.with_for_update(of=Device))
_PEOPLE = accounts.with_grants(bindparam("at", type_=UTCDateTime()))
_IDENTIFY_WITH_ROLES = Prepared(
    _by_token(_PEOPLE.add_columns(*_COLUMNS).join(Device, Device.user_id == _PEOPLE.selected_columns.id))
)


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
    return _phone(row, digest, now, taking=taking)


def identify_with_roles(session: Session | Direct, token: str, now: datetime) -> tuple[Phone, Actor]:
    """Find the phone of a token and its user with the roles that they hold now, in one statement.

    Raises what `identify` raises; Unauthenticated (token-invalid) also where the user is no longer active.
    """
    digest = secret_digest(token)
    rows = _IDENTIFY_WITH_ROLES.rows(session, token=digest, at=now)
    if not rows:
        raise kernel_errors.TOKEN_INVALID()
    phone = _phone(rows[0][-len(_COLUMNS) :], digest, now, taking=False)
    return phone, accounts.actor_of_rows(rows, phone.id)


def _phone(row: Sequence[Any], digest: bytes, now: datetime, *, taking: bool) -> Phone:
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
    """Finds the phone of a token, and acts as its user. With `roles`, for a look only, the user's roles are read too."""

    phone: Phone

    def __init__(self, token: str, *, lock: bool = False, taking: bool = False, roles: bool = False) -> None:
        self.token, self.lock, self.taking, self.roles = token, lock, taking, roles

    def __call__(self, session: Session | Direct, now: datetime) -> Actor:
        """Return the actor of the phone's user. Raises what `identify` and `identify_with_roles` raise."""
        if self.roles:
            self.phone, actor = identify_with_roles(session, self.token, now)
            return actor
        self.phone = identify(session, self.token, now, lock=self.lock, taking=self.taking)
        return Actor.person(self.phone.user_id, self.phone.region_id, (), device_id=self.phone.id)
