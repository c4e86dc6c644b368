"""What can be done with technicians: hire them, move them, let them go, certify their skills, and give people roles at places."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, delete, or_, select, update

from dispatch.accounts import queries as accounts
from dispatch.accounts import service as accounts_service
from dispatch.people import errors
from dispatch.people.authority import ABOVE_STATIONS, check_role, locked_staff
from dispatch.people.eligibility import HIGHEST, LOWEST
from dispatch.people.models import Mentorship, Shift, Skill, Technician, TechnicianSkill
from dispatch.territory import queries as territory
from dispatch.territory.appointing import note_back, note_gone
from dispatch.territory.places import Places
from dispatch.territory.rows import GroupRow
from dispatch.texts import line, optional_line
from kernel.actor import Level, Role
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def hire(uow: UnitOfWork, *, user_id: UUID, group_id: UUID, badge: str | None = None) -> None:
    """Make a person a technician of a maintenance group, with the role of one; also somebody who left before.

    Raises:
        NotFound (territory.group_unknown); Forbidden (forbidden);
        Invalid (people.person_unknown): no active person of the group's region; path `/user_id`.
        Conflict (people.already_hired, people.group_retired).
    """
    group = _working_group(uow, group_id)
    person = accounts.contacts_of(uow, [user_id]).get(user_id)
    if person is None or not person.active or person.region_id != group.region_id:
        raise errors.PERSON_UNKNOWN(path="/user_id")
    row = {
        "id": user_id,
        "region_id": group.region_id,
        "station_id": group.station_id,
        "group_id": group_id,
        "badge": optional_line(badge, longest=32, path="/badge"),
        "created_at": uow.now,
        "left_at": None,
    }
    back_again = "(id) DO UPDATE SET station_id = excluded.station_id, group_id = excluded.group_id, "
    back_again += "badge = excluded.badge, left_at = NULL WHERE technicians.left_at IS NOT NULL"
    if not insert_rows(uow.session, Technician, [row], on_conflict=back_again, returning=["id"]):
        raise errors.ALREADY_HIRED(path="/user_id")
    _give_group(uow, user_id, group)
    note_back(uow, user_id)


def move_to_group(uow: UnitOfWork, *, technician_id: UUID, group_id: UUID) -> None:
    """Move a technician to another group of the region; their role moves along.

    Raises:
        NotFound (people.unknown, territory.group_unknown); Forbidden (forbidden): for lack of a role at either place;
        Conflict (people.left, people.group_retired); Invalid (people.person_unknown): a group of another region.
    """
    before = _present(uow, technician_id)
    group = _working_group(uow, group_id)
    if group.region_id != before.region_id:
        raise errors.PERSON_UNKNOWN("the group is in another region", path="/group_id")
    if group_id == before.group_id:
        return
    uow.session.execute(
        update(Technician).where(Technician.id == technician_id).values(station_id=group.station_id, group_id=group_id)
    )
    _end_group(uow, technician_id, before)
    _give_group(uow, technician_id, group)


def set_badge(uow: UnitOfWork, *, technician_id: UUID, badge: str | None) -> None:
    """Give a technician another badge, or none.

    Raises NotFound (people.unknown), Forbidden (forbidden), Conflict (people.left), Invalid (invalid) with the path.
    """
    places = _present(uow, technician_id)
    uow.session.execute(
        update(Technician)
        .where(Technician.id == technician_id)
        .values(badge=optional_line(badge, longest=32, path="/badge"))
    )
    accounts_service.announce_person(uow, technician_id, places.region_id)


def leave(uow: UnitOfWork, *, technician_id: UUID) -> None:
    """Note that a technician has left, now; the role ends with it, and coming shifts and mentorships do. The account stays.

    Their duties are vacant-to-be.

    Raises NotFound (people.unknown), Forbidden (forbidden), Conflict (people.left).
    """
    before = _present(uow, technician_id)
    uow.session.execute(update(Technician).where(Technician.id == technician_id).values(left_at=uow.now))
    uow.session.execute(
        update(Shift)
        .where(Shift.technician_id == technician_id, Shift.start_at > uow.now, Shift.removed_at.is_(None))
        .values(removed_at=uow.now, removed_by=uow.actor.user_id, removed_why="left")
        .execution_options(synchronize_session=False)
    )
    uow.session.execute(
        update(Mentorship)
        .where(
            or_(Mentorship.mentor_id == technician_id, Mentorship.mentee_id == technician_id),
            or_(Mentorship.valid_to.is_(None), Mentorship.valid_to > uow.now),
        )
        .values(
            valid_to=case((Mentorship.valid_from > uow.now, Mentorship.valid_from), else_=uow.now), ended_why="left"
        )
        .execution_options(synchronize_session=False)
    )
    _end_group(uow, technician_id, before)
    note_gone(uow, technician_id)


def _working_group(uow: UnitOfWork, group_id: UUID) -> GroupRow:
    group = territory.group(uow, group_id)
    check_role(uow, Places(group.region_id, group.station_id, group.id))
    if group.retired_at is not None:
        raise errors.GROUP_RETIRED(path="/group_id")
    return group


def _present(uow: UnitOfWork, technician_id: UUID) -> Places:
    """Lock a technician in scope who has not left, check the actor's role, and return where they work."""
    found = locked_staff(uow, [technician_id]).get(technician_id)
    if found is None:
        raise errors.UNKNOWN()
    check_role(uow, found.places)
    if found.left_at is not None:
        raise errors.LEFT()
    return found.places


