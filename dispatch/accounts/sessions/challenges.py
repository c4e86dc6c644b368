"""Sign-ins whose password was right and that wait for a code: opened, tried some times, and taken up once or never."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from dispatch.accounts.models import User
from dispatch.accounts.second_factor.errors import CHALLENGE_INVALID
from dispatch.accounts.sessions.models import LoginChallenge
from dispatch.accounts.sessions.rotation import is_current
from kernel.bulk import insert_rows
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork

PREFIX = "fbc_"
GOOD_FOR = timedelta(minutes=5)
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a sign-in that waits for a code is taken up with, shown this once, and until when it is good (aware UTC)."""

    challenge: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One of the tries that a sign-in has; `last`: there is none after it."""

    digest: bytes
    user_id: UUID
    login: str
    last: bool


def ask(uow: UnitOfWork, *, user_id: UUID) -> Challenge:
    """Let a sign-in wait for a code. One statement."""
    made = Challenge(f"{PREFIX}{new_secret()}", uow.now + GOOD_FOR)
    row = {
        "digest": secret_digest(made.challenge),
        "user_id": user_id,
        "tries": 0,
        "created_at": uow.now,
        "expires_at": made.expires_at,
    }
    insert_rows(uow.session, LoginChallenge, [row])
    return made


def take_try(uow: UnitOfWork, challenge: str) -> Try:
    """Count a try before it is made, and return whose sign-in it is; call it in a transaction that stays.

    Raises Unauthenticated (accounts.challenge_invalid): unknown, over, taken up, void, or tried too often.
    """
    digest = secret_digest(challenge)
    columns = (LoginChallenge.user_id, LoginChallenge.tries, LoginChallenge.created_at, LoginChallenge.expires_at)
    found = uow.session.execute(
        select(*columns, User.login)
        .join(User, User.id == LoginChallenge.user_id)
        .where(LoginChallenge.digest == digest, User.active)
        .with_for_update(of=LoginChallenge)
    ).one_or_none()
    if found is None or found.tries >= MOST_TRIES or not is_current(found.created_at, found.expires_at, uow.now):
        raise CHALLENGE_INVALID()
    counted = update(LoginChallenge).where(LoginChallenge.digest == digest).values(tries=found.tries + 1)
    uow.session.execute(counted)
    return Try(digest, found.user_id, found.login, last=found.tries + 1 == MOST_TRIES)


def take_up(uow: UnitOfWork, tried: Try) -> None:
    """Let a sign-in go on that waited, once. Raises Unauthenticated (accounts.challenge_invalid): it is void, or was taken up."""
    taken = delete(LoginChallenge).where(LoginChallenge.digest == tried.digest).returning(LoginChallenge.digest)
    if not uow.session.execute(taken).all():
        raise CHALLENGE_INVALID()


def void(uow: UnitOfWork, *, user_id: UUID) -> None:
    """Let none of somebody's sign-ins go on that wait."""
    uow.session.execute(delete(LoginChallenge).where(LoginChallenge.user_id == user_id))


def forget(uow: UnitOfWork) -> None:
    """Drop the sign-ins that nobody took up in time."""
    uow.session.execute(delete(LoginChallenge).where(LoginChallenge.expires_at <= uow.now))
