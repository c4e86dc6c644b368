"""What can be done with sessions: open them, renew their tokens, note that they are used, and end them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from dispatch.accounts.events import RefreshTokenReused
from dispatch.accounts.models import User
from dispatch.accounts.sessions import challenges, errors
from dispatch.accounts.sessions.kinds import Lifetime, Method, TokenKind, Whence
from dispatch.accounts.sessions.models import LoginSession, SessionToken
from dispatch.accounts.sessions.rotation import Pair, Verdict, is_current, judge, successors
from kernel.bulk import insert_rows
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork

LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A pair of tokens, shown this once, and until when each is good (aware UTC)."""

    token: str
    refresh_token: str
    user_id: UUID
    session_id: UUID
    expires_at: datetime
    refresh_expires_at: datetime


def open_session(
    uow: UnitOfWork,
    *,
    user_id: UUID,
    method: Method,
    lifetime: Lifetime,
    whence: Whence,
    second_factor: bool = False,
) -> SignedIn:
    """Open a session for somebody whose right to it was checked, perhaps also by a second factor. Two statements."""
    row = {
        "id": uow.new_id(),
        "user_id": user_id,
        "method": method.value,
        "second_factor": second_factor,
        "address": whence.address,
        "agent": None if whence.agent is None else whence.agent[:LONGEST_AGENT],
        "created_at": uow.now,
        "seen_at": uow.now,
        "rotated_at": uow.now,
        "expires_at": uow.now + lifetime.session,
        "spent": None,
        "salt": None,
    }
    insert_rows(uow.session, LoginSession, [row])
    pair = successors(new_secret(), b"")
    return _issue(uow, row, pair, lifetime)


def _issue(uow: UnitOfWork, session: Mapping[str, Any], pair: Pair, lifetime: Lifetime) -> SignedIn:
    signed_in = _shown(session, pair, uow.now, lifetime)
    common = {"session_id": session["id"], "issued_at": uow.now, "spent_at": None}
    rows = [
        {"digest": secret_digest(secret), "kind": kind.value, "expires_at": expires_at, **common}
        for secret, kind, expires_at in (
            (pair.access, TokenKind.ACCESS, signed_in.expires_at),
            (pair.refresh, TokenKind.REFRESH, signed_in.refresh_expires_at),
        )
    ]
    insert_rows(uow.session, SessionToken, rows)
    return signed_in


def _shown(session: Mapping[str, Any], pair: Pair, issued_at: datetime, lifetime: Lifetime) -> SignedIn:
    ends = min(issued_at + lifetime.access, session["expires_at"])
    return SignedIn(pair.access, pair.refresh, session["user_id"], session["id"], ends, session["expires_at"])


def refresh(uow: UnitOfWork, *, token: str, lifetime: Lifetime, whence: Whence) -> SignedIn | None:
    """Exchange a refresh token for the next pair; the session ends when it did before.

    None means that the token was used already: its session is ended and its person told. Leave the block, so that this stays,
    and then refuse. A caller whose answer was lost gets the same answer again for some seconds (`rotation.judge`).

    Raises Unauthenticated (accounts.refresh_invalid): the token or its session is unknown or over, or the account closed.
    """
    digest = secret_digest(token)
    known = (SessionToken.digest == digest, SessionToken.kind == TokenKind.REFRESH.value)
    # Whoever comes second with the same token waits for the first, and then finds it spent.
    session_id = uow.session.scalar(
        select(LoginSession.id)
        .join(User, User.id == LoginSession.user_id)
        .where(LoginSession.id.in_(select(SessionToken.session_id).where(*known)), User.active)
        .with_for_update(of=LoginSession)
    )
    if session_id is None:
        raise errors.REFRESH_INVALID()
    columns = (*LoginSession.__table__.columns, SessionToken.issued_at, SessionToken.spent_at)
    found = uow.session.execute(
        select(*columns).join(SessionToken, SessionToken.session_id == LoginSession.id).where(*known)
    ).one()
    if not is_current(found.issued_at, found.expires_at, uow.now):
        raise errors.REFRESH_INVALID()
    match judge(
        spent_at=found.spent_at,
        last=found.spent == digest,
        unanswered=found.salt is not None,
        now=uow.now,
        tolerance=lifetime.tolerance,
    ):
        case Verdict.ROTATE:
            return _rotate(uow, dict(found._mapping), token, lifetime, whence)
        case Verdict.REPEAT:
            return _shown(dict(found._mapping), successors(token, found.salt), found.rotated_at, lifetime)
        case _:
            end_sessions(uow, LoginSession.id == found.id)
            uow.publish(RefreshTokenReused(found.user_id, found.id, uow.now, whence.address))
            return None


def _rotate(uow: UnitOfWork, session: Mapping[str, Any], token: str, lifetime: Lifetime, whence: Whence) -> SignedIn:
    salt = secret_digest(new_secret())
    digest = secret_digest(token)
    changed = {"spent": digest, "salt": salt, "rotated_at": uow.now, "seen_at": uow.now, "address": whence.address}
    uow.session.execute(update(LoginSession).where(LoginSession.id == session["id"]).values(changed))
    uow.session.execute(update(SessionToken).where(SessionToken.digest == digest).values(spent_at=uow.now))
    over = delete(SessionToken).where(
        SessionToken.session_id == session["id"],
        SessionToken.kind == TokenKind.ACCESS.value,
        SessionToken.expires_at <= uow.now,
    )
    uow.session.execute(over)
    return _issue(uow, session, successors(token, salt), lifetime)


def note_use(uow: UnitOfWork, *, session_id: UUID, newest: bool) -> None:
    """Note that a session is used; with one of its `newest` tokens, their answer has arrived and is not given again."""
    values: dict[str, Any] = {"seen_at": uow.now} | ({"salt": None} if newest else {})
    uow.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(values))


def note_second_factor(uow: UnitOfWork, *, session_id: UUID | None, given: bool) -> None:
    """Note that whoever is behind a session has given a second factor, or has none any more."""
    uow.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(second_factor=given))


def end_session(uow: UnitOfWork, *, user_id: UUID, session_id: UUID) -> None:
    """End one session of a person, whose right to it was checked. Raises NotFound (accounts.session_unknown)."""
    if not end_sessions(uow, LoginSession.id == session_id, LoginSession.user_id == user_id):
        raise errors.SESSION_UNKNOWN()


def end_all(uow: UnitOfWork, *, user_id: UUID, but: UUID | None = None, method: Method | None = None) -> None:
    """End all sessions of a person, perhaps all but one, or only those that were opened in one way.

    Every sign-in of theirs that waits for a code is void, too.
    """
    others = () if but is None else (LoginSession.id != but,)
    opened = () if method is None else (LoginSession.method == method.value,)
    end_sessions(uow, LoginSession.user_id == user_id, *others, *opened)
    challenges.void(uow, user_id=user_id)


def end_sessions(uow: UnitOfWork, *which: ColumnElement[bool]) -> bool:
    """End these sessions: none of their tokens opens anything from now on. Tell whether there was one."""
    # Their tokens go with them, by their foreign key.
    ended = uow.session.execute(delete(LoginSession).where(*which).returning(LoginSession.id)).all()
    return bool(ended)


def forget(uow: UnitOfWork) -> None:
    """Drop the sessions whose time is over, and the sign-ins that nobody took up."""
    end_sessions(uow, LoginSession.expires_at <= uow.now)
    challenges.forget(uow)
