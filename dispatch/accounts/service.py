"""What can be done with accounts: make them, change them, close them, and give roles at places."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, or_, select, update

from dispatch.accounts import errors
from dispatch.accounts.authority import Post, may_give, may_manage
from dispatch.accounts.charge import check_in_charge, check_own_or_in_charge, person_to_change
from dispatch.accounts.events import AccountClosed, AccountOpened, PersonChanged
from dispatch.accounts.keys import service as keys
from dispatch.accounts.kinds import AccountKind
from dispatch.accounts.models import RoleGrant, User
from dispatch.accounts.passwords import STANDARD, Passwords
from dispatch.accounts.second_factor import service as second_factor
from dispatch.accounts.sessions import service as sessions
from dispatch.accounts.strength import check_strength
from dispatch.texts import line, optional_line
from kernel.actor import Level, Role
from kernel.bulk import insert_rows
from kernel.change_feed import Change, scope_of
from kernel.sealed_columns import open_row, seal_row
from kernel.unit_of_work import UnitOfWork

LOCALES = ("zh-CN", "en")
TAKE_WORK = frozenset({Role.TECHNICIAN, Role.ASSESSOR})
"""Roles in which one is given work, on a phone or in a queue: for people only."""


def create_user(
    uow: UnitOfWork,
    *,
    login: str,
    name: str,
    password: str | None = None,
    region_id: UUID | None = None,
    phone: str | None = None,
    locale: str = "zh-CN",
    user_id: UUID | None = None,
    kind: AccountKind = AccountKind.PERSON,
    passwords: Passwords = STANDARD,
) -> UUID:
    """Make an account, and return its id. Logins are kept in lower case; without a password nobody can sign in.

    That of a program (`kind` service) never has one: it asks with keys.

    Raises:
        Forbidden (accounts.may_not_manage): the actor is not in charge of the region's accounts.
        Invalid (accounts.login_wrong, password_weak, password_guessable, locale_unknown; invalid), with the path.
        Conflict (accounts.login_taken): somebody has this login; path `/login`. (accounts.no_person): a service account with
            a password.
    """
    if not may_manage(uow.actor.grants, region_id, ()):
        raise errors.MAY_NOT_MANAGE()
    spelt = normal_login(login)
    if not spelt or len(spelt) > 64 or not spelt.isprintable() or " " in spelt:
        raise errors.LOGIN_WRONG(path="/login")
    if password is not None and kind is AccountKind.SERVICE:
        raise errors.NO_PERSON(path="/password")
    if password is not None:
        check_strength(password, (spelt, name, phone), least_score=passwords.least_score)
    key = user_id or uow.new_id()
    row = {
        "id": key,
        "region_id": region_id,
        "login": spelt,
        "name": line(name, longest=80, path="/name"),
        "phone": optional_line(phone, longest=32, path="/phone"),
        "locale": _known_locale(locale),
        "password_hash": None if password is None else passwords.hash(password),
        "active": True,
        "kind": kind.value,
        "created_at": uow.now,
    }
    # Decided by the constraint and not by a look before, so that two at the same moment get the same answer.
    if not insert_rows(
        uow.session, User, [seal_row(uow.sealer, User, row)], on_conflict="(login) DO NOTHING", returning=["login"]
    ):
        raise errors.LOGIN_TAKEN(spelt, path="/login")
    announce_person(uow, key, region_id)
    return key


def normal_login(login: str) -> str:
    """Return a login as it is stored and compared: without blanks around it, in lower case."""
    return login.strip().lower()


def _known_locale(locale: str) -> str:
    if locale not in LOCALES:
        raise errors.LOCALE_UNKNOWN(f"must be one of {', '.join(LOCALES)}", path="/locale")
    return locale


def announce_person(uow: UnitOfWork, user_id: UUID, region_id: UUID | None) -> None:
    """Tell a person's phones that something about them changed."""
    if region_id is not None:
        uow.announce([Change(region_id, scope_of("user", user_id), "me", str(user_id))])


