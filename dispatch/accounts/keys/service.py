"""What can be done with keys: make them, rotate their secrets, note that they are used, and revoke them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update

from dispatch.accounts import errors as accounts
from dispatch.accounts.authority import Post, may_give
from dispatch.accounts.charge import check_in_charge, person_to_change
from dispatch.accounts.events import KeyWritten
from dispatch.accounts.keys import errors, queries, token
from dispatch.accounts.keys.addresses import MOST as MOST_ADDRESSES
from dispatch.accounts.keys.addresses import normal_networks
from dispatch.accounts.keys.models import ApiKey, ApiKeySecret
from dispatch.accounts.keys.scopes import unknown
from dispatch.accounts.keys.states import KeyState, KeyUsed, state_of
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.models import RoleGrant, User
from dispatch.texts import line
from kernel.actor import Role
from kernel.bulk import insert_rows
from kernel.errors import INVALID
from kernel.identifiers import new_secret_bytes, secret_digest
from kernel.unit_of_work import UnitOfWork

MOST_KEYS = 20
"""Keys of one account that are good at a time: a limit of requests holds for each of them."""
GRACE = timedelta(hours=24)
LONGEST_GRACE = timedelta(days=7)
"""How long what was written before goes on being good after a rotation: unless it is said otherwise, and at most."""


@dataclass(frozen=True, slots=True)
class Made:
    """A key as its program sends it, shown this once."""

    id: UUID
    key: str


def make(
    uow: UnitOfWork,
    *,
    name: str,
    scopes: Sequence[str],
    longest: timedelta,
    expires_at: datetime | None = None,
    addresses: Sequence[str] = (),
    user_id: UUID | None = None,
) -> Made:
    """Make a key for the caller, or for a service account in their charge. It ends after `longest` at the latest.

    Raises:
        NotFound (accounts.unknown): no such account in sight.
        Forbidden (accounts.may_not_manage, accounts.may_not_grant, keys.not_theirs): see `_check_may_speak_for`.
        Invalid (keys.scope_unknown, keys.scopes_none, keys.address_wrong, keys.end_wrong; invalid), with the path.
        Conflict (keys.too_many).
    """
    owner_id = uow.actor.user_id if user_id is None else user_id
    _check_may_speak_for(uow, owner_id)
    wrong = unknown(scopes)
    if wrong:
        raise errors.SCOPE_UNKNOWN(scopes[wrong[0]], path=f"/scopes/{wrong[0]}")
    if not scopes:
        raise errors.SCOPES_NONE(path="/scopes")
    if len(addresses) > MOST_ADDRESSES:
        raise INVALID(f"must be at most {MOST_ADDRESSES}", path="/addresses")
    good = (ApiKey.user_id == owner_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > uow.now)
    if (uow.session.scalar(select(func.count()).select_from(ApiKey).where(*good)) or 0) >= MOST_KEYS:
        raise errors.TOO_MANY()
    key_id = uow.new_id()
    called = line(name, longest=80, path="/name")
    row = {
        "id": key_id,
        "user_id": owner_id,
        "name": called,
        "scopes": sorted(set(scopes)),
        "addresses": normal_networks(addresses),
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
        "expires_at": _end(uow, expires_at, longest),
        "revoked_at": None,
        "revoked_by": None,
    }
    insert_rows(uow.session, ApiKey, [row])
    return _write(uow, key_id, owner_id, called)


def _end(uow: UnitOfWork, wanted: datetime | None, longest: timedelta) -> datetime:
    latest = uow.now + longest
    if wanted is not None and not uow.now < wanted <= latest:
        raise errors.END_WRONG(f"must be after now and no later than {latest:%Y-%m-%dT%H:%MZ}", path="/expires_at")
    return wanted or latest


def _write(uow: UnitOfWork, key_id: UUID, owner_id: UUID, name: str) -> Made:
    made = token.write(new_secret_bytes(), new_secret_bytes())
    row = {
        "handle": made.handle,
        "key_id": key_id,
        "digest": secret_digest(made.text),
        "created_at": uow.now,
        "ends_at": None,
        "used_at": None,
        "used_from": None,
    }
    insert_rows(uow.session, ApiKeySecret, [row])
    if owner_id == uow.actor.user_id:
        uow.publish(KeyWritten(owner_id, f"{token.PREFIX}{made.handle}", name, uow.now))
    return Made(key_id, made.text)


def _check_may_speak_for(uow: UnitOfWork, owner_id: UUID) -> None:
    """Refuse who would get a key to more than they have: people have only their own, those in charge those of service accounts.

    A service account may hold roles that its keeper could not give, at places of others: then its keys are not theirs either.
    """
    person = person_to_change(uow, owner_id)
    if owner_id == uow.actor.user_id:
        return
    check_in_charge(uow, person)
    if person.kind != AccountKind.SERVICE:
        raise errors.NOT_THEIRS()
    held = uow.session.execute(
        select(RoleGrant.role, RoleGrant.place_id, RoleGrant.region_id, RoleGrant.station_id, RoleGrant.group_id).where(
            RoleGrant.user_id == owner_id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > uow.now)
        )
    )
    for role, *places in held:
        within = frozenset(place for place in places if place is not None)
        if not may_give(uow.actor.grants, Post(Role(role), within)):
            raise accounts.MAY_NOT_GRANT()


def rotate(
    uow: UnitOfWork,
    *,
    key_id: UUID,
    longest: timedelta,
    grace: timedelta = GRACE,
    expires_at: datetime | None = None,
) -> Made:
    """Write a key anew; what was written before is good for some more time. It lasts as long again as it did, unless told.

    Raises NotFound (keys.unknown), Forbidden (as `make`), Invalid (keys.end_wrong), Conflict (keys.over).
    """
    row = _load(uow, key_id)
    _check_may_speak_for(uow, row.user_id)
    if state_of(expires_at=row.expires_at, revoked_at=row.revoked_at, now=uow.now) is not KeyState.ACTIVE:
        raise errors.OVER()
    mine = ApiKeySecret.key_id == key_id
    written_at = uow.session.scalars(select(func.max(ApiKeySecret.created_at)).where(mine)).one()
    ends = _end(uow, expires_at or uow.now + min(row.expires_at - written_at, longest), longest)
    ended = uow.now + min(grace, LONGEST_GRACE)
    later = or_(ApiKeySecret.ends_at.is_(None), ApiKeySecret.ends_at > ended)
    uow.session.execute(update(ApiKeySecret).where(mine, later).values(ends_at=ended))
    newest = select(ApiKeySecret.handle).where(mine).order_by(ApiKeySecret.created_at.desc(), ApiKeySecret.handle)
    kept = uow.session.scalars(newest.limit(queries.MOST_SECRETS - 1)).all()
    uow.session.execute(delete(ApiKeySecret).where(mine, ApiKeySecret.handle.not_in(kept)))
    uow.session.execute(update(ApiKey).where(ApiKey.id == key_id).values(expires_at=ends))
    return _write(uow, key_id, row.user_id, row.name)


def revoke(uow: UnitOfWork, *, key_id: UUID) -> None:
    """Revoke a key of one's own or of an account in one's charge: from now on it opens nothing. Harmless when it does not.

    Raises NotFound (keys.unknown).
    """
    row = _load(uow, key_id)
    if row.revoked_at is None:
        _revoke(uow, ApiKey.id == key_id)


def revoke_all(uow: UnitOfWork, *, user_id: UUID) -> None:
    """Revoke all keys of an account, whose closing was allowed."""
    _revoke(uow, ApiKey.user_id == user_id)


def _revoke(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    values = {"revoked_at": uow.now, "revoked_by": uow.actor.user_id}
    uow.session.execute(update(ApiKey).where(which, ApiKey.revoked_at.is_(None)).values(values))


def _load(uow: UnitOfWork, key_id: UUID) -> Row[*tuple[Any, ...]]:
    row = uow.session.execute(
        select(*ApiKey.__table__.c)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.id == key_id, queries.seen(uow))
        .with_for_update(of=ApiKey)
    ).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return row


def note_use(uow: UnitOfWork, *, key: KeyUsed, address: str | None) -> None:
    """Note that a key is used, and from where."""
    values = {"used_at": uow.now, "used_from": None if address is None else address[:64]}
    uow.session.execute(update(ApiKeySecret).where(ApiKeySecret.handle == key.handle).values(values))