def _give_group(uow: UnitOfWork, user_id: UUID, group: GroupRow) -> None:
    accounts_service.grant_role(
        uow,
        user_id=user_id,
        role=Role.TECHNICIAN,
        level=Level.GROUP,
        place_id=group.id,
        region_id=group.region_id,
        station_id=group.station_id,
    )


def _end_group(uow: UnitOfWork, user_id: UUID, places: Places) -> None:
    accounts_service.end_roles(
        uow,
        user_id=user_id,
        role=Role.TECHNICIAN,
        level=Level.GROUP,
        place_id=places.group_id,
    )


def define_skill(uow: UnitOfWork, *, region_id: UUID, code: str, name: str) -> None:
    """Define a skill of a region, or give it another name.

    Raises NotFound (territory.region_unknown), Forbidden (forbidden), Invalid (invalid) with the path.
    """
    territory.region(uow, region_id)
    check_role(uow, Places(region_id), ABOVE_STATIONS)
    row = {
        "region_id": region_id,
        "code": line(code, longest=32, path="/code"),
        "name": line(name, longest=80, path="/name"),
    }
    insert_rows(uow.session, Skill, [row], on_conflict="(region_id, code) DO UPDATE SET name = excluded.name")


def certify(
    uow: UnitOfWork,
    *,
    technician_id: UUID,
    skill: str,
    level: int = LOWEST,
    certificate: str | None = None,
    valid_until: date | None = None,
    issuer: str | None = None,
    issued_on: date | None = None,
) -> None:
    """Note that a technician holds a skill, at a level from 1 to 5, to the end of a day; what was noted before is replaced.

    Raises:
        NotFound (people.unknown); Forbidden (forbidden); Conflict (people.left);
        Invalid (people.skill_unknown, people.level_wrong, people.span_wrong, invalid), with the path.
    """
    places = _present(uow, technician_id)
    if not LOWEST <= level <= HIGHEST:
        raise errors.LEVEL_WRONG(path="/level")
    if issued_on is not None and valid_until is not None and valid_until < issued_on:
        raise errors.SPAN_WRONG(path="/valid_until")
    defined = select(Skill.code).where(Skill.region_id == places.region_id, Skill.code == skill)
    if uow.session.scalar(defined) is None:
        raise errors.SKILL_UNKNOWN(skill, path="/skill")
    row = {
        "technician_id": technician_id,
        "skill": skill,
        "level": level,
        "certificate": optional_line(certificate, longest=64, path="/certificate"),
        "valid_until": valid_until,
        "issuer": optional_line(issuer, longest=80, path="/issuer"),
        "issued_on": issued_on,
    }
    insert_rows(
        uow.session,
        TechnicianSkill,
        [row],
        on_conflict="(technician_id, skill) DO UPDATE SET "
        "level = excluded.level, certificate = excluded.certificate, valid_until = excluded.valid_until, "
        "issuer = excluded.issuer, issued_on = excluded.issued_on",
    )
    accounts_service.announce_person(uow, technician_id, places.region_id)


def withdraw_skill(uow: UnitOfWork, *, technician_id: UUID, skill: str) -> None:
    """Note that a technician no longer holds a skill; harmless when they do not.

    Raises NotFound (people.unknown), Forbidden (forbidden), Conflict (people.left).
    """
    places = _present(uow, technician_id)
    uow.session.execute(
        delete(TechnicianSkill).where(TechnicianSkill.technician_id == technician_id, TechnicianSkill.skill == skill)
    )
    accounts_service.announce_person(uow, technician_id, places.region_id)


def give_role(
    uow: UnitOfWork,
    *,
    user_id: UUID,
    role: Role,
    level: Level,
    place_id: UUID | None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    provider: str | None = None,
) -> UUID:
    """Give a person a role at a place of the territory, and return the grant's id; see `accounts.service.grant_role`.

    The places above are looked up here, so that whoever manages a station may give roles in its groups.

    Raises NotFound (territory.*_unknown) for a place out of scope, Invalid (people.person_unknown) for somebody of another
    region, and what `grant_role` raises.
    """
    places = _places(uow, level, place_id)
    if places is not None:
        person = accounts.contacts_of(uow, [user_id]).get(user_id)
        if person is None or person.region_id not in (None, places.region_id):
            raise errors.PERSON_UNKNOWN(path="/user_id")
    return accounts_service.grant_role(
        uow,
        user_id=user_id,
        role=role,
        level=level,
        place_id=place_id,
        region_id=places.region_id if places else None,
        station_id=places.station_id if places else None,
        group_id=places.group_id if places else None,
        valid_from=valid_from,
        valid_to=valid_to,
        provider=provider,
    )


def take_role(uow: UnitOfWork, *, user_id: UUID, role: Role, level: Level, place_id: UUID | None) -> None:
    """End a person's role at a place, now; harmless when they do not hold it.

    Raises NotFound (territory.*_unknown) for a place out of scope, Forbidden (accounts.may_not_grant).
    """
    _places(uow, level, place_id)
    accounts_service.end_roles(uow, user_id=user_id, role=role, level=level, place_id=place_id)


def _places(uow: UnitOfWork, level: Level, place_id: UUID | None) -> Places | None:
    if place_id is None or level is Level.EVERYWHERE:
        return None
    if level is Level.REGION:
        return Places(territory.region(uow, place_id).id)
    if level is Level.STATION:
        return Places(territory.station(uow, place_id).region_id, place_id)
    return territory.places_of_group(uow, place_id) if level is Level.GROUP else territory.places_of_zone(uow, place_id)