def edit_user(uow: UnitOfWork, *, user_id: UUID, name: str, phone: str | None, locale: str) -> None:
    """Change how a person is called, reached and spoken to: people their own account, those in charge any of theirs.

    Raises NotFound (accounts.unknown), Forbidden (accounts.may_not_manage), Invalid (accounts.locale_unknown, invalid).
    """
    person = check_own_or_in_charge(uow, user_id)
    values = {
        "id": user_id,
        "name": line(name, longest=80, path="/name"),
        "phone": optional_line(phone, longest=32, path="/phone"),
        "locale": _known_locale(locale),
    }
    uow.session.execute(update(User).where(User.id == user_id).values(seal_row(uow.sealer, User, values)))
    announce_person(uow, user_id, person.region_id)
    uow.publish(PersonChanged(user_id))


def set_active(uow: UnitOfWork, *, user_id: UUID, active: bool) -> None:
    """Close a person's account, signing them out everywhere and revoking all keys, or open it again. Nobody closes their own.

    With closing go their password, second factor and telephone number: nothing is left by which somebody gets in or is reached.
    Opened again, it takes a new password, or a sign-in at a provider. Name and login stay, as they are named by what they did.

    Raises NotFound (accounts.unknown), Forbidden (accounts.may_not_manage).
    """
    person = person_to_change(uow, user_id)
    if user_id == uow.actor.user_id:
        raise errors.MAY_NOT_MANAGE("nobody closes their own account")
    check_in_charge(uow, person)
    left = {} if active else {"password_hash": None, "phone": None}
    uow.session.execute(update(User).where(User.id == user_id).values(active=active, **left))
    if not active:
        second_factor.forget(uow, user_id=user_id)
    sessions.end_all(uow, user_id=user_id)
    keys.revoke_all(uow, user_id=user_id)
    announce_person(uow, user_id, person.region_id)
    uow.publish(AccountOpened(user_id) if active else AccountClosed(user_id))
    if not active:
        uow.publish(PersonChanged(user_id))


def set_password(
    uow: UnitOfWork,
    *,
    user_id: UUID,
    password: str,
    present: str | None = None,
    passwords: Passwords = STANDARD,
    session_id: UUID | None = None,
) -> None:
    """Give a person a new password, and end all their sessions but `session_id`. One's own also takes the `present` one.

    Raises:
        NotFound (accounts.unknown): no such person in sight.
        Unauthenticated (accounts.wrong_password): the present one is not right.
        Forbidden (accounts.may_not_manage): somebody else's, and the actor is not in charge of it.
        Conflict (accounts.no_person): a service account.
        Invalid (accounts.password_weak, password_guessable): path `/password`.
    """
    person = person_to_change(uow, user_id)
    if user_id != uow.actor.user_id:
        check_in_charge(uow, person)
    elif not passwords.matches(present or "", person.password_hash):
        raise errors.WRONG_PASSWORD()
    if person.kind == AccountKind.SERVICE:
        raise errors.NO_PERSON()
    known = uow.session.execute(select(User.id, User.name, User.phone).where(User.id == user_id)).one()
    phone = open_row(uow.sealer, User, known._mapping)["phone"]
    check_strength(password, (person.login, known.name, phone), least_score=passwords.least_score)
    uow.session.execute(update(User).where(User.id == user_id).values(password_hash=passwords.hash(password)))
    sessions.end_all(uow, user_id=user_id, but=session_id)


