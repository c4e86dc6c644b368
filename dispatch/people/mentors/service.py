"""What can be done with mentors: pair one with somebody new, and end that."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from dispatch.accounts import queries as accounts
from dispatch.people import errors
from dispatch.people.authority import LEADERS, check_role, locked_staff
from dispatch.people.mentors.pairing import Pair, check_pair
from dispatch.people.models import Mentorship, Technician
from dispatch.people.queries import in_scope
from dispatch.people.roster.keeping import announce_people
from dispatch.people.rules.queries import rules_of
from dispatch.territory.places import Places
from dispatch.texts import line, optional_line
from kernel.bulk import insert_rows
from kernel.unit_of_work import UnitOfWork


def pair_up(
    uow: UnitOfWork,
    *,
    mentor_id: UUID,
    mentee_id: UUID,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    goal: str | None = None,
) -> UUID:
    """Let a mentor look after somebody from a moment (None: now) until another (None: open), and return the pair's id.

    Raises:
        NotFound (people.unknown): one of the two is not in scope; Forbidden (forbidden): not over both;
        Invalid (people.mentor_wrong, people.span_wrong, people.in_the_past, people.person_unknown, invalid), with the path;
        Conflict (people.left, people.mentee_taken, people.mentor_busy).
    """
    staff = locked_staff(uow, {mentor_id, mentee_id})
    for key, path in ((mentor_id, "/mentor_id"), (mentee_id, "/mentee_id")):
        if key not in staff:
            raise errors.UNKNOWN(path=path)
        check_role(uow, staff[key].places, LEADERS)
    begins = valid_from or uow.now
    if begins < uow.now:
        raise errors.IN_THE_PAST(path="/valid_from")
    people = accounts.contacts_of(uow, staff)
    if not people[mentor_id].active:
        raise errors.PERSON_UNKNOWN(path="/mentor_id")
    mentor, mentee = staff[mentor_id], staff[mentee_id]
    rules = rules_of(uow, [mentor.region_id])[mentor.region_id]
    both = [mentor_id, mentee_id]
    columns = (getattr(Mentorship, name) for name in Pair.__dataclass_fields__)
    others = uow.session.execute(
        select(*columns).where(or_(Mentorship.mentor_id.in_(both), Mentorship.mentee_id.in_(both)))
    )
    check_pair(Pair(mentor_id, mentee_id, begins, valid_to), mentor, mentee, [Pair(*row) for row in others], rules)
    key = uow.new_id()
    row = {
        "id": key,
        "region_id": mentee.region_id,
        "mentor_id": mentor_id,
        "mentee_id": mentee_id,
        "valid_from": begins,
        "valid_to": valid_to,
        "goal": optional_line(goal, longest=500, path="/goal"),
        "created_by": uow.actor.user_id,
        "created_at": uow.now,
    }
    insert_rows(uow.session, Mentorship, [row])
    announce_people(uow, mentee.region_id, both)
    return key


def end_pair(uow: UnitOfWork, *, mentorship_id: UUID, reason: str) -> None:
    """End a pair now; one that was to begin later never does.

    Raises:
        NotFound (people.mentorship_unknown): the mentee is not in scope; Forbidden (forbidden);
        Conflict (people.mentorship_over); Invalid (invalid), with the path.
    """
    names = ("region_id", "mentor_id", "mentee_id", "valid_from", "valid_to")
    row = uow.session.execute(
        select(*(getattr(Mentorship, name) for name in names), Technician.station_id, Technician.group_id)
        .join(Technician, Technician.id == Mentorship.mentee_id)
        .where(Mentorship.id == mentorship_id, in_scope(uow))
        .with_for_update(of=Mentorship)
    ).one_or_none()
    if row is None:
        raise errors.MENTORSHIP_UNKNOWN()
    check_role(uow, Places(row.region_id, row.station_id, row.group_id), LEADERS)
    if row.valid_to is not None and row.valid_to <= uow.now:
        raise errors.MENTORSHIP_OVER()
    uow.session.execute(
        update(Mentorship)
        .where(Mentorship.id == mentorship_id)
        .values(valid_to=max(row.valid_from, uow.now), ended_why=line(reason, longest=500, path="/reason"))
        .execution_options(synchronize_session=False)
    )
    announce_people(uow, row.region_id, [row.mentor_id, row.mentee_id])
