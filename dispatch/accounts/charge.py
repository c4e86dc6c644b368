"""Whose account a command is about, and whether the caller is in charge of it."""

from collections.abc import Collection
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, or_, select

from dispatch.accounts import errors
from dispatch.accounts.authority import GIVES, IN_CHARGE, Post, may_manage, may_reset_factor
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.models import RoleGrant, User
from dispatch.accounts.queries import in_sight, may_see_user
from kernel.actor import Grant, Level, Role
from kernel.unit_of_work import Reading


def person_to_change(uow: Reading, user_id: UUID, *, lock: bool = True) -> Row[*tuple[Any, ...]]:
    """Return id, region, login, name, password hash and kind of a person in sight, locked. Raises NotFound (accounts.unknown)."""
    columns = (User.id, User.region_id, User.login, User.name, User.password_hash, User.kind)
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
    """Refuse a caller who is not in charge of a person's account.

    Raises Forbidden (accounts.may_not_manage), or NotFound (accounts.unknown) for a colleague whom they do not see: nothing
    tells such a person from nobody.
    """
    held = reading.session.scalars(
        select(RoleGrant.role).where(
            RoleGrant.user_id == person.id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now)
        )
    )
    if not may_manage(reading.actor.grants, person.region_id, {Role(role) for role in held}):
        _refuse(reading, person)


def check_may_reset_factor(reading: Reading, person: Row[*tuple[Any, ...]]) -> None:
    """Refuse a caller who may not take the second factor from a person; see `authority.may_reset_factor`.

    Raises Forbidden (accounts.may_not_manage), or NotFound (accounts.unknown) for a colleague whom they do not see.
    """
    places = (RoleGrant.place_id, RoleGrant.region_id, RoleGrant.station_id, RoleGrant.group_id)
    held = reading.session.execute(
        select(RoleGrant.role, *places).where(
            RoleGrant.user_id == person.id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now)
        )
    )
    posts = [Post(Role(role), frozenset(key for key in within if key is not None)) for role, *within in held]
    if not may_reset_factor(reading.actor.grants, person.region_id, posts):
        _refuse(reading, person)


def check_own_or_in_charge(uow: Reading, user_id: UUID, *, lock: bool = True) -> Row[*tuple[Any, ...]]:
    """Return the person of `person_to_change` if it is the caller, or the caller is in charge of their account.

    Raises NotFound (accounts.unknown), Forbidden (accounts.may_not_manage).
    """
    person = person_to_change(uow, user_id, lock=lock)
    if user_id != uow.actor.user_id:
        check_in_charge(uow, person)
    return person


def in_charge(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the people whose accounts the caller is in charge of, as `check_in_charge`."""
    parts = []
    for grant in reading.actor.grants:
        if grant.role in IN_CHARGE:
            above = select(RoleGrant.id).where(
                RoleGrant.user_id == User.id,
                RoleGrant.role.not_in([role.value for role in GIVES[grant.role]]),
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now),
            )
            home = () if grant.level is Level.EVERYWHERE else (User.region_id == grant.place_id,)
            parts.append(and_(~above.exists(), *home))
    return or_(false(), *parts)


def keepers_of(reading: Reading, user_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Return by account the active people who are in charge of it now: of its region; where nobody there is, of everything.

    For the system, without a scope. Two statements for any number.
    """
    roles: dict[UUID, tuple[UUID | None, set[Role]]] = {}
    held = or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now)
    accounts = select(User.id, User.region_id).where(User.id.in_(user_ids))
    for user_id, region_id, role in reading.session.execute(
        accounts.add_columns(RoleGrant.role).outerjoin(RoleGrant, and_(RoleGrant.user_id == User.id, held))
    ):
        roles.setdefault(user_id, (region_id, set()))[1].update(map(Role, filter(None, [role])))
    regions = {region_id for region_id, _ in roles.values() if region_id is not None}
    posts = reading.session.execute(
        select(RoleGrant.user_id, RoleGrant.role, RoleGrant.level, RoleGrant.place_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            User.active,
            User.kind == AccountKind.PERSON.value,
            RoleGrant.role.in_([role.value for role in IN_CHARGE]),
            or_(RoleGrant.place_id.is_(None), RoleGrant.place_id.in_(regions)),
            RoleGrant.valid_from <= reading.now,
            held,
        )
        .order_by(RoleGrant.user_id)
    ).all()
    grants = [(who, Grant(Role(role), Level(level), place_id)) for who, role, level, place_id in posts]
    found = {}
    for user_id, (region_id, needed) in roles.items():
        able = [(who, grant) for who, grant in grants if may_manage([grant], region_id, needed)]
        near = [who for who, grant in able if grant.level is not Level.EVERYWHERE]
        found[user_id] = tuple(dict.fromkeys(near or [who for who, _ in able]))
    return found


def _refuse(reading: Reading, person: Row[*tuple[Any, ...]]) -> NoReturn:
    raise errors.MAY_NOT_MANAGE() if may_see_user(reading, person.id) else errors.UNKNOWN()
