"""What can be asked about technicians and skills, within the caller's scope."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from dispatch.accounts import queries as accounts
from dispatch.people import errors
from dispatch.people.eligibility import HeldSkill, SkillBar
from dispatch.people.models import Skill, SkillBarRow, Technician, TechnicianSkill
from kernel.by_ids import ByIds
from kernel.database import Page, read_page
from kernel.identifiers import parse_id
from kernel.ordering import Sorts
from kernel.unit_of_work import Reading


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """A technician with their group and the skills that they hold, expired ones too. The id is the person's."""

    id: UUID
    region_id: UUID
    station_id: UUID
    group_id: UUID
    badge: str | None
    created_at: datetime
    left_at: datetime | None
    name: str
    phone: str | None
    skills: tuple[HeldSkill, ...]


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill of a region."""

    code: str
    name: str


_OWN = ("id", "region_id", "station_id", "group_id", "badge", "created_at", "left_at")
_ROW = tuple(getattr(Technician, name) for name in _OWN)


def in_scope(reading: Reading) -> ColumnElement[bool]:
    """Return the condition that lets through the technicians whom the caller may see: their places', and themselves."""
    return reading.actor.scope.sees(
        region=Technician.region_id, station=Technician.station_id, group=Technician.group_id, owner=Technician.id
    )


SORTS = Sorts(Technician.id, by={"badge": Technician.badge, "created_at": Technician.created_at})


def page_of_technicians(
    reading: Reading,
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    sort: str | None = None,
    region_id: UUID | None = None,
    station_id: UUID | None = None,
    group_id: UUID | None = None,
    skill: str | None = None,
    q: str | None = None,
    active: bool | None = None,
) -> Page[TechnicianRow]:
    """Return one page of technicians, the newest first unless it is sorted otherwise. Three statements.

    `skill` is held, perhaps expired; `q` is part of the name or the beginning of the badge; `active` ones have not left.
    """
    equal = {
        Technician.region_id: region_id,
        Technician.station_id: station_id,
        Technician.group_id: group_id,
    }
    conditions = [in_scope(reading), *(column == value for column, value in equal.items() if value is not None)]
    if skill is not None:
        held = select(TechnicianSkill.skill).where(
            TechnicianSkill.technician_id == Technician.id, TechnicianSkill.skill == skill
        )
        conditions.append(held.exists())
    if q:
        named = Technician.id.in_(accounts.ids_named(q))
        conditions.append(or_(named, Technician.badge.istartswith(q, autoescape=True)))
    if active is not None:
        conditions.append(Technician.left_at.is_(None) if active else Technician.left_at.is_not(None))
    statement = select(*_ROW).where(*conditions)
    page: Page[Any] = read_page(reading.session, statement, key=SORTS.order(sort), limit=limit, after=after)
    return Page(_completed(reading, page.items), page.after)


def technician(reading: Reading, technician_id: UUID) -> TechnicianRow:
    """Return a technician. Raises NotFound (people.unknown) when they are not in the caller's scope."""
    found = technicians_by_id(reading, [technician_id])
    if technician_id not in found:
        raise errors.UNKNOWN()
    return found[technician_id]


def technicians_by_id(reading: Reading, technician_ids: Collection[UUID]) -> dict[UUID, TechnicianRow]:
    """Return those of these technicians who are in the caller's scope, also those who have left. Three statements."""
    rows = reading.session.execute(select(*_ROW).where(Technician.id.in_(technician_ids), in_scope(reading)))
    return {row.id: row for row in _completed(reading, rows.all())}


def who_hold(reading: Reading, *, region_id: UUID, skill: str) -> tuple[TechnicianRow, ...]:
    """Return the active technicians of a region who hold a skill, expired or barred ones too. Three statements.

    Without a scope of its own: whom one may ask for advice is the region's matter.
    """
    held = select(TechnicianSkill.technician_id).where(TechnicianSkill.skill == skill)
    statement = select(*_ROW).where(
        Technician.region_id == region_id,
        Technician.left_at.is_(None),
        Technician.id.in_(held),
        Technician.id.in_(accounts.active_ids()),
    )
    return _completed(reading, reading.session.execute(statement.order_by(Technician.id)).all())


