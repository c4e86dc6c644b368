"""Counts attempts to sign in, in the database: what keeps guessers out must not be lost with Redis."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import delete, select, update

from dispatch.accounts.models import User
from dispatch.accounts.throttle import errors
from dispatch.accounts.throttle.models import KnownNetwork, LoginTally
from dispatch.accounts.throttle.rule import FORGOTTEN, Tally, network_of, wait
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork

KNOWN_FOR = timedelta(days=90)
"""How long a network stays known after the last sign-in from there."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that may be made, and counts as failed until `succeed` says otherwise."""

    login: str
    network: str

    @property
    def subjects(self) -> tuple[bytes, bytes, bytes]:
        """What it counts for: the pair, the account, the network."""
        return (
            _digest("pair", self.login, self.network),
            _digest("account", self.login),
            _digest("network", self.network),
        )


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\0".join(words).encode(errors="replace")).digest()


def enter(uow: UnitOfWork, *, login: str, address: str | None) -> Attempt:
    """Count an attempt before it is made, so that many at once are counted, too; `login` is as it is stored. Five statements.

    Raises TooMany (accounts.too_many_attempts), with `retry_after` in seconds; such an attempt is not counted.
    """
    attempt = Attempt(login, network_of(address))
    subjects = attempt.subjects
    new = [{"subject": subject, "failures": 0, "last_at": uow.now} for subject in sorted(subjects)]
    insert_rows(uow.session, LoginTally, new, on_conflict="(subject) DO NOTHING")
    found = {subject: tally.as_of(uow.now) for subject, tally in _locked(uow, attempt).items()}
    pair, account, network = (found[subject] for subject in subjects)
    pause = wait(pair, account, network, known=_is_known(uow, attempt), now=uow.now)
    if pause > timedelta(0):
        raise errors.TOO_MANY_ATTEMPTS(retry_after=ceil(pause.total_seconds()))
    for subject, tally in found.items():
        counted = {"failures": tally.failures + 1, "last_at": uow.now}
        uow.session.execute(update(LoginTally).where(LoginTally.subject == subject).values(counted))
    return attempt


def _locked(uow: UnitOfWork, attempt: Attempt) -> dict[bytes, Tally]:
    rows = uow.session.execute(
        select(LoginTally.subject, LoginTally.failures, LoginTally.last_at)
        .where(LoginTally.subject.in_(attempt.subjects))
        .order_by(LoginTally.subject)  # always the same order, so that no two wait for each other
        .with_for_update()
    )
    return {row.subject: Tally(row.failures, row.last_at) for row in rows}


def _is_known(uow: UnitOfWork, attempt: Attempt) -> bool:
    found = (
        select(KnownNetwork.network)
        .join(User, User.id == KnownNetwork.user_id)
        .where(User.login == attempt.login, KnownNetwork.network == attempt.network)
        .where(KnownNetwork.last_at > uow.now - KNOWN_FOR)
    )
    return uow.session.scalar(found) is not None


def succeed(uow: UnitOfWork, *, attempt: Attempt, user_id: UUID) -> None:
    """Take an attempt back that was right: its pair begins anew, and its network is known. Four statements."""
    _locked(uow, attempt)
    pair, *others = attempt.subjects
    uow.session.execute(delete(LoginTally).where(LoginTally.subject == pair))
    back = update(LoginTally).where(LoginTally.subject.in_(others), LoginTally.failures > 0)
    uow.session.execute(back.values(failures=LoginTally.failures - 1))
    row = {"user_id": user_id, "network": attempt.network, "last_at": uow.now}
    known = "(user_id, network) DO UPDATE SET last_at = excluded.last_at"
    insert_rows(uow.session, KnownNetwork, [row], on_conflict=known)


def take_back(uow: UnitOfWork, *, attempt: Attempt) -> None:
    """Take an attempt back that was right as far as it goes: it counts for nothing, and lets nothing begin anew. Two statements.

    Whoever knows a password and tries codes must not have their tries forgotten by giving the password again.
    """
    _locked(uow, attempt)
    counted = update(LoginTally).where(LoginTally.subject.in_(attempt.subjects), LoginTally.failures > 0)
    uow.session.execute(counted.values(failures=LoginTally.failures - 1))


def forget(uow: UnitOfWork) -> None:
    """Drop what no longer counts."""
    uow.session.execute(delete(LoginTally).where(LoginTally.last_at <= uow.now - FORGOTTEN))
    uow.session.execute(delete(KnownNetwork).where(KnownNetwork.last_at <= uow.now - KNOWN_FOR))
