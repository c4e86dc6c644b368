"""Who people are and what they may do: the actor behind a token, and lists of people within the caller's scope."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from dispatch.accounts import errors
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.models import RoleGrant, User
from kernel.actor import Actor, Grant, Level, Role
from kernel.by_ids import ByIds
from kernel.database import Page, UTCDateTime, count_rows, one_of, read_page
from kernel.direct import Direct, Prepared
from kernel.errors import TOKEN_INVALID
from kernel.ordering import Sorts
from kernel.sealed_columns import open_row
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show them, or a service account; `kind` is a word of `AccountKind`."""

    id: UUID
    region_id: UUID | None
    login: str
    name: str
    phone: str | None
    locale: str
    active: bool
    kind: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role held at a place (None: everywhere), from a moment on and perhaps until another; `provider`: see `RoleGrant`."""

    id: UUID
    role: Role
    level: Level
    place_id: UUID | None
    valid_from: datetime
    valid_to: datetime | None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class PersonDetail(PersonRow):
    """A person with all roles that they hold, held or will hold, the earliest first."""

    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is called, and reached, and in which language."""

    id: UUID
    region_id: UUID | None
    name: str
    phone: str | None
    active: bool
    locale: str


_ROW = tuple(getattr(User, name) for name in PersonRow.__dataclass_fields__)
_CONTACT = tuple(getattr(User, name) for name in Contact.__dataclass_fields__)
_ACTOR = (
    User.id,
    User.region_id,
    User.locale,
    User.active,
    RoleGrant.role,
    RoleGrant.level,
    RoleGrant.place_id,
    RoleGrant.region_id,
)
_ACTIVE = _ACTOR.index(User.active)


def actor_of_user(session: Session | Direct, user_id: UUID, now: datetime, device_id: UUID | None = None) -> Actor:
    """Return the actor for an active person, perhaps through a device. One statement.

    Raises Unauthenticated (token-invalid): there is no such person, or they are no longer active.
    """
    return _only(_actors(_OF_USER.rows(session, user=user_id, at=now), device_id))


def actors_of_users(session: Session, user_ids: Collection[UUID], now: datetime) -> dict[UUID, Actor]:
    """Return the actors for many people with one statement; unknown ones are left out.

    Somebody who is no longer active is there without any role: what they recorded before stays theirs, and that is all.
    """
    return _actors(session.execute(with_grants(now).where(User.id.in_(user_ids))))


def with_grants(now: datetime | ColumnElement[datetime]) -> Select[*tuple[Any, ...]]:
    """Return the statement for people with the roles that they hold then, for `actor_of_rows`; a row for each role."""
    in_force = and_(
        RoleGrant.user_id == User.id,
        User.active,
        RoleGrant.valid_from <= now,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
    )
    return select(*_ACTOR).select_from(User).outerjoin(RoleGrant, in_force)


_OF_USER = Prepared(
    with_grants(bindparam("at", type_=UTCDateTime())).where(User.id == bindparam("user", type_=Uuid()), User.active)
)


def _actors(rows: Iterable[Any], device_id: UUID | None = None) -> dict[UUID, Actor]:
    people: dict[UUID, tuple[UUID | None, str, list[Grant]]] = {}
    for user_id, region_id, locale, _active, role, level, place_id, of_region in rows:
        _, _, grants = people.setdefault(user_id, (region_id, locale, []))
        if role is not None:
            grants.append(Grant(Role(role), Level(level), place_id, of_region))
    return {
        user_id: Actor.person(user_id, region_id, grants, locale=locale, device_id=device_id)
        for user_id, (region_id, locale, grants) in people.items()
    }


def actor_of_rows(rows: Sequence[Any], device_id: UUID | None = None) -> Actor:
    """Return the one person of rows of `with_grants`, perhaps with columns added, perhaps through a device.

    Raises Unauthenticated (token-invalid): there are no rows, or the person is no longer active.
    """
    own = [row[: len(_ACTOR)] for row in rows]
    return _only(_actors((row for row in own if row[_ACTIVE]), device_id))