def technicians_in(
    reading: Reading,
    *,
    group_ids: Collection[UUID] = (),
    station_ids: Collection[UUID] = (),
    region_ids: Collection[UUID] = (),
    limit: int = 1000,
) -> tuple[TechnicianRow, ...]:
    """Return the technicians in the caller's scope who work in any of these places now, at most `limit`. Three statements."""
    inside = or_(
        Technician.group_id.in_(group_ids),
        Technician.station_id.in_(station_ids),
        Technician.region_id.in_(region_ids),
    )
    statement = select(*_ROW).where(inside, Technician.left_at.is_(None), in_scope(reading))
    return _completed(reading, reading.session.execute(statement.order_by(Technician.id).limit(limit)).all())


def _completed(reading: Reading, rows: Iterable[Any]) -> tuple[TechnicianRow, ...]:
    rows = list(rows)
    ids = [row.id for row in rows]
    if not ids:
        return ()
    contacts = accounts.contacts_of(reading, ids)
    skills = held_skills(reading, ids)
    return tuple(
        TechnicianRow(
            **row._mapping,
            name=contacts[row.id].name,
            phone=contacts[row.id].phone,
            skills=skills.get(row.id, ()),
        )
        for row in rows
    )


_HELD = tuple(name for name in HeldSkill.__dataclass_fields__ if name != "bars")


def held_skills(
    reading: Reading, technician_ids: Collection[UUID], codes: Collection[str] | None = None
) -> dict[UUID, tuple[HeldSkill, ...]]:
    """Return the skills of technicians whom the caller knows from something in scope, expired and barred ones too.

    With `codes` only these. One statement, none without codes; by the skill's code.
    """
    if codes is not None and not codes:
        return {}
    rows: Iterable[Any] = _SKILLS.rows(reading.session, technician_ids)
    if codes is not None:
        rows = [row for row in rows if row.skill in codes]
    found: dict[UUID, dict[str, tuple[Any, tuple[SkillBar, ...]]]] = {}
    for technician_id, kind, *held in rows:
        mine = found.setdefault(technician_id, {})
        _, bars = mine.get(held[0], (held, ()))
        mine[held[0]] = (held, bars if kind is None else (*bars, SkillBar(kind)))
    return {
        technician_id: tuple(HeldSkill(*(*held, bars)) for held, bars in mine.values())
        for technician_id, mine in found.items()
    }


_STANDING_BAR = and_(
    SkillBarRow.technician_id == TechnicianSkill.technician_id,
    SkillBarRow.skill == TechnicianSkill.skill,
    SkillBarRow.lifted_at.is_(None),
)
_SKILLS = ByIds(
    select(TechnicianSkill.technician_id, SkillBarRow.kind, *(getattr(TechnicianSkill, name) for name in _HELD))
    .outerjoin(SkillBarRow, _STANDING_BAR)
    .order_by(TechnicianSkill.skill, SkillBarRow.kind),
    TechnicianSkill.technician_id,
)


def is_active_technician(reading: Reading, technician_id: object) -> bool:
    """Tell whether this id, a UUID or its text, is of a technician in the caller's scope who has not left."""
    key = parse_id(str(technician_id))
    statement = select(Technician.id).where(Technician.id == key, Technician.left_at.is_(None), in_scope(reading))
    return key is not None and reading.session.scalar(statement) is not None


def visible_technician_ids(reading: Reading) -> Select[UUID]:
    """Return the statement for the ids of all technicians in the caller's scope, for a condition of another slice's query."""
    return select(Technician.id).where(in_scope(reading))


def skills(reading: Reading, region_id: UUID) -> tuple[SkillRow, ...]:
    """Return the skills of a region by code; of a region that is not the caller's there are none."""
    if region_id != reading.actor.region_id and not reading.actor.scope.covers(region_id=region_id):
        return ()
    rows = reading.session.execute(
        select(Skill.code, Skill.name).where(Skill.region_id == region_id).order_by(Skill.code)
    )
    return tuple(SkillRow(*row) for row in rows)


def posts_of(reading: Reading, user_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """Return the station and group of those of these people who are technicians at work, without a scope of its own.

    For people named in rows already in scope. One statement.
    """
    columns = (Technician.id, Technician.station_id, Technician.group_id)
    rows = reading.session.execute(select(*columns).where(Technician.id.in_(user_ids), Technician.left_at.is_(None)))
    return {row.id: (row.station_id, row.group_id) for row in rows}
