"""What can be asked about mentors: who looked after whom, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from dispatch.people import queries as people
from dispatch.people.models import Mentorship
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class MentorshipRow:
    """A mentor and a mentee, from a moment until another (None: still), what is to be learnt, and why it ended early."""

    id: UUID
    region_id: UUID
    mentor_id: UUID
    mentee_id: UUID
    valid_from: datetime
    valid_to: datetime | None
    goal: str | None
    ended_why: str | None
    created_by: UUID
    created_at: datetime


def page_of_mentorships(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    mentor_id: UUID | None = None,
    mentee_id: UUID | None = None,
    at: datetime | None = None,
) -> Page[MentorshipRow]:
    """Return one page of the pairs of which one is in scope, the latest first; `at`: those that hold then.

    The key is (valid_from, id).
    """
    visible = people.visible_technician_ids(reading)
    statement = select(*(getattr(Mentorship, name) for name in MentorshipRow.__dataclass_fields__)).where(
        or_(Mentorship.mentee_id.in_(visible), Mentorship.mentor_id.in_(visible))
    )
    if mentor_id is not None:
        statement = statement.where(Mentorship.mentor_id == mentor_id)
    if mentee_id is not None:
        statement = statement.where(Mentorship.mentee_id == mentee_id)
    if at is not None:
        statement = statement.where(
            Mentorship.valid_from <= at, or_(Mentorship.valid_to.is_(None), Mentorship.valid_to > at)
        )
    key = (Mentorship.valid_from, Mentorship.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(MentorshipRow(*row) for row in page.items), page.after)
