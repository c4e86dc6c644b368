"""Brings a roster in as a table: a line for each shift, or a line for each person with a column for each day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dispatch.accounts import queries as accounts
from dispatch.accounts.service import normal_login
from dispatch.people import errors
from dispatch.people.roster.patterns import writable_place
from dispatch.people.roster.rotation import PlannedShift
from dispatch.people.roster.service import Published, publish
from dispatch.people.sheets.lines import (
    Columns,
    SheetReport,
    Undone,
    attempt,
    by_columns,
    read_header_and_lines,
)
from kernel.errors import DomainError
from kernel.unit_of_work import UnitOfWork

COLUMNS: Columns = {
    "login": ("login", "登录名", "账号"),
    "day": ("day", "日期"),
    "shift": ("shift", "班次"),
}
OFF = frozenset({"", "-", "off", "休", "休息"})
"""What a cell of a day says of somebody who is off."""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A shift as a line wants it."""

    line: int
    column: str
    login: str
    day: date
    code: str


def import_roster(
    uow: UnitOfWork,
    *,
    group_id: UUID | None = None,
    station_id: UUID | None = None,
    data: bytes,
    first_day: date | None = None,
    last_day: date | None = None,
    coding: str | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> SheetReport:
    """Publish the roster of a place from a table, in place of what is published for these days; report on its lines.

    Without a first and last day they are those of the table. Bad lines stay out and the others are published, all in one piece;
    with `all_or_nothing` one bad line keeps out all, and a `dry_run` stores nothing. Run again, nothing changes.

    Raises:
        What `service.publish` raises about the place and the days;
        Invalid (table.unreadable, people.too_many_lines, people.columns_missing).
    """
    writable_place(uow, group_id=group_id, station_id=station_id)
    header, raw, broken = read_header_and_lines(data, coding)
    report = SheetReport(lines=len(raw) + len(broken), rejected=list(broken))
    wishes = _wishes(header, raw, report)
    people = accounts.people_by_login(uow, {one.login for one in wishes})
    known = [one for one in wishes if one.login in people]
    for one in wishes:
        if one.login not in people:
            report.reject(one.line, errors.NOT_PLANNABLE.code, f"there is nobody with the login {one.login!r}", "login")
    days = [one.day for one in known]
    if not (first_day or days) or not (last_day or days):
        return report.finish(applied=False)
    undo = True
    ids = {login: person.id for login, person in people.items()}
    with attempt(uow):
        done = _publish(uow, known, ids, report, (group_id, station_id), first_day or min(days), last_day or max(days))
        report.added, report.removed, report.unchanged = done.added, done.removed, done.kept
        undo = dry_run or (all_or_nothing and bool(report.rejected))
        if undo:
            raise Undone
    return report.finish(applied=not undo)


def _publish(
    uow: UnitOfWork,
    wishes: Sequence[_Wish],
    ids: Mapping[str, UUID],
    report: SheetReport,
    place: tuple[UUID | None, UUID | None],
    first_day: date,
    last_day: date,
) -> Published:
    """Publish all that can be: what is refused by its number stays out, and the rest is tried again."""
    left = list(wishes)
    while True:
        shifts = [PlannedShift(ids[one.login], one.day, one.code) for one in left]
        try:
            with attempt(uow):
                return publish(
                    uow,
                    group_id=place[0],
                    station_id=place[1],
                    first_day=first_day,
                    last_day=last_day,
                    shifts=shifts,
                    replace=True,
                    reason="imported",
                )
        except DomainError as error:
            wrong: dict[int, str] = {}
            for problem in error.fields:
                if match := re.match(r"/shifts/(\d+)", problem.path):
                    wrong.setdefault(int(match[1]), problem.detail)
            if not wrong:
                raise
            for nth, detail in wrong.items():
                report.reject(left[nth].line, error.code, detail, left[nth].column)
            left = [one for nth, one in enumerate(left) if nth not in wrong]


def _wishes(header: Sequence[str], raw: Sequence[tuple[int, list[str]]], report: SheetReport) -> list[_Wish]:
    days = {nth: day for nth, name in enumerate(header) if (day := read_day(name)) is not None}
    if days:
        lines = by_columns(header, raw, {"login": COLUMNS["login"]}, ["login"])
        return [
            _Wish(line.number, header[nth], normal_login(line.cells["login"]), day, cells[nth])
            for line, (_, cells) in zip(lines, raw, strict=True)
            for nth, day in days.items()
            if nth < len(cells) and cells[nth].casefold() not in OFF
        ]
    found = []
    for line in by_columns(header, raw, COLUMNS, list(COLUMNS)):
        day = read_day(line.cells["day"])
        if day is None:
            report.reject(line.number, errors.LINE_WRONG.code, f"{line.cells['day']!r} is no day", "day")
        elif line.cells["shift"].casefold() not in OFF:
            found.append(_Wish(line.number, "shift", normal_login(line.cells["login"]), day, line.cells["shift"]))
    return found


def read_day(text: str) -> date | None:
    """Read a day such as 2026-12-01, 2026/12/1 or 2026年12月1日; None when it is none."""
    match = _DAY.fullmatch(text.strip())
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None