def _only(actors: dict[UUID, Actor]) -> Actor:
    for actor in actors.values():
        return actor
    raise TOKEN_INVALID()


def in_sight(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the people whom the caller may see.

    They are the caller, those of the caller's regions, and those who hold a role in one of the caller's places, or will.
    """
    scope = reading.actor.scope
    here = select(RoleGrant.id).where(
        RoleGrant.user_id == User.id,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now),
        scope.sees(
            region=RoleGrant.region_id,
            station=RoleGrant.station_id,
            group=RoleGrant.group_id,
            zone=RoleGrant.place_id,
        ),
    )
    return or_(scope.sees(region=User.region_id, owner=User.id), here.exists())


def may_see_user(reading: Reading, user_id: UUID) -> bool:
    """Tell whether a person is in the caller's sight."""
    return reading.session.scalar(select(User.id).where(User.id == user_id, in_sight(reading))) is not None


def user(reading: Reading, user_id: UUID) -> PersonDetail:
    """Return a person with their roles. Raises NotFound (accounts.unknown) when they are not in the caller's sight."""
    row: Any = reading.session.execute(select(*_ROW).where(User.id == user_id, in_sight(reading))).one_or_none()
    if row is None:
        raise errors.UNKNOWN()
    shown = open_row(reading.sealer, User, row._mapping)
    return PersonDetail(**shown, grants=_grants(reading, RoleGrant.user_id == user_id))


def own_row(reading: Reading) -> Any:
    """Return the caller's own id, name, locale and region_id, by a prepared statement: phones ask for it all the time."""
    (row,) = _OWN.rows(reading.session, [reading.actor.user_id])
    return row


_OWN = ByIds(select(User.id, User.name, User.locale, User.region_id), User.id)


def grants_from(reading: Reading, user_id: UUID, provider: str) -> tuple[GrantRow, ...]:
    """Return the roles that a person has by an identity provider, now or later, without a scope of its own."""
    still = or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now)
    return _grants(reading, RoleGrant.user_id == user_id, RoleGrant.provider == provider, still)


def providers_of_grants(session: Session, now: datetime) -> tuple[str, ...]:
    """Return the identity providers whose groups gave roles that are held now or later, without a scope of its own."""
    still = or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now)
    named = select(RoleGrant.provider).where(RoleGrant.provider.is_not(None), still).distinct()
    return tuple(sorted(str(one) for one in session.scalars(named)))


def _grants(reading: Reading, *which: ColumnElement[bool]) -> tuple[GrantRow, ...]:
    columns = (getattr(RoleGrant, name) for name in GrantRow.__dataclass_fields__)
    rows = reading.session.execute(select(*columns).where(*which).order_by(RoleGrant.valid_from, RoleGrant.id))
    return tuple(GrantRow(row.id, Role(row.role), Level(row.level), *row[3:]) for row in rows)


SORTS = Sorts(User.id, by={"name": User.name, "login": User.login, "created_at": User.created_at})


def page_of_users(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    q: str | None = None,
    region_id: UUID | None = None,
    role: Role | None = None,
    active: bool | None = None,
    kind: AccountKind | None = None,
) -> Page[PersonRow]:
    """Return one page of people, the newest first unless it is sorted otherwise.

    `q` is part of a name or the beginning of a login; `role` is one held now.
    """
    statement = select(*_ROW).where(*_wanted(reading, q, region_id, role, active, kind))
    page: Page[Any] = read_page(reading.session, statement, key=SORTS.order(sort), limit=limit, after=after)
    return Page(tuple(_shown(reading, row) for row in page.items), page.after)


def _shown(reading: Reading, row: Any) -> PersonRow:
    return PersonRow(**open_row(reading.sealer, User, row._mapping))


def count_of_users(
    reading: Reading,
    *,
    q: str | None = None,
    region_id: UUID | None = None,
    role: Role | None = None,
    active: bool | None = None,
    kind: AccountKind | None = None,
) -> int:
    """Return how many people all pages of `page_of_users` hold."""
    statement = select(User.id).where(*_wanted(reading, q, region_id, role, active, kind))
    return count_rows(reading.session, statement, key=(User.id,))


