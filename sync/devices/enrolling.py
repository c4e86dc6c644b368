"""Enrolment (登记): a manager shows a code, a phone that scans it takes part without a login."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from checklists.reports.codes import code_from, plain_code, shown_code
from dispatch.accounts import queries as accounts
from dispatch.accounts.errors import NO_PERSON
from dispatch.accounts.kinds import AccountKind
from kernel.actor import Actor
from kernel.identifiers import new_secret, secret_digest
from kernel.unit_of_work import UnitOfWork
from sync.devices import errors
from sync.devices.models import DeviceEnrolment
from sync.devices.service import Registered, check_supervises, register
from sync.devices.states import PhoneEvent

LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code as it is shown this once, in groups of four."""

    enrolment_id: UUID
    code: str
    expires_at: datetime


def invite(uow: UnitOfWork, *, user_id: UUID, minutes: int) -> Invitation:
    """Make a code by which one phone takes part for a person below the caller, or for the caller themselves.

    Raises NotFound (accounts.unknown), Forbidden (forbidden), Conflict (device.no_region, accounts.no_person).
    """
    person = accounts.user(uow, user_id)
    if user_id != uow.actor.user_id:
        check_supervises(uow, user_id, person.region_id)
    if person.kind == AccountKind.SERVICE:
        raise NO_PERSON()
    if person.region_id is None:
        raise errors.NO_REGION()
    code = code_from(secret_digest(new_secret()))
    expires_at = uow.now + min(timedelta(minutes=minutes), LONGEST)
    made = DeviceEnrolment(
        id=uow.new_id(),
        user_id=user_id,
        code_hash=secret_digest(code),
        created_by=uow.actor.user_id,
        created_at=uow.now,
        expires_at=expires_at,
    )
    uow.session.add(made)
    return Invitation(made.id, shown_code(code), expires_at)


def enrol(
    uow: UnitOfWork, *, code: str, install_id: str, name: str | None, platform: str | None, app: str | None
) -> Registered:
    """Register the phone of an installation by a code. The same installation may ask again while the code is good.

    Raises Unauthenticated (device.enrolment), and what `register` raises.
    """
    plain = plain_code(code)
    if plain is None:
        raise errors.ENROLMENT()
    found = uow.session.scalars(
        select(DeviceEnrolment).where(DeviceEnrolment.code_hash == secret_digest(plain)).with_for_update()
    ).one_or_none()
    if found is None or found.expires_at <= uow.now or found.install_id not in (None, install_id):
        raise errors.ENROLMENT()
    owner = _active(uow, found.user_id)
    found.install_id = install_id
    return register(
        uow,
        install_id=install_id,
        name=name,
        platform=platform,
        app=app,
        user_id=owner.user_id,
        kind=PhoneEvent.ENROLLED,
    )


def _active(uow: UnitOfWork, user_id: UUID) -> Actor:
    """Return the person of a code. Raises Unauthenticated (device.enrolment) when they may not sign in any more."""
    if not accounts.user(uow, user_id).active:
        raise errors.ENROLMENT()
    return accounts.actor_of_user(uow.session, user_id, uow.now)
