"""Brings a table of technicians in: accounts, groups, badges and skills; line by line, and harmless when repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from dispatch.accounts import queries as accounts
from dispatch.accounts import service as accounts_service
from dispatch.accounts.queries import PersonRow
from dispatch.people import errors, service
from dispatch.people.eligibility import HeldSkill
from dispatch.people.queries import TechnicianRow, technicians_by_id
from dispatch.people.sheets.lines import (
    Columns,
    Line,
    RejectedLine,
    SheetReport,
    Undone,
    attempt,
    by_columns,
    read_header_and_lines,
)
from dispatch.people.sheets.skill_cells import NAMES as PARTS
from dispatch.people.sheets.skill_cells import SkillCell, read_skills
from dispatch.territory import queries as territory
from dispatch.territory.rows import GroupRow
from kernel.errors import DomainError
from kernel.unit_of_work import Reading, UnitOfWork

COLUMNS: Columns = {
    "login": ("login", "登录名", "账号"),
    "name": ("name", "姓名"),
    "phone": ("phone", "电话", "手机"),
    "badge": ("badge", "工号"),
    "station": ("station", "服务站", "服务站编码"),
    "group": ("group", "维护组", "维护组编码", "班组"),
    "skills": ("skills", "技能"),
}
"""`station` and `group` are codes; an empty phone, badge or skill stays as it is."""

COLUMN_OF = {"group_id": "group", "user_id": "login", **dict.fromkeys((*PARTS, "skill"), "skills")}
"""In which column what a service refuses was said."""

NEEDED = ("login", "name", "group")


class How(StrEnum):
    """What became of a line that was taken."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Came:
    """A line that was taken: its number, what became of it, and the technician whom it is about."""

    line: int
    how: How
    user_id: UUID


@dataclass(frozen=True, slots=True)
class _Present:
    people: Mapping[str, PersonRow]
    technicians: Mapping[UUID, TechnicianRow]
    groups: Mapping[tuple[str, str], GroupRow]
    by_code: Mapping[str, list[GroupRow]]

    def group(self, line: Line) -> GroupRow:
        """Find the group of a line. Raises ValueError, in words."""
        code, station = line.cells["group"], line.cells["station"]
        found = [self.groups[station, code]] if (station, code) in self.groups else []
        found = found if station else self.by_code.get(code, [])
        if len(found) != 1:
            many = "name the station, too: there are several of" if found else "in your scope there is no group"
            raise ValueError(f"{many} {code!r}")
        return found[0]


