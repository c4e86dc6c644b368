"""Signing in with a password: the attempt is counted, the password compared without a lock, and a session opened."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import errors
from dispatch.accounts.models import User
from dispatch.accounts.passwords import STANDARD, Passwords
from dispatch.accounts.service import normal_login
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.kinds import NOWHERE, Lifetime, Method, Whence
from dispatch.accounts.sessions.service import SignedIn
from dispatch.accounts.throttle import service as throttle
from dispatch.accounts.throttle.service import Attempt
from kernel.audit.acts import Act, ActKind
from kernel.unit_of_work import Reading, UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """A person whose password was right. `fresh_hash` replaces one that was made with other settings, or is None."""

    user_id: UUID
    fresh_hash: str | None


def enter(uow: UnitOfWork, *, login: str, whence: Whence) -> Attempt:
    """Count an attempt to sign in, and return it; call it in a transaction of its own, so that it stays counted.

    Raises TooMany (accounts.too_many_attempts).
    """
    return throttle.enter(uow, login=normal_login(login), address=whence.address)


def check_password(reading: Reading, *, login: str, password: str, passwords: Passwords = STANDARD) -> Known:
    """Find out who signs in. It takes its time by design and writes nothing: call it where no lock is held.

    Raises Unauthenticated (accounts.wrong_password), in equal time and words whatever is wrong: no such login, another password,
    an account that is closed or has none.
    """
    columns = (User.id, User.password_hash, User.active)
    person = reading.session.execute(select(*columns).where(User.login == normal_login(login))).one_or_none()
    matches = passwords.matches(password, person.password_hash if person else None)
    if person is None or not matches or not person.active:
        raise errors.WRONG_PASSWORD()
    return Known(person.id, passwords.hash(password) if passwords.is_outdated(person.password_hash) else None)


def open_session(
    uow: UnitOfWork, *, known: Known, attempt: Attempt, lifetime: Lifetime, whence: Whence = NOWHERE
) -> SignedIn:
    """Open a session for somebody whose password was right, and take the attempt back.

    Raises Unauthenticated (accounts.wrong_password): the account was closed since.
    """
    person = uow.session.execute(
        select(User.active, User.password_hash, User.region_id).where(User.id == known.user_id).with_for_update()
    ).one()
    if not person.active or person.password_hash is None:
        raise errors.WRONG_PASSWORD()
    if known.fresh_hash is not None:
        uow.session.execute(update(User).where(User.id == known.user_id).values(password_hash=known.fresh_hash))
    throttle.succeed(uow, attempt=attempt, user_id=known.user_id)
    uow.record(Act(ActKind.LOGIN, user_id=known.user_id, region_id=person.region_id, subject_id=known.user_id))
    return sessions.open_session(uow, user_id=known.user_id, method=Method.PASSWORD, lifetime=lifetime, whence=whence)


def sign_in(
    uow: UnitOfWork, *, login: str, password: str, lifetime: Lifetime | None = None, passwords: Passwords = STANDARD
) -> SignedIn:
    """Do all of it in one transaction, where nobody else waits: console, tests. Raises what the three raise."""
    attempt = enter(uow, login=login, whence=NOWHERE)
    known = check_password(uow, login=login, password=password, passwords=passwords)
    return open_session(uow, known=known, attempt=attempt, lifetime=lifetime or Lifetime())
