"""Whose account a command is about, and whether the caller is in charge of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select

from dispatch.accounts import errors
from dispatch.accounts.authority import may_manage
from dispatch.accounts.models import RoleGrant, User
from dispatch.accounts.queries import in_sight
from kernel.actor import Role
from kernel.unit_of_work import Reading


def person_to_change(uow: Reading, user_id: UUID, *, lock: bool = True) -> Row[*tuple[Any, ...]]:
    """Return id, region, login, name and password hash of a person in sight, locked. Raises NotFound (accounts.unknown)."""
    columns = (User.id, User.region_id, User.login, User.name, User.password_hash)
    seen = in_sight(uow)
    if uow.actor.region_id is not None:
        # Within a region everybody may be given a task, so commands find colleagues that lists do not show.
        seen = or_(seen, User.region_id == uow.actor.region_id)
    statement = select(*columns).where(User.id == user_id, seen)
    row = uow.session.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    return row


def check_in_charge(reading: Reading, person: Row[*tuple[Any, ...]]) -> None:
    """Refuse a caller who is not in charge of a person's account. Raises Forbidden (accounts.may_not_manage)."""
    held = reading.session.scalars(
        select(RoleGrant.role).where(
            RoleGrant.user_id == person.id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now)
        )
    )
    if not may_manage(reading.actor.grants, person.region_id, {Role(role) for role in held}):
        raise errors.MAY_NOT_MANAGE()


def check_own_or_in_charge(uow: Reading, user_id: UUID, *, lock: bool = True) -> Row[*tuple[Any, ...]]:
    """Return the person of `person_to_change` if it is the caller, or the caller is in charge of their account.

    Raises NotFound (accounts.unknown), Forbidden (accounts.may_not_manage).
    """
    person = person_to_change(uow, user_id, lock=lock)
    if user_id != uow.actor.user_id:
        check_in_charge(uow, person)
    return person
