"""Signing in with a password: the attempt is counted, the password compared without a lock, and a session opened.

Somebody with a second factor gets a challenge instead, which a code takes up in the same way: counted first, then compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from dispatch.accounts import errors
from dispatch.accounts.events import SecondFactorGuessed
from dispatch.accounts.models import User
from dispatch.accounts.passwords import STANDARD, Passwords
from dispatch.accounts.second_factor import errors as factor_errors
from dispatch.accounts.second_factor import service as factors
from dispatch.accounts.second_factor.queries import is_on
from dispatch.accounts.service import normal_login
from dispatch.accounts.sessions import challenges
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.sessions.challenges import Challenge, Try
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
) -> SignedIn | Challenge:
    """Open a session for somebody whose password was right, or ask them for a code if they have a second factor.

    The attempt is taken back. Only with a session does the pair of account and network begin anew.

    Raises Unauthenticated (accounts.wrong_password): the account was closed since.
    """
    person = uow.session.execute(
        select(User.active, User.password_hash, User.region_id, is_on().label("second_factor"))
        .where(User.id == known.user_id)
        .with_for_update()
    ).one()
    if not person.active or person.password_hash is None:
        raise errors.WRONG_PASSWORD()
    if known.fresh_hash is not None:
        uow.session.execute(update(User).where(User.id == known.user_id).values(password_hash=known.fresh_hash))
    if person.second_factor:
        take_back(uow, attempt)
        uow.record(_act(known.user_id, person.region_id, {"second_factor": "asked"}))
        return challenges.ask(uow, user_id=known.user_id)
    throttle.succeed(uow, attempt=attempt, user_id=known.user_id)
    uow.record(_act(known.user_id, person.region_id, {}))
    return sessions.open_session(uow, user_id=known.user_id, method=Method.PASSWORD, lifetime=lifetime, whence=whence)


def take_back(uow: UnitOfWork, attempt: Attempt) -> None:
    """Take an attempt back whose password was right, where it opens no session."""
    throttle.take_back(uow, attempt=attempt)


@dataclass(frozen=True, slots=True)
class SecondStep:
    """A code that may be looked at, and counts as wrong until `take_up` says otherwise."""

    tried: Try
    attempt: Attempt


def enter_code(uow: UnitOfWork, *, challenge: str, whence: Whence) -> SecondStep:
    """Count a code before it is compared, as `enter` counts a password; call it in a transaction of its own.

    Raises Unauthenticated (accounts.challenge_invalid), TooMany (accounts.too_many_attempts).
    """
    tried = challenges.take_try(uow, challenge)
    return SecondStep(tried, throttle.enter(uow, login=tried.login, address=whence.address))


def take_up(uow: UnitOfWork, *, step: SecondStep, code: str, lifetime: Lifetime, whence: Whence = NOWHERE) -> SignedIn:
    """Open the session for somebody whose code is right, and take the attempt back.

    Raises Unauthenticated: accounts.code_wrong; accounts.challenge_invalid, where it was taken up or became void meanwhile.
    """
    user_id = step.tried.user_id
    region_id = uow.session.scalars(select(User.region_id).where(User.id == user_id).with_for_update()).one()
    challenges.take_up(uow, step.tried)
    proof = factors.prove(uow, user_id=user_id, code=code)
    throttle.succeed(uow, attempt=step.attempt, user_id=user_id)
    uow.record(_act(user_id, region_id, {"second_factor": proof.value}))
    return sessions.open_session(
        uow, user_id=user_id, method=Method.PASSWORD, lifetime=lifetime, whence=whence, second_factor=True
    )


def note_refused(uow: UnitOfWork, *, step: SecondStep, code: str, whence: Whence) -> None:
    """Write down with which error code a code was refused; with the last one that a sign-in has, its person is told."""
    user_id = step.tried.user_id
    region_id = uow.session.scalars(select(User.region_id).where(User.id == user_id)).one()
    uow.record(_act(user_id, region_id, {"refused": code}))
    if step.tried.last:
        uow.publish(SecondFactorGuessed(user_id, uow.now, whence.address))


def _act(user_id: UUID, region_id: UUID | None, details: Mapping[str, str]) -> Act:
    return Act(ActKind.LOGIN, user_id=user_id, region_id=region_id, subject_id=user_id, details=details)


def sign_in(
    uow: UnitOfWork, *, login: str, password: str, lifetime: Lifetime | None = None, passwords: Passwords = STANDARD
) -> SignedIn:
    """Do all of it in one transaction, where nobody else waits: tests. Raises what the three raise.

    Raises Unauthenticated (accounts.code_wrong) for somebody with a second factor: no code was given.
    """
    attempt = enter(uow, login=login, whence=NOWHERE)
    known = check_password(uow, login=login, password=password, passwords=passwords)
    opened = open_session(uow, known=known, attempt=attempt, lifetime=lifetime or Lifetime())
    if isinstance(opened, Challenge):
        raise factor_errors.CODE_WRONG()
    return opened
