"""Brings the people of the demo into the house: accounts, roles, technicians with skills, and who answers for what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cli.demo.ground import Ground
from cli.demo.people import PASSWORD, SKILLS, Person
from dispatch.accounts import service as accounts
from dispatch.accounts.passwords import HashedAhead, Passwords
from dispatch.people import service as people
from dispatch.territory import service as territory
from dispatch.territory.duties import DutyKind
from kernel.actor import Level, Role
from kernel.identifiers import derived_id
from kernel.unit_of_work import UnitOfWork


def user_id_of(login: str) -> UUID:
    """Return the id that a person of the demo always has."""
    return derived_id("demo", "user", login)


def bring_in(
    uow: UnitOfWork, staff: Sequence[Person], grounds: Mapping[str, Ground], since: datetime, passwords: Passwords
) -> None:
    """Give everybody an account, a role and a duty; duties began at `since`, before the first order of the demo."""
    once = HashedAhead.of(passwords, PASSWORD)
    for ground in grounds.values():
        for code, name in SKILLS.items():
            people.define_skill(uow, region_id=ground.region_id, code=code, name=name)
    for person in staff:
        home = grounds.get(person.region or "")
        accounts.create_user(
            uow,
            login=person.login,
            name=person.name,
            password=PASSWORD,
            region_id=None if home is None else home.region_id,
            phone=person.phone,
            user_id=user_id_of(person.login),
            passwords=once,
        )
        if home is None:
            people.give_role(uow, user_id=user_id_of(person.login), role=person.role, level=person.level, place_id=None)
        elif person.is_technician:
            _hire(uow, person, home, since)
        else:
            _seat(uow, person, home, since)


def _hire(uow: UnitOfWork, person: Person, ground: Ground, since: datetime) -> None:
    user_id = user_id_of(person.login)
    badge = f"LS-{int(person.login[-2:]):03d}"
    people.hire(uow, user_id=user_id, group_id=ground.groups[str(person.place)], badge=badge)
    for skill, level in person.skills:
        people.certify(uow, technician_id=user_id, skill=skill, level=level)
    for zone in person.zones:
        _appoint(uow, ground.zones[zone].zone_id, DutyKind.ZONE_MANAGER, user_id, since)


def _seat(uow: UnitOfWork, person: Person, ground: Ground, since: datetime) -> None:
    user_id = user_id_of(person.login)
    place_id = {
        Level.REGION: ground.region_id,
        Level.STATION: ground.station_id,
        Level.GROUP: ground.groups.get(str(person.place)),
    }[person.level]
    people.give_role(uow, user_id=user_id, role=person.role, level=person.level, place_id=place_id)
    if person.role is Role.STATION_MANAGER:
        _appoint(uow, place_id, DutyKind.STATION_MANAGER, user_id, since)
    elif person.role is Role.GROUP_LEADER:
        _appoint(uow, place_id, DutyKind.GROUP_LEADER, user_id, since)


def _appoint(uow: UnitOfWork, place_id: UUID | None, kind: DutyKind, user_id: UUID, since: datetime) -> None:
    assert place_id is not None
    territory.appoint(uow, place_id=place_id, kind=kind, user_id=user_id, valid_from=since)
