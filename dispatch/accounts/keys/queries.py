"""Whose key that is, and which keys there are of oneself and of the accounts in one's charge."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from dispatch.accounts.callers import Caller
from dispatch.accounts.charge import in_charge
from dispatch.accounts.keys import errors
from dispatch.accounts.keys.models import ApiKey, ApiKeySecret
from dispatch.accounts.keys.states import KeyState, KeyUsed, state_of
from dispatch.accounts.keys.token import PREFIX, read
from dispatch.accounts.models import User
from dispatch.accounts.queries import actor_of_rows, with_grants
from kernel.database import Page, read_page
from kernel.errors import TOKEN_INVALID
from kernel.identifiers import secret_digest
from kernel.unit_of_work import Reading

USED_EVERY = timedelta(minutes=5)
"""How exact `used_at` is: noting every single use would cost every request a write."""
MOST_SECRETS = 5
"""Ways to write one key that are good at a time, or were."""


def caller_of_key(session: Session, text: str, now: datetime) -> Caller:
    """Return whose key this is, with what it may do. One statement; none for what was not copied whole.

    Raises Unauthenticated (token-invalid): the key is unknown, over or revoked, or its account no longer active.
    """
    token = read(text)
    if token is None:
        raise TOKEN_INVALID("this is no whole key: it was cut or mistyped")
    statement = (
        with_grants(now)
        .join(ApiKey, ApiKey.user_id == User.id)
        .join(ApiKeySecret, ApiKeySecret.key_id == ApiKey.id)
        .where(
            ApiKeySecret.handle == token.handle,
            or_(ApiKeySecret.ends_at.is_(None), ApiKeySecret.ends_at > now),
            ApiKey.expires_at > now,
            ApiKey.revoked_at.is_(None),
            User.active,
        )
        .add_columns(ApiKey.id, ApiKey.scopes, ApiKey.addresses, ApiKeySecret.digest, ApiKeySecret.used_at)
    )
    rows = session.execute(statement).all()
    actor = actor_of_rows(rows)
    *_, key_id, scopes, addresses, digest, used_at = rows[0]
    if not hmac.compare_digest(digest, secret_digest(text)):
        raise TOKEN_INVALID()
    key = KeyUsed(key_id, token.handle, frozenset(scopes), tuple(addresses))
    return Caller(actor, due=used_at is None or abs(now - used_at) >= USED_EVERY, key=key)


@dataclass(frozen=True, slots=True)
class SecretRow:
    """One way to write a key. `prefix` is how it begins; `ends_at` is there once another was made in its place."""

    prefix: str
    created_at: datetime
    ends_at: datetime | None
    used_at: datetime | None
    used_from: str | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key without its secret, and whose it is; `secrets` has the newest first."""

    id: UUID
    user_id: UUID
    login: str
    name: str
    scopes: list[str]
    addresses: list[str]
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: UUID | None
    state: KeyState
    secrets: tuple[SecretRow, ...]


_COLUMNS = (
    ApiKey.id,
    ApiKey.user_id,
    User.login,
    ApiKey.name,
    ApiKey.scopes,
    ApiKey.addresses,
    ApiKey.created_by,
    ApiKey.created_at,
    ApiKey.expires_at,
    ApiKey.revoked_at,
    ApiKey.revoked_by,
)


def seen(reading: Reading) -> ColumnElement[bool]:
    """Return the condition on keys joined with their people that lets through one's own and those of accounts in one's charge."""
    return or_(ApiKey.user_id == reading.actor.user_id, in_charge(reading))


def page_of_keys(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    user_id: UUID | None = None,
    state: KeyState | None = None,
) -> Page[KeyRow]:
    """Return one page of keys, the newest first; the key is (id). Two statements."""
    statement = select(*_COLUMNS).join(User, User.id == ApiKey.user_id).where(seen(reading))
    if user_id is not None:
        statement = statement.where(ApiKey.user_id == user_id)
    if state is not None:
        statement = statement.where(_is(state, reading.now))
    page: Page[Any] = read_page(reading.session, statement, key=(ApiKey.id,), limit=limit, after=after)
    return Page(_shown(reading, page.items), page.after)


def _is(state: KeyState, now: datetime) -> ColumnElement[bool]:
    if state is KeyState.REVOKED:
        return ApiKey.revoked_at.is_not(None)
    over = ApiKey.expires_at <= now
    return and_(ApiKey.revoked_at.is_(None), over if state is KeyState.EXPIRED else ~over)


def key(reading: Reading, key_id: UUID) -> KeyRow:
    """Return a key of one's own or of an account in one's charge. Two statements. Raises NotFound (keys.unknown)."""
    rows = reading.session.execute(
        select(*_COLUMNS).join(User, User.id == ApiKey.user_id).where(ApiKey.id == key_id, seen(reading))
    ).all()
    if not rows:
        raise errors.UNKNOWN()
    return _shown(reading, rows)[0]


@dataclass(frozen=True, slots=True)
class EndingKey:
    """A good key that ends before long: whose it is, and how it was written last, which is when its present end was set."""

    id: UUID
    user_id: UUID
    login: str
    kind: str
    region_id: UUID | None
    name: str
    expires_at: datetime
    prefix: str
    written_at: datetime


_ENDING: tuple[Any, ...] = (
    ApiKey.id,
    ApiKey.user_id,
    ApiKey.name,
    ApiKey.expires_at,
    User.login,
    User.kind,
    User.region_id,
)


def page_of_ending(
    reading: Reading, *, before: datetime, limit: int, after: Sequence[Any] | None = None
) -> Page[EndingKey]:
    """Return good keys of accounts that are open that end before a moment, the next first; the key is (expires_at, id).

    For the system, without a scope. Two statements.
    """
    statement = (
        select(*_ENDING)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.revoked_at.is_(None), User.active)
        .where(ApiKey.expires_at > reading.now, ApiKey.expires_at <= before)
    )
    key = (ApiKey.expires_at, ApiKey.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    newest: dict[UUID, Any] = {}
    for row in _secrets_of(reading, [one.id for one in page.items]):
        newest.setdefault(row.key_id, row)
    items = tuple(
        EndingKey(**row._mapping, prefix=f"{PREFIX}{newest[row.id].handle}", written_at=newest[row.id].created_at)
        for row in page.items
    )
    return Page(items, page.after)


def _shown(reading: Reading, rows: Sequence[Any]) -> tuple[KeyRow, ...]:
    secrets: dict[UUID, list[SecretRow]] = {row.id: [] for row in rows}
    for row in _secrets_of(reading, secrets):
        secrets[row.key_id].append(
            SecretRow(f"{PREFIX}{row.handle}", row.created_at, row.ends_at, row.used_at, row.used_from)
        )
    return tuple(
        KeyRow(
            **row._mapping,
            state=state_of(expires_at=row.expires_at, revoked_at=row.revoked_at, now=reading.now),
            secrets=tuple(secrets[row.id]),
        )
        for row in rows
    )


def _secrets_of(reading: Reading, key_ids: Iterable[UUID]) -> Iterable[Any]:
    return reading.session.execute(
        select(*ApiKeySecret.__table__.c)
        .where(ApiKeySecret.key_id.in_(list(key_ids)))
        .order_by(ApiKeySecret.created_at.desc(), ApiKeySecret.handle)
    )
