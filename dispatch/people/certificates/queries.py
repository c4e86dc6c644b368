"""What can be asked about exams, bars, and certificates that are about to expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dispatch.accounts import queries as accounts
from dispatch.people import queries as people
from dispatch.people.eligibility import SkillBar
from dispatch.people.models import SkillBarRow, SkillExam, Technician, TechnicianSkill
from kernel.database import Page, read_page
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class ExamRow:
    """An exam that somebody sat in a skill; `score` is from 0 to 100."""

    id: UUID
    technician_id: UUID
    skill: str
    taken_on: date
    passed: bool
    score: int | None
    examiner: str | None
    note: str | None
    recorded_by: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class BarRow:
    """What kept somebody from using a skill, until it was lifted (None: still)."""

    id: UUID
    technician_id: UUID
    skill: str
    kind: SkillBar
    reason: str
    began_at: datetime
    began_by: UUID
    lifted_at: datetime | None
    lifted_by: UUID | None
    lifted_why: str | None


@dataclass(frozen=True, slots=True)
class ExpiringRow:
    """A certificate that ends with a day, and whose it is."""

    technician_id: UUID
    name: str
    region_id: UUID
    station_id: UUID
    group_id: UUID
    skill: str
    level: int
    certificate: str | None
    issuer: str | None
    issued_on: date | None
    valid_until: date


def page_of_exams(
    reading: Reading,
    technician_id: UUID,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    skill: str | None = None,
) -> Page[ExamRow]:
    """Return one page of the exams of a technician in scope, the latest first; the key is (taken_on, id).

    Raises NotFound (people.unknown).
    """
    people.technician(reading, technician_id)
    columns = (getattr(SkillExam, name) for name in ExamRow.__dataclass_fields__)
    statement = select(*columns).where(SkillExam.technician_id == technician_id)
    if skill is not None:
        statement = statement.where(SkillExam.skill == skill)
    key = (SkillExam.taken_on, SkillExam.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(ExamRow(*row) for row in page.items), page.after)


def page_of_bars(
    reading: Reading, technician_id: UUID, *, limit: int, after: Sequence[Any] | None = None
) -> Page[BarRow]:
    """Return one page of what kept a technician in scope from skills, the latest first; the key is (began_at, id).

    Raises NotFound (people.unknown).
    """
    people.technician(reading, technician_id)
    columns = (getattr(SkillBarRow, name) for name in BarRow.__dataclass_fields__)
    statement = select(*columns).where(SkillBarRow.technician_id == technician_id)
    key = (SkillBarRow.began_at, SkillBarRow.id)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after)
    return Page(tuple(BarRow(**{**row._mapping, "kind": SkillBar(row.kind)}) for row in page.items), page.after)


def page_of_expiring(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    until: date,
    since: date | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    skill: str | None = None,
) -> Page[ExpiringRow]:
    """Return one page of the certificates in scope that end until a day (those that have ended, too), the earliest first.

    Of technicians who have not left; `since` leaves out what ended before. The key is (valid_until, technician_id, skill). Two
    statements.
    """
    equal = {
        Technician.station_id: station_id,
        Technician.group_id: group_id,
        TechnicianSkill.skill: skill,
    }
    held = ("technician_id", "skill", "level", "certificate", "issuer", "issued_on", "valid_until")
    statement = (
        select(
            *(getattr(TechnicianSkill, name) for name in held),
            Technician.region_id,
            Technician.station_id,
            Technician.group_id,
        )
        .join(Technician, Technician.id == TechnicianSkill.technician_id)
        .where(
            people.in_scope(reading),
            Technician.left_at.is_(None),
            TechnicianSkill.valid_until <= until,
            *(column == value for column, value in equal.items() if value is not None),
        )
    )
    if since is not None:
        statement = statement.where(TechnicianSkill.valid_until >= since)
    key = (TechnicianSkill.valid_until, TechnicianSkill.technician_id, TechnicianSkill.skill)
    page: Page[Any] = read_page(reading.session, statement, key=key, limit=limit, after=after, descending=False)
    contacts = accounts.contacts_of(reading, {row.technician_id for row in page.items})
    return Page(
        tuple(ExpiringRow(**row._mapping, name=contacts[row.technician_id].name) for row in page.items), page.after
    )