def import_technicians(
    uow: UnitOfWork,
    *,
    region_id: UUID,
    data: bytes,
    coding: str | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> SheetReport:
    """Bring a table of technicians into a region, and report on its lines; see `COLUMNS` and `skill_cells`.

    Whoever has no account gets one without a password. Each line goes in whole or not at all; with `all_or_nothing` one bad line
    keeps out all of them, and a `dry_run` stores nothing. Run again, nothing changes: lines that say what is there cost no
    statement.

    Raises:
        NotFound (territory.region_unknown);
        Invalid (table.unreadable, people.too_many_lines, people.columns_missing).
    """
    territory.region(uow, region_id)
    header, raw, broken = read_header_and_lines(data, coding)
    lines = by_columns(header, raw, COLUMNS, NEEDED)
    report = SheetReport(lines=len(lines) + len(broken), rejected=list(broken))
    seen: dict[str, int] = {}
    single: list[Line] = []
    for line in lines:
        login = accounts_service.normal_login(line.cells["login"])
        first = seen.setdefault(login, line.number)
        if first == line.number:
            single.append(line)
        else:
            report.reject(line.number, errors.LINE_WRONG.code, f"line {first} is about {login!r} already", "login")
    present = _present(uow, region_id, single, None)
    undo = True
    with attempt(uow):
        for came in (_bring(uow, region_id, present, line) for line in single):
            if isinstance(came, RejectedLine):
                report.rejected.append(came)
            else:
                report.count(came.how)
        undo = dry_run or (all_or_nothing and bool(report.rejected))
        if undo:
            raise Undone
    return report.finish(applied=not undo)


def bring_technicians(
    uow: UnitOfWork, region_id: UUID, lines: Sequence[Line], *, within: UUID | None = None
) -> list[Came | RejectedLine]:
    """Bring lines in, each of another login and each whole or not at all; perhaps only into the groups of one station."""
    present = _present(uow, region_id, lines, within)
    return [_bring(uow, region_id, present, line) for line in lines]


def _present(reading: Reading, region_id: UUID, lines: Sequence[Line], within: UUID | None) -> _Present:
    """Load what is there already of what the lines are about, with the same statements for any number of lines."""
    people = accounts.people_by_login(reading, {accounts_service.normal_login(one.cells["login"]) for one in lines})
    technicians = technicians_by_id(reading, {person.id for person in people.values()})
    stations = {row.id: row.code for row in _all(territory.stations, reading, region_id)}
    groups: dict[tuple[str, str], GroupRow] = {}
    by_code: dict[str, list[GroupRow]] = {}
    for row in _all(territory.groups, reading, region_id):
        if within not in (None, row.station_id):
            continue
        groups[stations.get(row.station_id, ""), row.code] = row
        by_code.setdefault(row.code, []).append(row)
    return _Present(people, technicians, groups, by_code)


def _all(pages: Any, reading: Reading, region_id: UUID) -> list[Any]:
    found: list[Any] = []
    after = None
    while True:
        page = pages(reading, region_id=region_id, limit=1000, after=after)
        found += page.items
        after = page.after
        if after is None:
            return found


def _bring(uow: UnitOfWork, region_id: UUID, present: _Present, line: Line) -> Came | RejectedLine:
    login = accounts_service.normal_login(line.cells["login"])
    column = "group"
    try:
        group = present.group(line)
        column = "skills"
        skills = read_skills(line.cells["skills"])
    except ValueError as error:
        return RejectedLine(line.number, errors.LINE_WRONG.code, str(error), column)
    person = present.people.get(login)
    before = None if person is None else present.technicians.get(person.id)
    try:
        with attempt(uow):
            key, changed = _apply(uow, region_id, line, login, group, person, before, skills)
    except DomainError as error:
        name = next((problem.path.strip("/") for problem in error.fields), "")
        detail = error.detail or error.entry.title
        return RejectedLine(line.number, error.code, detail, COLUMN_OF.get(name, name or None))
    how = How.UNCHANGED if not changed else How.ADDED if before is None else How.CHANGED
    return Came(line.number, how, key)


def _apply(
    uow: UnitOfWork,
    region_id: UUID,
    line: Line,
    login: str,
    group: GroupRow,
    person: PersonRow | None,
    before: TechnicianRow | None,
    skills: list[SkillCell],
) -> tuple[UUID, bool]:
    """Do what a line says that is not so yet, through the services; tell of whom, and whether there was anything."""
    name, phone, badge = line.cells["name"], line.cells["phone"], line.cells["badge"]
    changed = False
    if person is None:
        key = accounts_service.create_user(uow, login=login, name=name, phone=phone or None, region_id=region_id)
        changed = True
    else:
        key = person.id
        if (name, phone or person.phone) != (person.name, person.phone):
            phone_now = phone or person.phone
            accounts_service.edit_user(uow, user_id=key, name=name, phone=phone_now, locale=person.locale)
            changed = True
    if before is None or before.left_at is not None:
        service.hire(uow, user_id=key, group_id=group.id, badge=badge or None)
        changed = True
    else:
        if before.group_id != group.id:
            service.move_to_group(uow, technician_id=key, group_id=group.id)
            changed = True
        if badge and badge != before.badge:
            service.set_badge(uow, technician_id=key, badge=badge)
            changed = True
    held = {one.skill: one for one in (before.skills if before else ())}
    return key, _certify(uow, key, skills, held) or changed


def _certify(uow: UnitOfWork, key: UUID, skills: list[SkillCell], held: Mapping[str, HeldSkill]) -> bool:
    changed = False
    for cell in skills:
        now = held.get(cell.skill)
        wanted = cell.over(now)
        if wanted == now:
            continue
        service.certify(
            uow,
            technician_id=key,
            skill=wanted.skill,
            level=wanted.level,
            certificate=wanted.certificate,
            valid_until=wanted.valid_until,
            issuer=wanted.issuer,
            issued_on=wanted.issued_on,
        )
        changed = True
    return changed
