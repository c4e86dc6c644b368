"""What can be done with second factors: begin and confirm one, prove oneself by it, turn it off, and reset somebody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update

from dispatch.accounts.charge import check_may_reset_factor, person_to_change
from dispatch.accounts.errors import MAY_NOT_MANAGE
from dispatch.accounts.events import FactorChange, SecondFactorChanged
from dispatch.accounts.second_factor import codes, errors, recovery
from dispatch.accounts.second_factor.models import RecoveryCode, SecondFactor
from dispatch.accounts.sessions import service as sessions
from kernel.bulk import insert_rows
from kernel.sealing import cell
from kernel.unit_of_work import UnitOfWork

CONFIRMED_WITHIN = timedelta(minutes=15)
"""How long a secret that was shown waits for its first code."""


class Proof(StrEnum):
    """What somebody proved themselves by."""

    APP = "app"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class Begun:
    """A second factor that waits for its first code: what the app is given, shown this once, and until when."""

    secret: str
    address: str
    expires_at: datetime


def begin(uow: UnitOfWork) -> Begun:
    """Begin to turn on a second factor for the caller, whose password was checked. What was begun before is void.

    Raises Conflict (accounts.second_factor_on).
    """
    person = person_to_change(uow, uow.actor.user_id)
    if _is_on(_locked(uow, person.id)):
        raise errors.IS_ON()
    secret = codes.new_secret()
    row = {
        "id": person.id,
        "secret": uow.sealer.seal(secret, context_of(person.id)),
        "created_at": uow.now,
        "confirmed_at": None,
        "last_step": None,
    }
    _delete(uow, person.id)
    insert_rows(uow.session, SecondFactor, [row])
    return Begun(secret, codes.address_of(secret, person.login), uow.now + CONFIRMED_WITHIN)


def confirm(uow: UnitOfWork, *, code: str, session_id: UUID | None) -> tuple[str, ...]:
    """Turn on what the caller began, by its first code, and return the recovery codes, which are shown this once.

    All sessions but `session_id` end: they were opened with less.

    Raises:
        Conflict (accounts.second_factor_on, accounts.second_factor_not_begun): there is nothing to confirm.
        Unauthenticated (accounts.code_wrong).
    """
    user_id = person_to_change(uow, uow.actor.user_id).id
    factor = _locked(uow, user_id)
    if _is_on(factor):
        raise errors.IS_ON()
    # Whichever way the clock went meanwhile.
    if factor is None or abs(uow.now - factor.created_at) > CONFIRMED_WITHIN:
        raise errors.NOT_BEGUN()
    _take_code_of_app(uow, factor, codes.spelt(code))
    confirmed = update(SecondFactor).where(SecondFactor.id == user_id).values(confirmed_at=uow.now)
    uow.session.execute(confirmed)
    sessions.end_all(uow, user_id=user_id, but=session_id)
    sessions.note_second_factor(uow, session_id=session_id, given=True)
    uow.publish(SecondFactorChanged(user_id, FactorChange.ON, uow.now))
    return _new_recovery_codes(uow, user_id)


def prove(uow: UnitOfWork, *, user_id: UUID, code: str) -> Proof:
    """Take a code of somebody's app, or a recovery code: each is good once, even for two who send it at the same moment.

    Raises Unauthenticated (accounts.code_wrong), Conflict (accounts.second_factor_off).
    """
    factor = _locked(uow, user_id)
    if factor is None or not _is_on(factor):
        raise errors.IS_OFF()
    spelt = codes.spelt(code)
    if codes.is_of_app(spelt):
        _take_code_of_app(uow, factor, spelt)
        return Proof.APP
    this = (RecoveryCode.user_id == user_id, RecoveryCode.digest == recovery.digest(user_id, spelt))
    if not uow.session.execute(delete(RecoveryCode).where(*this).returning(RecoveryCode.user_id)).all():
        raise errors.CODE_WRONG()
    uow.publish(SecondFactorChanged(user_id, FactorChange.RECOVERY_CODE_USED, uow.now))
    return Proof.RECOVERY_CODE


def turn_off(uow: UnitOfWork, *, code: str, session_id: UUID | None) -> None:
    """Turn off the caller's second factor by a code, after their password was checked. Ends all their sessions but one.

    Raises Unauthenticated (accounts.code_wrong), Conflict (accounts.second_factor_off).
    """
    user_id = person_to_change(uow, uow.actor.user_id).id
    prove(uow, user_id=user_id, code=code)
    _delete(uow, user_id)
    sessions.end_all(uow, user_id=user_id, but=session_id)
    # What is open to somebody whose role takes a second factor is up to what they have now.
    sessions.note_second_factor(uow, session_id=session_id, given=False)
    uow.publish(SecondFactorChanged(user_id, FactorChange.OFF, uow.now))


def renew_recovery_codes(uow: UnitOfWork, *, code: str) -> tuple[str, ...]:
    """Give the caller other recovery codes, by a code and after their password was checked; the old ones are void.

    Raises Unauthenticated (accounts.code_wrong), Conflict (accounts.second_factor_off).
    """
    user_id = person_to_change(uow, uow.actor.user_id).id
    prove(uow, user_id=user_id, code=code)
    return _new_recovery_codes(uow, user_id)


def reset(uow: UnitOfWork, *, user_id: UUID) -> None:
    """Take the second factor from somebody who lost it, and sign them out everywhere. Nobody resets their own.

    Raises:
        NotFound (accounts.unknown): no such person in sight.
        Forbidden (accounts.may_not_manage): nobody whom the actor is in charge of, or the actor.
        Conflict (accounts.second_factor_off): there is nothing to reset.
    """
    person = person_to_change(uow, user_id)
    if user_id == uow.actor.user_id:
        raise MAY_NOT_MANAGE("nobody resets their own second factor: turn it off with a recovery code")
    check_may_reset_factor(uow, person)
    if not _is_on(_locked(uow, user_id)):
        raise errors.IS_OFF()
    _delete(uow, user_id)
    sessions.end_all(uow, user_id=user_id)
    uow.publish(SecondFactorChanged(user_id, FactorChange.RESET, uow.now))


def forget(uow: UnitOfWork, *, user_id: UUID) -> None:
    """Drop the second factor of somebody whose account is closed, with the recovery codes; harmless when there is none."""
    _delete(uow, user_id)


def context_of(user_id: UUID) -> str:
    """Return what a sealed secret is bound to: copied to another person it does not open."""
    return cell("second_factors.secret", user_id)


def _locked(uow: UnitOfWork, user_id: UUID) -> Row[*tuple[Any, ...]] | None:
    statement = select(*SecondFactor.__table__.columns).where(SecondFactor.id == user_id).with_for_update()
    return uow.session.execute(statement).one_or_none()


def _is_on(factor: Row[*tuple[Any, ...]] | None) -> bool:
    return factor is not None and factor.confirmed_at is not None


def _take_code_of_app(uow: UnitOfWork, factor: Row[*tuple[Any, ...]], code: str) -> None:
    # The row is locked: whoever comes second with the same code finds its step taken.
    secret = uow.sealer.open(factor.secret, context_of(factor.id))
    step = codes.step_of(secret, code, last=factor.last_step, now=uow.now)
    if step is None:
        raise errors.CODE_WRONG()
    taken = update(SecondFactor).where(SecondFactor.id == factor.id).values(last_step=step)
    uow.session.execute(taken)


def _new_recovery_codes(uow: UnitOfWork, user_id: UUID) -> tuple[str, ...]:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = recovery.new_codes()
    rows = [{"user_id": user_id, "digest": recovery.digest(user_id, one), "created_at": uow.now} for one in made]
    insert_rows(uow.session, RecoveryCode, rows)
    return made


def _delete(uow: UnitOfWork, user_id: UUID) -> None:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    uow.session.execute(delete(SecondFactor).where(SecondFactor.id == user_id))
