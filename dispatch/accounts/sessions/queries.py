"""Whose token that is, and where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.accounts.callers import Caller
from dispatch.accounts.models import User
from dispatch.accounts.queries import actor_of_rows, with_grants
from dispatch.accounts.sessions.kinds import Method, TokenKind
from dispatch.accounts.sessions.models import LoginSession, SessionToken
from dispatch.accounts.sessions.rotation import SKEW
from kernel.identifiers import secret_digest
from kernel.unit_of_work import Reading

SEEN_EVERY = timedelta(minutes=5)
"""How exact `seen_at` is: noting every single use would cost every request a write."""
MOST_SESSIONS = 200


def caller_of_token(session: Session, token: str, now: datetime) -> Caller:
    """Return who signed in with this access token. One statement.

    Raises Unauthenticated (token-invalid): the token is unknown or over, or its person is no longer active.
    """
    statement = (
        with_grants(now)
        .join(LoginSession, LoginSession.user_id == User.id)
        .join(SessionToken, SessionToken.session_id == LoginSession.id)
        .where(
            SessionToken.digest == secret_digest(token),
            SessionToken.kind == TokenKind.ACCESS.value,
            SessionToken.expires_at > now,
            SessionToken.issued_at <= now + SKEW,
            LoginSession.expires_at > now,
            User.active,
        )
        .add_columns(LoginSession.id, LoginSession.method, LoginSession.seen_at, LoginSession.second_factor)
        .add_columns(LoginSession.salt.is_not(None) & (SessionToken.issued_at == LoginSession.rotated_at))
    )
    rows = session.execute(statement).all()
    actor = actor_of_rows(rows)
    *_, session_id, method, seen_at, second_factor, newest = rows[0]
    return Caller(
        actor,
        session_id=session_id,
        by_password=method == Method.PASSWORD,
        second_factor=second_factor,
        newest=bool(newest),
        due=bool(newest) or abs(now - seen_at) >= SEEN_EVERY,
    )


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Where and since when somebody is signed in. `current` is the session that asks."""

    id: UUID
    method: Method
    second_factor: bool
    address: str | None
    agent: str | None
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


def sessions_of(reading: Reading, user_id: UUID, *, current: UUID | None = None) -> tuple[SessionRow, ...]:
    """Return the sessions of a person that are open, the last one used first; whose right to see them was checked."""
    columns = [getattr(LoginSession, name) for name in SessionRow.__dataclass_fields__ if name != "current"]
    rows: Any = reading.session.execute(
        select(*columns)
        .where(LoginSession.user_id == user_id, LoginSession.expires_at > reading.now)
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        .limit(MOST_SESSIONS)
    )
    return tuple(
        SessionRow(**dict(row._mapping) | {"method": Method(row.method), "current": row.id == current}) for row in rows
    )