def _wanted(
    reading: Reading,
    q: str | None,
    region_id: UUID | None,
    role: Role | None,
    active: bool | None,
    kind: AccountKind | None,
) -> list[ColumnElement[bool]]:
    wanted = [in_sight(reading)]
    if q:
        wanted.append(or_(User.name.icontains(q, autoescape=True), User.login.istartswith(q, autoescape=True)))
    if region_id is not None:
        wanted.append(User.region_id == region_id)
    if active is not None:
        wanted.append(User.active.is_(active))
    if kind is not None:
        wanted.append(User.kind == kind.value)
    if role is not None:
        held = select(RoleGrant.id).where(
            RoleGrant.user_id == User.id,
            RoleGrant.role == role.value,
            RoleGrant.valid_from <= reading.now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now),
        )
        wanted.append(held.exists())
    return wanted


def contacts_of(reading: Reading, user_ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Return names and telephone numbers by id, without a scope of its own: for people named in rows already in scope."""
    rows = reading.session.execute(select(*_CONTACT).where(User.id.in_(set(user_ids))))
    return {row.id: Contact(**open_row(reading.sealer, User, row._mapping)) for row in rows}


def with_names(statement: Select[Any], who: ColumnElement[UUID]) -> Select[Any]:
    """Add the name of a person to another slice's statement, and whether they are `active`: may sign in."""
    return statement.join(User, User.id == who).add_columns(User.name, User.active)


def is_active_in(reading: Reading, user_id: UUID, region_id: UUID) -> bool:
    """Tell whether somebody is an active person of a region, without a scope of its own."""
    found = select(User.id).where(User.id == user_id, User.active, User.region_id == region_id)
    return reading.session.scalar(found) is not None


def people_by_login(reading: Reading, logins: Collection[str]) -> dict[str, PersonRow]:
    """Return people by their login as it is stored: those in the caller's sight, and colleagues of the caller's region."""
    seen = in_sight(reading)
    if reading.actor.region_id is not None:
        seen = or_(seen, User.region_id == reading.actor.region_id)
    rows = reading.session.execute(select(*_ROW).where(User.login.in_(set(logins)), seen))
    return {row.login: _shown(reading, row) for row in rows}


def logins_of(reading: Reading, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return logins by id, without a scope of its own: for people named in rows already in scope."""
    rows = reading.session.execute(select(User.id, User.login).where(User.id.in_(set(user_ids))))
    return {row.id: row.login for row in rows}


def ids_named(q: str) -> Select[UUID]:
    """Return the statement for the ids of people with `q` in their name, for a condition of another slice's query."""
    return select(User.id).where(User.name.icontains(q, autoescape=True))


def active_ids() -> Select[UUID]:
    """Return the statement for the ids of people who may sign in, for a condition of another slice's query."""
    return select(User.id).where(User.active)


def holders_of(reading: Reading, role: Role, place_id: UUID) -> tuple[UUID, ...]:
    """Return the active people who hold a role at a place now, in the order of their ids, without a scope of its own."""
    rows = reading.session.scalars(
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            User.active,
            RoleGrant.role == role.value,
            RoleGrant.place_id == place_id,
            RoleGrant.valid_from <= reading.now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now),
        )
        .order_by(RoleGrant.user_id)
        .distinct()
    )
    return tuple(rows)


def holders_at(reading: Reading, roles: Collection[Role], place_ids: Collection[UUID]) -> tuple[UUID, ...]:
    """Return the active people who hold any of these roles at any of these places now; see `holders_of`. One statement."""
    rows = reading.session.scalars(
        select(RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            User.active,
            RoleGrant.role.in_([role.value for role in roles]),
            RoleGrant.place_id.in_(place_ids),
            RoleGrant.valid_from <= reading.now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > reading.now),
        )
        .order_by(RoleGrant.user_id)
        .distinct()
    )
    return tuple(rows)


def places_with_roles(reading: Reading, place_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these places at which somebody holds or held a role. One statement."""
    held = select(RoleGrant.place_id).where(one_of(reading.session, RoleGrant.place_id, place_ids)).distinct()
    return {key for key in reading.session.scalars(held) if key is not None}