def grant_role(
    uow: UnitOfWork,
    *,
    user_id: UUID,
    role: Role,
    level: Level,
    place_id: UUID | None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    provider: str | None = None,
) -> UUID:
    """Give a person a role at a place from a moment (None: now) until another (None: for good), and return the grant's id.

    `region_id`, `station_id` and `group_id` are the places above this one, as the territory knows them; `give_role` of people
    looks them up. Whoever holds a higher role at any of them may give the role and end it, and sees the person.
    A grant that is there already for all of that time is returned and not doubled. `provider` names the identity provider whose
    groups it follows from; one that somebody gave stays beside it, as neither is to end the other.

    Raises:
        Invalid (accounts.place_wrong, accounts.period_backwards), with the path.
        Forbidden (accounts.may_not_grant): the role is not below the actor's own, or the place is not within the actor's.
        NotFound (accounts.unknown): no such person in sight.
        Conflict (accounts.no_person): a role in which one takes work, for a service account.
    """
    if (level is Level.EVERYWHERE) != (place_id is None):
        raise errors.PLACE_WRONG(path="/place_id")
    begins = valid_from or uow.now
    if valid_to is not None and valid_to <= begins:
        raise errors.PERIOD_BACKWARDS(path="/valid_to")
    places = {"place_id": place_id, "region_id": region_id, "station_id": station_id, "group_id": group_id}
    if level in (Level.REGION, Level.STATION, Level.GROUP):
        places[f"{level}_id"] = place_id
    _check_may_give(uow, role, places.values())
    person = person_to_change(uow, user_id)
    if person.kind == AccountKind.SERVICE and role in TAKE_WORK:
        raise errors.NO_PERSON()
    same = select(RoleGrant.id).where(
        _these(user_id, role, level, place_id),
        RoleGrant.provider.is_not_distinct_from(provider),
        RoleGrant.valid_from <= begins,
        or_(RoleGrant.valid_to.is_(None), false() if valid_to is None else RoleGrant.valid_to >= valid_to),
    )
    existing = uow.session.scalars(same.limit(1)).first()
    if existing is not None:
        return existing
    key = uow.new_id()
    row = {
        "id": key,
        "user_id": user_id,
        "role": role.value,
        "level": level.value,
        **places,
        "valid_from": begins,
        "valid_to": valid_to,
        "provider": provider,
    }
    insert_rows(uow.session, RoleGrant, [row])
    announce_person(uow, user_id, person.region_id)
    return key


def _these(user_id: UUID, role: Role, level: Level, place_id: UUID | None) -> ColumnElement[bool]:
    return and_(
        RoleGrant.user_id == user_id,
        RoleGrant.role == role.value,
        RoleGrant.level == level.value,
        RoleGrant.place_id.is_not_distinct_from(place_id),
    )


def _check_may_give(uow: UnitOfWork, role: Role, place_ids: Iterable[UUID | None]) -> None:
    within = frozenset(place_id for place_id in place_ids if place_id is not None)
    if not may_give(uow.actor.grants, Post(role, within)):
        raise errors.MAY_NOT_GRANT()


def end_role(uow: UnitOfWork, *, grant_id: UUID, at: datetime | None = None) -> None:
    """End a grant at a moment (None: now); one that has not begun by then never will. Ended ones stay as they are.

    It takes the same right as giving the role.

    Raises NotFound (accounts.grant_unknown), Forbidden (accounts.may_not_grant).
    """
    if not _end(uow, RoleGrant.id == grant_id, at or uow.now):
        raise errors.GRANT_UNKNOWN()


def end_roles(
    uow: UnitOfWork, *, user_id: UUID, role: Role, level: Level, place_id: UUID | None, at: datetime | None = None
) -> None:
    """End every grant of this role at this place to a person, as `end_role` does; harmless when there is none.

    Raises Forbidden (accounts.may_not_grant).
    """
    _end(uow, _these(user_id, role, level, place_id), at or uow.now)


def _end(uow: UnitOfWork, these: ColumnElement[bool], ends: datetime) -> bool:
    places = (RoleGrant.place_id, RoleGrant.region_id, RoleGrant.station_id, RoleGrant.group_id)
    grants = uow.session.execute(
        select(RoleGrant.id, RoleGrant.role, RoleGrant.valid_from, RoleGrant.valid_to, *places)
        .add_columns(User.id.label("user_id"), User.region_id.label("home_id"))
        .join(User, User.id == RoleGrant.user_id)
        .where(these)
    ).all()
    for grant in grants:
        _check_may_give(uow, Role(grant.role), (grant.place_id, grant.region_id, grant.station_id, grant.group_id))
        announce_person(uow, grant.user_id, grant.home_id)
    still = [grant for grant in grants if grant.valid_to is None or grant.valid_to > ends]
    never = [grant.id for grant in still if grant.valid_from >= ends]
    begun = [grant.id for grant in still if grant.valid_from < ends]
    if never:
        uow.session.execute(delete(RoleGrant).where(RoleGrant.id.in_(never)))
    if begun:
        uow.session.execute(update(RoleGrant).where(RoleGrant.id.in_(begun)).values(valid_to=ends))
    return bool(grants)
